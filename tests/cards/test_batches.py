"""Making batches of cards, and what becomes of a card from the press to the member."""

import time
from typing import Any

import pytest
from psycopg import RawCursor, sql

from regulars.cards.batches import NameTaken, NumbersTaken
from regulars.cards.numbers import Numbers
from regulars.cards.operations import BlockCard, LoseCard, MakePass, ShowOnTelephone, activate
from regulars.cards.queries import UnknownCard, counts
from regulars.cards.wire import ElectronicIn, PassIn
from regulars.identifiers.kinds.card import checks
from regulars.identifiers.resolve import resolve
from regulars.kit.problems import Invalid
from regulars.kit.rowsecurity import ENTER
from regulars.members.known import CardNotActive, MemberBlocked, UnknownMember
from regulars.members.operations import (
    AlreadySo,
    BlockIdentifier,
    IdentifierTaken,
    Join,
    Register,
    ReplaceIdentifier,
)
from regulars.members.queries import find
from regulars.members.wire import BlockIn, IdentifierIn, JoinIn, RegisterIn, ReplaceIn
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.wire import LineIn, PurchaseIn
from tests.cards.conftest import CardDesk
from tests.desk import plain, refusals


def buy(desk: CardDesk, number: str) -> RecordPurchase:
    basket = PurchaseIn(lines=(LineIn("bread", 1, 500),), member=f"card:{number}")
    return RecordPurchase(basket, desk.caller, key=desk.key(), at=desk.now)


def block(desk: CardDesk, number: str, kind: Any = BlockCard) -> BlockCard:
    operation: BlockCard = kind(number, BlockIn(), desk.caller, key=desk.key(), at=desk.now)
    return operation


def members(desk: CardDesk) -> int:
    return int(desk.all("select count(*) from member where program_id = %s")[0][0])


def test_a_card_used_first_becomes_an_anonymous_member_and_registers_later(desk: CardDesk) -> None:
    number = desk.numbers(desk.make(activation="first_use"))[0]
    assert desk.card(number).state == "active"
    assert members(desk) == 0
    bought = desk.do(buy(desk, number))
    assert bought["balances"]["points"]["available"] == 5
    assert desk.card(number).state == "issued"
    told = RegisterIn((IdentifierIn("phone", "+48600100200"),), {"name": "Ania"})
    desk.do(Register(f"card:{number}", told, desk.caller, key=desk.key(), at=desk.now))
    member = desk.read(find(desk.program_id, resolve("phone:+48600100200")))
    assert (str(member.id), member.registered, member.purchases) == (bought["member"], True, 1)
    desk.verify()


def test_a_card_nobody_used_can_be_registered_at_once(desk: CardDesk) -> None:
    number = desk.numbers(desk.make(activation="first_use"))[0]
    desk.do(Register(f"card:{number}", RegisterIn(), desk.caller, key=desk.key(), at=desk.now))
    assert desk.card(number).state == "issued"


def test_cards_of_a_batch_that_is_not_active_are_refused_and_leave_nothing(desk: CardDesk) -> None:
    number = desk.numbers(desk.make())[0]
    with pytest.raises(CardNotActive):
        desk.do(buy(desk, number))
    assert (desk.card(number).state, members(desk)) == ("made", 0)
    assert desk.read(activate(desk.program_id, desk.made(), now=desk.moment)) == 3
    with pytest.raises(AlreadySo):
        desk.read(activate(desk.program_id, desk.made(), now=desk.moment))
    desk.do(buy(desk, number))
    assert desk.read(counts(desk.program_id, desk.made().id)) == {"active": 2, "issued": 1}


def test_a_number_that_no_batch_has_stays_unknown(desk: CardDesk) -> None:
    with pytest.raises(UnknownMember):
        desk.do(buy(desk, "2900000000000007"))
    with pytest.raises(UnknownCard):
        desk.card("2900000000000007")


