"""Vouchers: when they can be used, how often, by whom; what cannot be used looks all the same."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from regulars.activities.batch import Operation
from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit, Voucher
from regulars.activities.wants import Wants
from regulars.engine.rules import VoucherDefinition
from regulars.identifiers.resolve import resolve
from regulars.kit.codes import checks, grouped
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.vouchers.operations import RedeemVoucher, issue
from regulars.vouchers.queries import look_up, of_member
from regulars.vouchers.usable import NoSuchVoucher, usable, usable_at_till
from regulars.vouchers.wire import VoucherRedeemIn
from tests.desk import DAY, Desk, refusals

ANNA, OTHER = "card:2900000000000007", "card:4539148803436467"
NOON = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp())


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


class Issue:
    """Give vouchers, as a campaign would."""

    digest = b""
    now: int | None = None

    def __init__(self, member: str | None, count: int = 1, **definition: Any) -> None:
        self.keys: list[str] = []
        self.member = None if member is None else resolve(member)
        self.count, self.definition = count, VoucherDefinition(**definition)
        self.vouchers: list[Voucher] = []

    def wants(self, wants: Wants, context: Context) -> None:
        if self.member is not None:
            wants.member(self.member)

    def decide(self, unit: Unit, context: Context) -> Record:
        member = unit.member(self.member)
        activity_id = unit.make_id()
        member_id = None if member is None else member.id
        self.vouchers = issue(
            unit, "coffee", self.definition, member_id=member_id, campaign="welcome",
            activity_id=activity_id, at=unit.now, timezone="Europe/Warsaw", count=self.count,
        )  # fmt: skip
        return Record(activity_id, member_id, "gift", unit.now, answer="{}")


def given(desk: Desk, member: str | None = None, **definition: Any) -> str:
    """The code of a voucher just issued."""
    giving = Issue(member, **definition)
    desk.do(giving)
    return giving.vouchers[0].code


def redeem(desk: Desk, code: str, member: str | None = None, key: str | None = None) -> Operation:
    request = VoucherRedeemIn(member)
    return RedeemVoucher(code, request, desk.caller, key=key or desk.key(), at=desk.now)


@pytest.fixture
def anna(desk: Desk) -> UUID:
    first, _ = (
        desk.do(Join(JoinIn((IdentifierIn("card", card[5:]),)), desk.caller, key=None, at=desk.now))
        for card in (ANNA, OTHER)
    )
    return UUID(first["id"])


def a_voucher(**what: Any) -> Voucher:
    plain = {
        "code": "A", "definition": "coffee", "member_id": None, "uses_left": 1,
        "valid_from": NOON, "valid_until": NOON + DAY, "blocked": False,
    }  # fmt: skip
    return Voucher(**(plain | what))


@pytest.mark.parametrize(
    ("what", "when", "can"),
    [
        ({}, NOON, True),
        ({}, NOON - 1, False),
        ({}, NOON + DAY - 1, True),
        ({}, NOON + DAY, False),
        ({"valid_until": None}, NOON + 9999 * DAY, True),
        ({"uses_left": 0}, NOON, False),
        ({"blocked": True}, NOON, False),
        ({"member_id": UUID(int=1)}, NOON, True),
        ({"member_id": UUID(int=2)}, NOON, False),
    ],
)
def test_a_voucher_can_be_used_in_its_time_by_whose_it_is(
    what: dict[str, Any], when: int, can: bool
) -> None:
    assert usable(a_voucher(**what), UUID(int=1), when) is can


@pytest.mark.parametrize(
    ("behind", "told_after", "can"),
    [
        (0, 0, True),
        (60, 0, True),  # issued, and used at once by a till whose clock is a minute slow
        (300, 0, True),
        (301, 0, False),
        (60, -30, False),  # it was not there yet when the purchase was recorded
        (60, 86_399, True),  # kept without connection and told hours later
    ],
)
def test_t10_a_till_with_a_slow_clock_can_use_what_was_just_issued(
    behind: int, told_after: int, can: bool
) -> None:
    at, now = NOON - behind, NOON + told_after
    assert usable_at_till(a_voucher(), UUID(int=1), at, now) is can


@pytest.mark.parametrize(
    ("definition", "issued", "begins", "ends"),
    [
        ({}, "2026-03-02T15:00+01:00", "2026-03-02T15:00+01:00", None),
        ({"valid_days": 1}, "2026-03-02T15:00+01:00", "2026-03-02T15:00+01:00",
         "2026-03-03T00:00+01:00"),
        ({"usable_after_days": 1, "valid_days": 1}, "2026-03-02T15:00+01:00",
         "2026-03-03T00:00+01:00", "2026-03-04T00:00+01:00"),
        # T15: across the night the clocks go forward, and in the zone of the program.
        ({"valid_days": 2}, "2026-03-28T23:30+01:00", "2026-03-28T23:30+01:00",
         "2026-03-30T00:00+02:00"),
        ({"usable_after_days": 1, "valid_days": 1}, "2026-03-28T22:59+00:00",
         "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00"),
        ({"valid_days": 1}, "2026-10-25T12:00+01:00", "2026-10-25T12:00+01:00",
         "2026-10-26T00:00+01:00"),
    ],
)  # fmt: skip
def test_t15_validity_is_counted_in_local_days(
    definition: dict[str, Any], issued: str, begins: str, ends: str | None
) -> None:
    unit = Unit(UUID(int=9), at(issued), None)  # type: ignore[arg-type]
    (voucher,) = issue(
        unit, "coffee", VoucherDefinition(**definition), member_id=None, campaign="c",
        activity_id=UUID(int=1), at=at(issued), timezone="Europe/Warsaw",
    )  # fmt: skip
    assert voucher.valid_from == at(begins)
    assert voucher.valid_until == (None if ends is None else at(ends))
    assert checks(voucher.code)
    assert unit.vouchers == {voucher.code: voucher}


def test_a_voucher_is_used_once_however_its_code_is_written(desk: Desk) -> None:
    code = given(desk)
    answer = desk.do(redeem(desk, grouped(code).lower()))
    assert (answer["code"], answer["voucher"], answer["uses_left"]) == (grouped(code), "coffee", 0)
    with pytest.raises(NoSuchVoucher):
        desk.do(redeem(desk, code))


def test_t11_the_same_key_uses_it_once(desk: Desk) -> None:
    code, key = given(desk, uses=2), desk.key()
    first = desk.do(redeem(desk, code, key=key))
    assert desk.do(redeem(desk, code.lower(), key=key)) == first
    assert first["uses_left"] == 1


def test_t1_of_64_at_once_exactly_one_gets_the_last_use(desk: Desk) -> None:
    code = given(desk)
    answers = desk.at_once([redeem(desk, code) for _ in range(64)])
    assert [a.bug for a in answers if a.bug] == []
    assert [type(p) for p in refusals(answers)] == [NoSuchVoucher] * 63
    assert sum(answer.text != "" for answer in answers) == 1


def test_t1_also_in_one_batch(desk: Desk) -> None:
    code = given(desk, uses=3)
    answers = desk.batch(*(redeem(desk, code) for _ in range(64)))
    assert len(refusals(answers)) == 61
    assert [json.loads(a.text)["uses_left"] for a in answers if a.text] == [2, 1, 0]


def test_a_voucher_of_a_member_is_used_by_that_member(desk: Desk, anna: UUID) -> None:
    code = given(desk, ANNA)
    for stranger in (None, OTHER):
        with pytest.raises(NoSuchVoucher):
            desk.do(redeem(desk, code, stranger))
    desk.do(redeem(desk, code, ANNA))
    kinds = desk.connection.execute(
        "select kind from activity where member_id = %s order by id", (anna,)
    ).fetchall()
    assert kinds == [("join",), ("gift",), ("redeem_voucher",)]


def test_t16_whatever_is_wrong_with_a_code_the_answer_is_the_same(desk: Desk, anna: UUID) -> None:
    used, blocked, foreign = given(desk), given(desk), given(desk, ANNA)
    expired, later = given(desk, valid_days=1), given(desk, usable_after_days=9)
    elsewhere = Desk(desk.database_url)
    of_another_program = given(elsewhere)
    elsewhere.connection.close()
    desk.do(redeem(desk, used))
    with desk.connection.transaction():
        desk.connection.execute("update voucher set blocked_at = now() where code = %s", (blocked,))
    desk.wait(days=2)
    codes = [
        used, blocked, foreign, expired, later, of_another_program, "nonsense", "\0", "'; drop",
    ]  # fmt: skip
    said = set()
    for code in codes:
        for steps in (redeem(desk, code), look_up(desk.program_id, code, None, desk.now)):
            with pytest.raises(NoSuchVoucher) as refusal:
                desk.read(steps) if not isinstance(steps, RedeemVoucher) else desk.do(steps)
            said.add(json.dumps(refusal.value.document(), sort_keys=True))
    assert len(said) == 1


def test_a_typing_error_is_told_from_the_code_alone(desk: Desk) -> None:
    code = given(desk)
    wrong = ("2" if code[0] != "2" else "3") + code[1:]
    for mistyped in (wrong, "SPRING" + wrong):
        with pytest.raises(NoSuchVoucher) as refusal:
            desk.read(look_up(desk.program_id, mistyped, None, desk.now))
        assert refusal.value.document()["mistyped"] is True
    assert "mistyped" not in NoSuchVoucher(code).document(), "there or not, it is made right"


def test_looking_a_voucher_up_does_not_use_it(desk: Desk, anna: UUID) -> None:
    code = given(desk, ANNA, valid_days=30)
    for _ in range(2):
        found = desk.read(look_up(desk.program_id, grouped(code), resolve(ANNA), desk.now))
    assert (found.voucher, found.uses_left) == ("coffee", 1)
    assert found.valid_until == datetime(2026, 3, 31, 22, tzinfo=UTC), "31 March, local time"


def test_a_member_sees_what_can_be_used_the_first_to_expire_first(desk: Desk, anna: UUID) -> None:
    undated, soon = given(desk, ANNA), given(desk, ANNA, valid_days=3)
    used, later = given(desk, ANNA), given(desk, ANNA, usable_after_days=5, valid_days=9)
    given(desk, OTHER)
    desk.do(redeem(desk, used, ANNA))
    codes = [v.code for v in desk.read(of_member(desk.program_id, anna, desk.now))]
    assert codes == [grouped(code) for code in (soon, later, undated)]
