"""The product beside the reference: every action in both, every answer and balance compared."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import psycopg

from regulars.activities.batch import Answer, Operation, run_batch
from regulars.activities.context import Context
from regulars.activities.operations import BringUpToDate
from regulars.members.operations import Join
from regulars.members.wire import JoinIn
from regulars.programs.snapshot import load
from regulars.referrals.operations import GetCode
from regulars.referrals.wire import CodeIn
from tests.desk import Desk, plain
from tests.simulation.actions import MEMBERS, Action
from tests.simulation.buying import Differs
from tests.simulation.checks import check, check_totals
from tests.simulation.deeds import Deeds
from tests.simulation.plain.ledger import Ledger, Refused
from tests.simulation.plain.tiers import Rule
from tests.simulation.plain.times import day

Build = Callable[[], Any]
Apply = Callable[[Any], None]


class Crash(Exception):
    """The process ends here."""


class World:
    """One seed's members in a program, from an instant on."""

    def __init__(self, desk: Desk, ledger: Ledger, tiers: Rule, on_short: str, start: int) -> None:
        self.desk, self.ledger = desk, ledger
        desk.now = start
        joined = [plain(answer) for answer in desk.batch(*(self._join() for _ in range(MEMBERS)))]
        self.members = [f"card:{member['card']}" for member in joined]
        self.ids = [UUID(member["id"]) for member in joined]
        codes = [plain(answer)["code"] for answer in desk.batch(*map(self._code, self.members))]
        self.deeds = Deeds(desk, ledger, self.members, self.ids, codes, tiers, on_short)
        self.steps = 0

    def _join(self) -> Join:
        desk = self.desk
        return Join(JoinIn(issue_card=True), desk.caller, key=desk.key(), at=desk.now)

    def _code(self, member: str) -> GetCode:
        """The code by which a member brings friends."""
        desk = self.desk
        return GetCode(member, CodeIn(), desk.caller, key=desk.key(), at=desk.now)

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
        check(self.deeds)

    def _wait(self, seconds: int) -> None:
        """The clock goes on; or back a little, unless something fell due in that while."""
        now = self.desk.now + seconds
        due = any(now < at <= self.desk.now for at in self.ledger.moments)
        if seconds < 0 and (due or day(now) != day(self.desk.now)):
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

    def finish(self) -> None:
        """Everything that is due is written down; then it must add up."""
        self.ledger.until(self.desk.now)
        self._commit([BringUpToDate(self.ids, now=self.desk.now)])
        check_totals(self.deeds)


def _with_key(key: str, build: Build) -> Build:
    """The same request each time it is built."""

    def built() -> Any:
        operation = build()
        if not isinstance(operation, BringUpToDate):
            others = [one for one in operation.keys if not one.startswith("key:")]
            operation.keys = [f"key:{key}", *others]
        return operation

    return built