def test_t1_a_new_card_used_at_sixteen_tills_at_once_becomes_one_member(desk: CardDesk) -> None:
    number = desk.numbers(desk.make(activation="first_use"))[0]
    answers = desk.at_once([buy(desk, number) for _ in range(16)])
    assert refusals(answers) == []
    assert len({plain(answer)["member"] for answer in answers}) == 1
    assert members(desk) == 1


def test_twice_in_one_batch_is_one_member_too(desk: CardDesk) -> None:
    number = desk.numbers(desk.make(activation="first_use"))[0]
    first, second = map(plain, desk.batch(buy(desk, number), buy(desk, number)))
    assert first["member"] == second["member"]
    assert second["balances"]["points"]["available"] == 10


def test_an_anonymous_member_joins_with_a_card_of_the_batch(desk: CardDesk) -> None:
    number = desk.numbers(desk.make(activation="first_use"))[0]
    request = JoinIn((IdentifierIn("card", number),))
    desk.do(Join(request, desk.caller, key=desk.key(), at=desk.now))
    assert desk.card(number).state == "issued"
    with pytest.raises(IdentifierTaken):
        desk.do(Join(request, desk.caller, key=desk.key(), at=desk.now))


def test_nobody_joins_with_a_card_that_is_not_active(desk: CardDesk) -> None:
    request = JoinIn((IdentifierIn("card", desk.numbers(desk.make())[0]),))
    with pytest.raises(CardNotActive):
        desk.do(Join(request, desk.caller, key=desk.key(), at=desk.now))


@pytest.mark.parametrize(("kind", "state"), [(BlockCard, "blocked"), (LoseCard, "lost")])
def test_a_card_is_blocked_or_lost_before_and_after_somebody_holds_it(
    desk: CardDesk, kind: Any, state: str
) -> None:
    new, held, _ = desk.numbers(desk.make(activation="first_use"))
    desk.do(buy(desk, held))
    for number in (new, held):
        assert desk.do(block(desk, number, kind))["state"] == state
        assert desk.card(number).state == state
        with pytest.raises(MemberBlocked):
            desk.do(buy(desk, number))
        with pytest.raises(AlreadySo):
            desk.do(block(desk, number, kind))
    assert desk.read(counts(desk.program_id, desk.made().id)) == {"active": 1, state: 2}


def test_a_card_that_is_replaced_keeps_everything(desk: CardDesk) -> None:
    old, new, unused = desk.numbers(desk.make(activation="first_use"))
    desk.do(buy(desk, old))
    desk.do(block(desk, old, LoseCard))
    request = ReplaceIn(value=new)
    desk.do(ReplaceIdentifier(f"card:{old}", request, desk.caller, key=desk.key(), at=desk.now))
    assert [desk.card(number).state for number in (old, new, unused)] == [
        "replaced", "issued", "active",
    ]  # fmt: skip
    assert desk.card(old).replaced_by == new
    assert desk.do(buy(desk, new))["balances"]["points"]["available"] == 10
    desk.do(BlockIdentifier(f"card:{new}", BlockIn(), desk.caller, key=desk.key(), at=desk.now))
    assert desk.card(new).state == "blocked"


def test_a_blocked_card_of_a_batch_takes_nobodys_place(desk: CardDesk) -> None:
    old, new, _ = desk.numbers(desk.make(activation="first_use"))
    desk.do(buy(desk, old))
    desk.do(block(desk, new))
    request = ReplaceIn(value=new)
    with pytest.raises(MemberBlocked):
        desk.do(ReplaceIdentifier(f"card:{old}", request, desk.caller, key=desk.key(), at=desk.now))


@pytest.mark.parametrize("symbology", ["qr", "code128", "ean13"])
@pytest.mark.parametrize("first", [None, 7])
def test_every_number_is_a_card_number(desk: CardDesk, symbology: str, first: int | None) -> None:
    numbers = desk.numbers(desk.make(50, symbology=symbology, first=first))
    assert len(set(numbers)) == 50
    assert all(checks(number) for number in numbers)
    assert all(resolve(number) == ("card", number) for number in numbers)
    if first is not None:
        assert [int(number[2:-1]) for number in numbers] == list(range(7, 57))


