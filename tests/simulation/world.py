"""The product beside the reference: every action in both, every answer and balance compared."""

from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from regulars.activities.batch import Answer, Operation, run_batch
from regulars.activities.context import Context
from regulars.activities.operations import BringUpToDate
from regulars.giftcards.queries import balance
from regulars.identifiers.resolve import resolve
from regulars.kit.steps import Steps
from regulars.members.queries import balances
from regulars.members.wire import BalancesOut
from regulars.programs.snapshot import load
from tests.desk import Desk, plain
from tests.points.counter import join
from tests.simulation.actions import MEMBERS, Action
from tests.simulation.deeds import ASSETS, Deeds, Differs
from tests.simulation.reference import Ledger, Refused

Build = Callable[[], Any]
Apply = Callable[[Any], None]


class Crash(Exception):
    """The process ends here."""


class World:
    """One seed's members in a program, from an instant on."""

    def __init__(self, desk: Desk, ledger: Ledger, on_short: str, start: int) -> None:
        self.desk, self.ledger = desk, ledger
        desk.now = start
        self.members = [join(desk) for _ in range(MEMBERS)]
        found = desk.connection.execute(
            "select value, member_id from identifier where program_id = %s and value = any(%s)",
            (desk.program_id, [name[5:] for name in self.members]),
        ).fetchall()
        ids = dict(found)
        self.ids = [ids[name[5:]] for name in self.members]
        self.deeds = Deeds(desk, ledger, self.members, self.ids, on_short)
        self.steps = 0

    # A batch of actions, with what goes wrong.

    def carry_out(self, group: Sequence[Action]) -> None:
        first, desk = group[0], self.desk
        self._wait(first.wait)
        keys = [desk.key() for _ in group]
        there = []
        for action, key in zip(group, keys, strict=True):
            found = self.deeds.of(action)
            if found is not None:
                there.append((action, _with_key(key, found[0]), found[1]))
        if not there:
            return
        self.steps += len(there)
        operations = [build() for _, build, _ in there]
        if first.fault == "restart":
            desk.context = Context(desk.program_id, desk.read(load(desk.program_id)))
        if first.fault in ("crash", "halves"):
            self._crash(operations, first.at_step)
            desk.now += 1
        self.ledger.until(desk.now)
        if first.fault == "halves":
            middle = len(operations) // 2
            answers = self._commit(operations[:middle]) + self._commit(operations[middle:])
        else:
            answers = self._commit(operations)
        for (action, _, apply), answer in zip(there, answers, strict=True):
            self._compare(action, apply, answer)
        if first.fault == "lost":
            self._repeat(there, answers)
        self.check()

    def _wait(self, seconds: int) -> None:
        """The clock goes on; or back a little, unless something fell due in that while."""
        now = self.desk.now + seconds
        if seconds < 0 and any(now < at <= self.desk.now for at in self.ledger.moments):
            return
        self.desk.now = now

    def _commit(self, operations: Sequence[Operation]) -> list[Answer]:
        return self.desk.batch(*operations) if operations else []

    def _crash(self, operations: Sequence[Operation], at_step: int) -> None:
        """Carry out so many statements, and end; the database rolls back."""
        desk = self.desk
        steps = run_batch(desk.context, operations, now=desk.now, ids=desk.ids)
        try:
            with desk.connection.transaction(), psycopg.RawCursor(desk.connection) as cursor:
                try:
                    step = next(steps)
                    for _ in range(at_step):
                        cursor.execute(step.sql, step.params)
                        step = steps.send(cursor.fetchall() if cursor.description else [])
                except StopIteration:
                    pass
                raise Crash
        except Crash:
            pass

    def _repeat(self, there: Sequence[tuple[Action, Build, Apply]], answers: list[Answer]) -> None:
        """The answers were lost: the same requests come again, a little later, and hear the same.
        What was refused is not sent again: it may be possible by now."""
        self._wait(1)
        self.ledger.until(self.desk.now)
        sent = [
            (action, build, answer)
            for (action, build, _), answer in zip(there, answers, strict=True)
            if answer.problem is None and action.what != "tick"
        ]
        again = self._commit([build() for _, build, _ in sent])
        for (action, _, before), after in zip(sent, again, strict=True):
            if not after.replayed or plain(after) != plain(before):
                raise Differs(f"{action}\n  said {before.text}\n  then {after.text or after}")

    def _compare(self, action: Action, apply: Apply, answer: Answer) -> None:
        if answer.bug is not None:
            raise answer.bug
        said = None if answer.problem is not None else plain(answer) if answer.text else {}
        self.deeds.answers[action.number] = said
        try:
            apply(said)
        except Refused as refused:
            if said is not None:
                raise Differs(f"{action}\n  done, but the reference says {refused}") from None
        else:
            if answer.problem is not None:
                raise Differs(f"{action}\n  refused: {answer.problem}, but possible")

    def check(self) -> None:
        """Every balance, and what went where in all."""
        shown = self.desk.read(self._shown())
        for who, found in enumerate(shown):
            has = {
                one.asset: (one.pending, one.available, one.held, one.owed) for one in found.assets
            }
            for asset in ASSETS:
                expected = self.ledger.state(who, asset)
                if has.get(asset, (0, 0, 0, 0)) != expected:
                    raise Differs(f"member {who} {asset}: {has.get(asset)}, not {expected}")

        for number, left in self.ledger.cards.items():
            code = self.deeds.answers[number]["gift_cards"][0]["code"]
            on = self.desk.read(balance(self.desk.program_id, code, None, "PLN", self.desk.now))
            if on.balance_minor != left:
                raise Differs(f"card {number}: {on.balance_minor}, not {left}")

    def _shown(self) -> Steps[list[BalancesOut]]:
        """What the members are told of their balances now."""
        desk, shown = self.desk, []
        for name in self.members:
            found = yield from balances(desk.program_id, resolve(name), desk.now, "Europe/Warsaw")
            shown.append(found)
        return shown

    def check_totals(self) -> None:
        """After everything that is due was written down: the postings of these members, by where
        they came from and went."""
        desk = self.desk
        self.ledger.until(desk.now)
        self._commit([BringUpToDate(self.ids, now=desk.now)])
        found = desk.connection.execute(
            "select asset, against, sum(amount)::bigint from posting"
            " where program_id = %s and member_id = any(%s) group by 1, 2",
            (desk.program_id, self.ids),
        ).fetchall()
        has = {(asset, against): amount for asset, against, amount in found if amount}
        expected = {what: amount for what, amount in self.ledger.totals.items() if amount}
        if has != expected:
            raise Differs(f"in all: {has}, not {expected}")


def _with_key(key: str, build: Build) -> Build:
    """The same request each time it is built."""

    def built() -> Any:
        operation = build()
        if not isinstance(operation, BringUpToDate):
            operation.keys = [f"key:{key}"]
        return operation

    return built
