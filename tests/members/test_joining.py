"""Joining, registering, losing a card, being blocked."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from regulars.activities.batch import KeyReused
from regulars.identifiers.kinds.card import checks
from regulars.identifiers.resolve import NotAnIdentifier, Ref, resolve
from regulars.kit.problems import Invalid
from regulars.members.known import MemberBlocked, UnknownMember
from regulars.members.operations import (
    AlreadySo,
    BlockIdentifier,
    BlockMember,
    IdentifierTaken,
    Join,
    Register,
    ReplaceIdentifier,
    UnblockMember,
)
from regulars.members.queries import find
from regulars.members.wire import BlockIn, IdentifierIn, JoinIn, MemberOut, RegisterIn, ReplaceIn
from tests.desk import Desk, Give, plain, refusals

CARD = "card:2900000000000007"


def join(desk: Desk, *named: str, key: str | None = None, **more: Any) -> Join:
    identifiers = tuple(IdentifierIn(*text.split(":", 1)) for text in named)
    return Join(JoinIn(identifiers, **more), desk.caller, key=key or desk.key(), at=desk.now)


def register(desk: Desk, member: str, *named: str, **attributes: Any) -> Register:
    identifiers = tuple(IdentifierIn(*text.split(":", 1)) for text in named)
    request = RegisterIn(identifiers, attributes)
    return Register(member, request, desk.caller, key=desk.key(), at=desk.now)


def replace(desk: Desk, old: str, **new: Any) -> ReplaceIdentifier:
    return ReplaceIdentifier(old, ReplaceIn(**new), desk.caller, key=desk.key(), at=desk.now)


def block_card(desk: Desk, card: str) -> BlockIdentifier:
    return BlockIdentifier(card, BlockIn("lost"), desk.caller, key=desk.key(), at=desk.now)


def block(desk: Desk, member: str) -> BlockMember:
    return BlockMember(member, BlockIn("fraud"), desk.caller, key=desk.key(), at=desk.now)


def unblock(desk: Desk, member: str) -> UnblockMember:
    return UnblockMember(member, BlockIn(), desk.caller, key=desk.key(), at=desk.now)


def look(desk: Desk, text: str) -> MemberOut:
    found: MemberOut = desk.read(find(desk.program_id, resolve(text, "PL")))
    return found


def named(member: MemberOut) -> dict[str, str]:
    return {f"{i.kind}:{i.value}": i.status for i in member.identifiers}


def test_an_anonymous_card_comes_first(desk: Desk) -> None:
    answer = desk.do(join(desk, CARD))
    assert answer["registered"] is False
    member = look(desk, CARD)
    assert (str(member.id), member.status, member.attributes) == (answer["id"], "active", {})


def test_a_card_is_issued_with_a_number_nobody_can_guess(desk: Desk) -> None:
    numbers = {desk.do(join(desk, issue_card=True))["card"] for _ in range(5)}
    assert len(numbers) == 5
    assert all(checks(number) and number.startswith("29") for number in numbers)
    assert look(desk, numbers.pop()).identifiers[0].status == "active"


def test_registration_later_keeps_what_the_card_had(desk: Desk) -> None:
    desk.do(join(desk, CARD))
    desk.do(Give(("card", CARD[5:]), "points", 70))
    answer = desk.do(register(desk, CARD, "phone:600100200", "email:A@B.pl", city="Łódź", age=33))
    member = look(desk, "600 100 200")
    assert (answer["registered"], member.registered) == (True, True)
    assert member.attributes == {"city": "Łódź", "age": 33}
    assert named(member) == {
        CARD: "active",
        "phone:+48600100200": "active",
        "email:a@b.pl": "active",
    }
    desk.do(register(desk, "a@b.pl", city="Wrocław"))
    assert look(desk, CARD).attributes == {"city": "Wrocław", "age": 33}
    desk.verify()


def test_what_names_somebody_cannot_name_another(desk: Desk) -> None:
    desk.do(join(desk, CARD, "phone:600100200"))
    with pytest.raises(IdentifierTaken) as refusal:
        desk.do(join(desk, "phone:+48 600 100 200", "card:4539148803436467"))
    assert refusal.value.document()["kind"] == "phone"
    assert "600100200" not in str(refusal.value.document()), "not whose, and not again what"
    with pytest.raises(UnknownMember):
        look(desk, "card:4539148803436467")


def test_joining_twice_at_once_makes_one_member(desk: Desk) -> None:
    answers = desk.at_once([join(desk, CARD) for _ in range(8)])
    assert [answer.bug for answer in answers] == [None] * 8
    assert len(refusals(answers)) == 7
    assert {type(problem) for problem in refusals(answers)} == {IdentifierTaken}


def test_t11_the_same_key_joins_once(desk: Desk) -> None:
    key = desk.key()
    first = desk.do(join(desk, issue_card=True, key=key))
    again = desk.do(join(desk, issue_card=True, key=key))
    assert again == first
    with pytest.raises(KeyReused):
        desk.do(join(desk, issue_card=True, registered=True, key=key))


def test_a_new_card_can_be_used_in_the_same_batch(desk: Desk) -> None:
    answers = desk.batch(
        join(desk, CARD), Give(("card", CARD[5:]), "points", 5), register(desk, CARD, city="Ruse"),
        join(desk, CARD),
    )  # fmt: skip
    assert [type(a.problem) for a in answers] == [type(None)] * 3 + [IdentifierTaken]
    assert [a.bug for a in answers] == [None] * 4
    assert look(desk, CARD).attributes == {"city": "Ruse"}
    desk.verify()


def test_nothing_named_is_no_member(desk: Desk) -> None:
    with pytest.raises(Invalid, match="issue_card"):
        join(desk)
    with pytest.raises(NotAnIdentifier):
        join(desk, "email:nobody")


def test_a_lost_card_is_replaced_and_everything_stays(desk: Desk) -> None:
    desk.do(join(desk, CARD, "phone:600100200"))
    before = look(desk, CARD)
    desk.do(block_card(desk, CARD))
    answer = desk.do(replace(desk, CARD, issue_card=True))
    new = f"card:{answer['card']}"
    after = look(desk, new)
    assert after.id == before.id
    assert named(after) == {"phone:+48600100200": "active", new: "active", CARD: "replaced"}
    assert [i.replaced_by for i in after.identifiers if i.status == "replaced"] == [answer["card"]]
    with pytest.raises(MemberBlocked):
        desk.do(register(desk, CARD))
    with pytest.raises(AlreadySo):
        desk.do(replace(desk, CARD, issue_card=True))
    with pytest.raises(IdentifierTaken):
        desk.do(join(desk, CARD))


def test_blocked_and_replaced_in_one_batch(desk: Desk) -> None:
    new = "card:4539148803436467"
    answers = desk.batch(
        join(desk, CARD), block_card(desk, CARD), replace(desk, CARD, value=new[5:]),
        register(desk, new, city="Varna"),
    )  # fmt: skip
    assert refusals(answers) == []
    assert named(look(desk, new)) == {new: "active", CARD: "replaced"}


def test_a_new_phone_number_must_be_one_and_free(desk: Desk) -> None:
    desk.do(join(desk, CARD, "phone:600100200"))
    desk.do(join(desk, "phone:600100300"))
    with pytest.raises(NotAnIdentifier, match="phone number"):
        replace(desk, "phone:600100200", value="me@home.pl")
    with pytest.raises(IdentifierTaken):
        desk.do(replace(desk, "phone:600100200", value="600100300"))
    desk.do(replace(desk, "phone:600100200", value="600100400"))
    assert look(desk, "600100400").id == look(desk, CARD).id


@pytest.mark.parametrize("wrong", [{}, {"value": "2900000000000007", "issue_card": True}])
def test_replacing_needs_one_new_thing(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="either"):
        replace(desk, CARD, **wrong)


def test_blocking_a_member_is_undone_by_unblocking(desk: Desk) -> None:
    desk.do(join(desk, CARD))
    assert desk.do(block(desk, CARD))["status"] == "blocked"
    with pytest.raises(MemberBlocked):
        desk.do(register(desk, CARD))
    with pytest.raises(AlreadySo):
        desk.do(block(desk, CARD))
    assert desk.do(unblock(desk, CARD))["status"] == "active"
    desk.do(register(desk, CARD))


@pytest.mark.parametrize("ref", [CARD, "id:019acafe-0000-7000-8000-000000000001"])
def test_who_is_not_known_is_not_found(desk: Desk, ref: str) -> None:
    known: Ref = resolve(ref)
    with pytest.raises(UnknownMember):
        desk.do(block(desk, ref))
    with pytest.raises(UnknownMember):
        desk.read(find(desk.program_id, known))


def test_programs_do_not_know_each_others_members(desk: Desk, database_url: str) -> None:
    desk.do(join(desk, CARD))
    other = Desk(database_url)
    with pytest.raises(UnknownMember):
        look(other, CARD)
    assert plain(other.batch(join(other, CARD))[0])["id"] != str(look(desk, CARD).id)
    other.connection.close()


def test_personal_data_is_not_kept_twice(desk: Desk) -> None:
    """What a person tells stands with the member, where it can be erased, not in the log."""
    answer = desk.do(
        join(desk, "phone:600100200", "email:jan@example.com", attributes={"a": "Jan"})
    )
    rows = desk.connection.execute(
        "select facts || decision || answer from activity where member_id = %s", (answer["id"],)
    ).fetchall()
    assert rows
    assert all(
        "600100200" not in text and "Jan" not in text and "@" not in text for (text,) in rows
    )


@pytest.mark.parametrize(
    "attributes",
    [
        {"Name": 1}, {"a": None}, {"a": [1]}, {"a": {"b": 1}}, {"a": "x" * 501}, {"a": "\0"},
        {"a": 10**16}, {f"a{n}": n for n in range(51)},
    ],
)  # fmt: skip
def test_attributes_are_few_single_values(attributes: dict[str, Any]) -> None:
    body = msgspec.json.encode({"issue_card": True, "attributes": attributes})
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=JoinIn)


def test_a_misspelt_field_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="isue_card"):
        msgspec.json.decode(b'{"isue_card": true}', type=JoinIn)


def test_ids_are_ids(desk: Desk) -> None:
    answer = desk.do(join(desk, CARD))
    assert look(desk, f"id:{answer['id']}").id == UUID(answer["id"])
