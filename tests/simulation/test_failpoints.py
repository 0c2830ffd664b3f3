"""Every kind of operation, ended before each of its statements: nothing is half done, and the same
request again comes to the same as if nothing had been (T9, T14)."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from regulars.activities.batch import Operation, run_batch
from regulars.giftcards.wire import CardPayIn
from regulars.identifiers.resolve import resolve
from regulars.members.operations import BlockMember, Join, Register
from regulars.members.queries import balances
from regulars.members.wire import BlockIn, IdentifierIn, JoinIn, RegisterIn
from regulars.purchases.operations import RecordActivity
from regulars.purchases.wire import ActivityIn
from regulars.vouchers.operations import RedeemVoucher
from regulars.vouchers.wire import VoucherRedeemIn
from tests.corner import GIVES_A_VOUCHER, corner, words
from tests.desk import Desk, open_desk, plain
from tests.households import home
from tests.points.counter import correct, donate, join, sell, send
from tests.purchases.shop import buying, quoting, returning

Make = Callable[[Desk, str, str, dict[str, Any]], Any]
GOODS = (("bread", 2, 3_000), ("milk", 1, 1_050))

KINDS: dict[str, Make] = {
    "join": lambda d, one, other, had: Join(
        JoinIn(issue_card=True), d.caller, key=d.key(), at=d.now
    ),
    "register": lambda d, one, other, had: Register(
        one,
        RegisterIn(identifiers=(IdentifierIn("email", f"{d.key()}@example.org"),)),
        d.caller,
        key=d.key(),
        at=d.now,
    ),
    "block": lambda d, one, other, had: BlockMember(
        one, BlockIn(reason="lost card"), d.caller, key=d.key(), at=d.now
    ),
    "purchase": lambda d, one, other, had: buying(d, one, *GOODS, key=d.key()),
    "quote": lambda d, one, other, had: quoting(d, one, *GOODS),
    "purchase paid with points": lambda d, one, other, had: buying(
        d, one, *GOODS, key=d.key(), pay_with={"points": 40}
    ),
    "sale of a gift card": lambda d, one, other, had: buying(d, one, ("GC", 1, 5_000), key=d.key()),
    "purchase paid with a gift card": lambda d, one, other, had: buying(
        d, one, *GOODS, key=d.key(), gift_cards=(CardPayIn(had["card"]),)
    ),
    "return of what a gift card paid": lambda d, one, other, had: returning(d, had["paid"]),
    "return of a gift card": lambda d, one, other, had: returning(d, had["sold"]),
    "use of a voucher": lambda d, one, other, had: RedeemVoucher(
        had["voucher"], VoucherRedeemIn(member=one), d.caller, key=d.key(), at=d.now
    ),
    "purchase with a voucher": lambda d, one, other, had: buying(
        d, one, *GOODS, key=d.key(), codes=(had["voucher"],)
    ),
    "return of a part": lambda d, one, other, had: returning(d, had["bought"], (1, 1)),
    "return of all": lambda d, one, other, had: returning(d, had["bought"]),
    "activity": lambda d, one, other, had: RecordActivity(
        ActivityIn("visit", one), d.caller, key=d.key(), at=d.now
    ),
    "redeem": lambda d, one, other, had: home.take(d, one, 40),
    "redeem of the household": lambda d, one, other, had: home.take(d, one, 140),
    "hold": lambda d, one, other, had: home.take(d, one, 40, hold=True),
    "reward": lambda d, one, other, had: home.reward(d, one, "coffee"),
    "settle": lambda d, one, other, had: home.settle(d, had["held"]),
    "void": lambda d, one, other, had: home.void(d, had["held"]),
    "transfer": lambda d, one, other, had: send(d, one, other, 30),
    "donate": lambda d, one, other, had: donate(d, one, 30),
    "sale": lambda d, one, other, had: sell(d, one, 100, 250),
    "credit": lambda d, one, other, had: correct(d, one, 30),
    "debit": lambda d, one, other, had: correct(d, one, -30),
    "leave": lambda d, one, other, had: home.leave(d, had["home"], other),
    "dissolve": lambda d, one, other, had: home.dissolve(d, had["home"], one),
}


def document() -> str:
    card = {"name": words("Card"), "skus": ["GC"]}
    found = json.loads(corner(GIVES_A_VOUCHER, gift_cards={"classic": card}))
    found["assets"]["points"]["pays"] = {"minor": 1}
    return json.dumps(found)


class Crash(Exception):
    """The process ends here."""


@pytest.fixture(scope="module")
def desk(database_url: str) -> Iterator[Desk]:
    with open_desk(database_url, document()) as desk:
        yield desk
        desk.verify()


@pytest.mark.parametrize("kind", KINDS)
def test_t14_ended_before_any_statement_it_leaves_nothing(desk: Desk, kind: str) -> None:
    undisturbed, _ = _prepared(desk, kind)
    desk.do(undisturbed.operation)
    aim = _has(desk, undisturbed)
    step = 0
    while True:
        disturbed, before = _prepared(desk, kind)
        all_rows = _rows(desk)
        ended = _end_before(desk, disturbed.operation, step)
        assert (_rows(desk), _has(desk, disturbed)) == (all_rows, before)
        answer = desk.do(disturbed.operation)
        assert _has(desk, disturbed) == aim, f"ended before statement {step}"
        after = _rows(desk)
        (again,) = desk.batch(disturbed.operation)
        assert again.replayed
        assert plain(again) == answer
        assert (_rows(desk), _has(desk, disturbed)) == (after, aim)
        if not ended:
            break
        step += 1
    assert step >= 2, "it reads, and it writes"


class Case:
    """A request about two members who have bought and belong together."""

    def __init__(self, operation: Operation, members: list[str]) -> None:
        self.operation, self.members = operation, members


def _prepared(desk: Desk, kind: str) -> tuple[Case, Any]:
    one, other = join(desk), join(desk)
    had: dict[str, Any] = {"bought": desk.do(buying(desk, one, ("bread", 2, 5_000)))}
    had["voucher"] = had["bought"]["vouchers"][0]["code"]
    had["sold"] = desk.do(buying(desk, other, ("GC", 1, 5_000)))
    had["card"] = desk.do(buying(desk, other, ("GC", 1, 5_000)))["gift_cards"][0]["code"]
    cards = (CardPayIn(had["card"], amount_minor=2_000),)
    had["paid"] = desk.do(buying(desk, other, ("bread", 1, 2_500), gift_cards=cards))
    desk.do(buying(desk, other, ("bread", 2, 5_000)))
    had["home"] = home.family(desk, one, other)
    had["held"] = desk.do(home.take(desk, other, 20, hold=True))
    operation = KINDS[kind](desk, one, other, had)
    if not operation.keys:
        operation.keys = [f"key:{desk.key()}"]
    case = Case(operation, [one, other])
    return case, _has(desk, case)


def _has(desk: Desk, case: Case) -> list[Any]:
    found = []
    for name in case.members:
        said = desk.read(balances(desk.program_id, resolve(name), desk.now, "Europe/Warsaw"))
        found.append([(a.asset, a.available, a.pending, a.held, a.owed) for a in said.assets])
    return found


def _rows(desk: Desk) -> dict[str, Any]:
    """How many rows of everything there are."""
    names = [
        "activity", "idempotency", "counter", "outbox", "quote", "account", "posting", "lot",
        "lot_use", "hold", "member", "identifier", "voucher", "household_member", "member_day",
        "gift_card",
    ]  # fmt: skip
    parts = [f"(select count(*) from {name} where program_id = %(p)s)" for name in names]
    row = desk.connection.execute(f"select {', '.join(parts)}", {"p": desk.program_id}).fetchone()
    desk.connection.commit()
    return dict(zip(names, row or (), strict=True))


def _end_before(desk: Desk, operation: Operation, step: int) -> bool:
    """Carry out so many statements and end; False where there were no more, and only the commit
    was left out."""
    ended = True
    steps = run_batch(desk.context, [operation], now=desk.now, ids=desk.ids)
    try:
        with desk.connection.transaction(), psycopg.RawCursor(desk.connection) as cursor:
            try:
                statement = next(steps)
                for _ in range(step):
                    cursor.execute(statement.sql, statement.params)
                    statement = steps.send(cursor.fetchall() if cursor.description else [])
            except StopIteration:
                ended = False
            raise Crash
    except Crash:
        return ended
