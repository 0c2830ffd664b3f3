"""Lots of codes: made, given, public; their state, their limits, their uses given back."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from regulars.activities.batch import Operation
from regulars.identifiers.resolve import resolve
from regulars.kit.codes import ALPHABET, LENGTH, checks, grouped
from regulars.kit.problems import Invalid, NotFound
from regulars.members.known import UnknownMember
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.promises import VoidQuote
from regulars.purchases.quotes import MakeQuote
from regulars.purchases.returns import RecordReturn
from regulars.purchases.wire import LineIn, PurchaseIn, QuoteIn, QuoteVoidIn, ReturnIn
from regulars.vouchers.lots import (
    CodesTaken,
    LotExists,
    LotWithdrawn,
    MakeLot,
    SetLotState,
    UnknownDefinition,
)
from regulars.vouchers.operations import RedeemVoucher, UnknownUse, VoidUse
from regulars.vouchers.queries import look_up, lot, lot_codes, lots
from regulars.vouchers.usable import NoSuchVoucher, UnknownLot
from regulars.vouchers.wire import LotCodeIn, LotIn, LotStateIn, UseVoidIn, VoucherRedeemIn
from tests.corner import corner
from tests.desk import Desk, open_desk, refusals

ANNA, BORIS = "card:2900000000000007", "card:4539148803436467"
BREAD = (LineIn("bread", 1, amount_minor=2_000),)
OPEN = {
    "id": "five-open",
    "name": {"pl": "5 zł", "bg": "5 лв.", "en": "5 off"},
    "lane": "prices",
    "members_only": False,
    "when": [{"kind": "coupon_presented", "voucher": "five-off"}],
    "then": [{"kind": "amount_off", "off_minor": 500}],
}


@pytest.fixture
def desk(database_url: str) -> Any:
    with open_desk(database_url, corner(OPEN, without=("five-off",))) as desk:
        yield desk


@pytest.fixture
def members(desk: Desk) -> None:
    for card in (ANNA, BORIS):
        request = JoinIn((IdentifierIn("card", card[5:]),))
        desk.do(Join(request, desk.caller, key=None, at=desk.now))


def make(desk: Desk, lot: str = "spring", voucher: str = "five-off", **asked: Any) -> Any:
    request = LotIn(lot, voucher, **asked)
    return desk.do(MakeLot(request, desk.caller, key=desk.key(), at=desk.now))


def codes_of(desk: Desk, name: str = "spring") -> list[str]:
    return [code.code for code in desk.read(lot_codes(desk.program_id, name, "", 1000)).codes]


def used(desk: Desk, name: str = "spring") -> int | None:
    found: int | None = desk.read(lot(desk.program_id, name)).used
    return found


def state(desk: Desk, to: Any, name: str = "spring") -> Any:
    return desk.do(
        SetLotState(name, LotStateIn(to), desk.caller, key=desk.key(), at=desk.now)
    )  # fmt: skip


def purchase(desk: Desk, code: str, member: str | None = None, quote: Any = None) -> Operation:
    request = PurchaseIn(BREAD, member, codes=(code,), quote=quote)
    return RecordPurchase(request, desk.caller, key=desk.key(), at=desk.now)


def off(desk: Desk, code: str, member: str | None = None) -> int:
    return int(desk.do(purchase(desk, code, member))["discount_minor"])


def redeem(desk: Desk, code: str, member: str | None = None) -> Operation:
    return RedeemVoucher(code, VoucherRedeemIn(member), desk.caller, key=desk.key(), at=desk.now)


def test_codes_are_made_with_a_prefix_and_a_check_character(desk: Desk) -> None:
    made = make(desk, count=50, prefix="spring")
    codes = codes_of(desk)
    assert (made["source"], made["issued"], len(set(codes))) == ("generated", 50, 50)
    assert all(code.startswith("SPRING") and checks(code[6:]) for code in codes)
    assert len(ALPHABET) ** (LENGTH - 1) >= 2**60
    assert off(desk, grouped(codes[0]).lower()) == 500
    assert off(desk, codes[0]) == 0
    assert used(desk) == 1


def test_given_codes_are_taken_once(desk: Desk) -> None:
    given = tuple(LotCodeIn(code) for code in ("Summer-A1", "summer b2"))
    first = make(desk, codes=given)
    assert codes_of(desk) == ["SUMMERA1", "SUMMERB2"]
    assert make(desk, codes=given[::-1]) == first, "the same codes change nothing"
    with pytest.raises(LotExists):
        make(desk, codes=given[:1])
    with pytest.raises(CodesTaken) as refusal:
        make(desk, "other", codes=(LotCodeIn("NEW1"), given[0]))
    assert refusal.value.extra["codes"] == ["SUMMERA1"]
    assert [each.lot for each in desk.read(lots(desk.program_id)).lots] == ["spring"]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"count": 1, "public": "HELLO"},
        {"codes": (LotCodeIn("ab"),)},
        {"codes": (LotCodeIn("abc\u202e"),)},
        {"codes": (LotCodeIn("HELLO"), LotCodeIn("he-llo"))},
        {"count": 1, "valid_until": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_what_makes_no_lot_is_refused(desk: Desk, asked: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        make(desk, **asked)


def test_a_lot_is_of_a_voucher_of_the_program_and_of_known_members(desk: Desk) -> None:
    with pytest.raises(UnknownDefinition):
        make(desk, voucher="nonsense", count=1)
    with pytest.raises(UnknownMember):
        make(desk, codes=(LotCodeIn("HELLO"), LotCodeIn(member=ANNA)))
    assert desk.read(lots(desk.program_id)).lots == []


def test_a_personal_code_is_used_by_its_member(desk: Desk, members: None) -> None:
    make(desk, codes=(LotCodeIn("FORANNA", ANNA), LotCodeIn(member=BORIS)), prefix="X")
    (of_boris,) = set(codes_of(desk)) - {"FORANNA"}
    assert of_boris.startswith("X")
    assert (off(desk, "FORANNA", BORIS), off(desk, "FORANNA")) == (0, 0)
    assert (off(desk, "FORANNA", ANNA), off(desk, of_boris, BORIS)) == (500, 500)


def test_a_lot_is_valid_in_its_time(desk: Desk) -> None:
    begins = datetime.fromtimestamp(desk.now + 100, UTC)
    make(desk, public="HELLO", valid_from=begins, valid_until=begins.replace(year=2027))
    assert off(desk, "HELLO") == 0
    desk.wait(seconds=100)
    assert off(desk, "HELLO") == 500
    desk.wait(days=365)
    assert off(desk, "HELLO") == 0


def test_a_paused_lot_works_again_a_withdrawn_one_never(desk: Desk) -> None:
    make(desk, public="HELLO")
    for to, discount in (("paused", 0), ("active", 500), ("withdrawn", 0)):
        assert state(desk, to)["state"] == to
        assert off(desk, "HELLO") == discount
        if discount:
            assert desk.read(look_up(desk.program_id, "hello", None, desk.now)).uses_left is None
        else:
            with pytest.raises(NoSuchVoucher):
                desk.read(look_up(desk.program_id, "hello", None, desk.now))
    with pytest.raises(LotWithdrawn):
        state(desk, "active")
    with pytest.raises(NotFound):
        state(desk, "paused", "nonsense")


def test_a_public_code_counts_by_member(desk: Desk, members: None) -> None:
    make(desk, public="Hello", per_member=2)
    assert [off(desk, "hello", ANNA) for _ in range(3)] == [500, 500, 0]
    assert off(desk, "HELLO", BORIS) == 500
    assert off(desk, "HELLO") == 0, "nobody unknown"
    desk.do(redeem(desk, "hello", BORIS))
    for attempt in (redeem(desk, "hello", BORIS), redeem(desk, "hello")):
        with pytest.raises(NoSuchVoucher):
            desk.do(attempt)
    for who in (resolve(ANNA), resolve(BORIS), None):
        with pytest.raises(NoSuchVoucher):
            desk.read(look_up(desk.program_id, "hello", who, desk.now))


@pytest.mark.parametrize("how", ["one in all", "one each"])
def test_t1_of_64_at_once_exactly_one_gets_the_last_use(
    desk: Desk, members: None, how: str
) -> None:
    make(desk, public="HELLO", **{"one each": {"per_member": 1}}.get(how, {"uses": 1}))
    member = ANNA if how == "one each" else None
    answers = desk.at_once([
        redeem(desk, "HELLO", member) if n % 2 else purchase(desk, "HELLO", member)
        for n in range(64)
    ])  # fmt: skip
    assert [a.bug for a in answers if a.bug] == []
    told = [json.loads(answer.text) for answer in answers if answer.text]
    won = sum(one.get("discount_minor") == 500 or "uses_left" in one for one in told)
    assert won == 1
    assert Counter(map(type, refusals(answers))).keys() <= {NoSuchVoucher}
    desk.verify()


def test_t1_a_lot_of_many_uses_is_never_used_more_often(desk: Desk) -> None:
    make(desk, public="HELLO", uses=10)
    answers = desk.at_once([redeem(desk, "HELLO") for _ in range(64)])
    assert len(refusals(answers)) == 54
    assert used(desk) == 10


def test_a_use_is_given_back_once(desk: Desk, members: None) -> None:
    make(desk, public="HELLO", uses=5, per_member=1)
    use = desk.do(redeem(desk, "HELLO", ANNA))["use"]
    with pytest.raises(NoSuchVoucher):
        desk.do(redeem(desk, "HELLO", ANNA))

    def void(which: str) -> Operation:
        return VoidUse(UUID(which), UseVoidIn(), desk.caller, key=desk.key(), at=desk.now)

    answers = desk.at_once([void(use) for _ in range(16)])
    assert Counter(a.replayed for a in answers) == {False: 1, True: 15}
    assert {answer.text for answer in answers} == {answers[0].text}
    assert used(desk) == 0
    desk.do(redeem(desk, "HELLO", ANNA))
    with pytest.raises(UnknownUse):
        desk.do(void("019acafe-0000-7000-8000-000000000001"))


def quote(desk: Desk, code: str, member: str | None) -> Any:
    request = QuoteIn(BREAD, member, codes=(code,), hold=True, hold_seconds=60)
    return desk.do(MakeQuote(request, desk.caller, key=desk.key(), at=desk.now))


def test_a_holding_quote_keeps_the_use_until_it_is_bought_voided_or_lapses(
    desk: Desk, members: None
) -> None:
    make(desk, public="HELLO", uses=1, per_member=1)
    held = quote(desk, "HELLO", ANNA)
    assert (held["discount_minor"], off(desk, "HELLO", ANNA), used(desk)) == (500, 0, 1)
    void = VoidQuote(UUID(held["id"]), QuoteVoidIn(), desk.caller, key=desk.key(), at=desk.now)
    desk.do(void)
    assert used(desk) == 0
    held = quote(desk, "HELLO", ANNA)
    bought = desk.do(purchase(desk, "HELLO", ANNA, UUID(held["id"])))
    assert (bought["discount_minor"], used(desk)) == (500, 1)
    back = ReturnIn(UUID(bought["id"]))
    desk.do(RecordReturn(back, desk.caller, key=desk.key(), at=desk.now))
    assert used(desk) == 0
    assert off(desk, "HELLO", ANNA) == 500


def test_what_is_spent_for_good_does_not_come_back_with_the_goods(database_url: str) -> None:
    once = {"name": {"pl": "5", "bg": "5", "en": "5"}, "reusable_after_return": False}
    document = corner(OPEN, without=("five-off",), vouchers={"five-off": once, "coffee": once})
    with open_desk(database_url, document) as desk:
        desk.do(Join(JoinIn((IdentifierIn("card", ANNA[5:]),)), desk.caller, key=None, at=desk.now))
        make(desk, public="HELLO", uses=5, per_member=1)
        bought = desk.do(purchase(desk, "HELLO", ANNA))
        back = ReturnIn(UUID(bought["id"]))
        desk.do(RecordReturn(back, desk.caller, key=desk.key(), at=desk.now))
        assert (used(desk), off(desk, "HELLO", ANNA)) == (1, 0)


def test_a_lot_whose_name_no_lot_can_have_is_not_there(desk: Desk) -> None:
    for name in ("Spring", "a b", "ż" * 100, ""):
        with pytest.raises(UnknownLot):
            state(desk, "paused", name)