def test_a_range_that_overlaps_is_refused_as_a_whole(desk: CardDesk) -> None:
    desk.make(10, first=1)
    with pytest.raises(NumbersTaken, match="3 of the 5"):
        desk.make(5, first=8, name="summer")
    with pytest.raises(NameTaken):
        desk.make(5, first=800)
    assert members(desk) == 0
    desk.make(5, first=11, name="summer")
    assert desk.all("select count(*) from card_batch where program_id = %s") == [(2,)]


def test_random_numbers_that_exist_are_drawn_again(desk: CardDesk) -> None:
    small = Numbers("29", 8, "qr")
    taken = desk.numbers(desk.make(99, name="taken", numbers=small))
    for number in range(5):
        batch_id = desk.make(99, name=f"more {number}", numbers=small)
        taken += desk.numbers(batch_id)
        ((positions,),) = desk.all(
            "select array_agg(position order by position) from card"
            " where program_id = %s and batch_id = %s",
            batch_id,
        )
        assert positions == list(range(1, 100))
    assert len(set(taken)) == 6 * 99


def test_t16_random_numbers_are_sparse_or_refused(desk: CardDesk) -> None:
    with pytest.raises(Invalid, match="found by trying"):
        desk.make(101, numbers=Numbers("29", 8, "qr"))


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (Numbers("29", 7, "qr"), "8 to 19"),
        (Numbers("59", 13, "ean13"), "begins with 2"),
        (Numbers("2x", 16, "qr"), "digits"),
        (Numbers("2" * 15, 16, "qr"), "no digit"),
        (Numbers("29", 16, "aztec"), "symbology"),
        (Numbers("29", 8, "qr"), "do not fit"),
    ],
)
def test_numbers_that_cannot_be_are_explained(desk: CardDesk, numbers: Numbers, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        desk.make(10, numbers=numbers, first=10**5 - 5)


def test_a_hundred_thousand_cards_take_seconds(desk: CardDesk) -> None:
    started = time.monotonic()
    batch_id = desk.make(100_000, name="many")
    assert time.monotonic() - started < 60, "seconds on a machine of its own"
    assert desk.read(counts(desk.program_id, batch_id)) == {"made": 100_000}


def test_t24_cards_of_another_program_are_not_there(desk: CardDesk, database_url: str) -> None:
    number = desk.numbers(desk.make(activation="first_use"))[0]
    other = CardDesk(database_url)
    try:
        with pytest.raises(UnknownMember):
            other.do(buy(other, number))
        with pytest.raises(UnknownCard):
            other.card(number)
    finally:
        other.connection.close()


def test_t24_the_role_of_the_tills_sees_the_cards_of_its_own_program_only(desk: CardDesk) -> None:
    held, _, lost = desk.numbers(desk.make(activation="first_use"))
    desk.do(ShowOnTelephone(held, ElectronicIn(), desk.caller, key=desk.key(), at=desk.now))
    desk.do(MakePass(held, PassIn("apple"), desk.caller, key=desk.key(), at=desk.now))
    desk.do(block(desk, lost, LoseCard))
    own, foreign = str(desk.program_id), "019acafe-0000-7000-8000-000000000001"
    for table in ("card_batch", "card", "card_secret", "card_pass"):
        query = sql.SQL("select count(*) from {}").format(sql.Identifier(table))
        seen = {}
        for program in (own, foreign, ""):
            with desk.connection.transaction(), RawCursor(desk.connection) as cursor:
                cursor.execute(ENTER, ("", program))
                cursor.execute(query)
                seen[program] = cursor.fetchone()
        assert seen[own] != (0,)
        assert seen[foreign] == seen[""] == (0,)
