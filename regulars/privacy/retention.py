"""Clocks of retention: what is kept how long, what of it is due, and forgetting that (P4).

The periods stand in the program's document (``privacy``); one that is not there never ends. Members
are erased as by request, one to a transaction; of the rest some thousand rows at a time.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from msgspec import Struct

from regulars.activities.context import Context
from regulars.kit.periods import add_months, instant
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps, run_sync
from regulars.privacy.tombstones import erase_one
from regulars.programs.document import Document, Privacy
from regulars.programs.snapshot import Revisions, load

SQL = statements("regulars.privacy", "retention.sql")
DAY = 86_400
AT_ONCE, MOST_TOLD = 1_000, 10_000
MEMBERS_AT_ONCE = 50
_CLOCKS = {
    "inactive_members": "inactive_months",
    "purchase_facts": "facts_months",
    "consents": "consents_months",
    "sign_ins": "sign_ins_days",
    "audit": "audit_months",
}
"""Each clock and the field of the document that sets it."""


class Clock(Struct, frozen=True):
    """One clock: its name, the period, and the instant before which what there is is due."""

    name: str
    months: int | None = None
    days: int | None = None
    before: int | None = None
    """None: no limit is set."""


class Told(Struct, frozen=True):
    """A line of the report."""

    clock: Clock
    due: int
    """No more than `MOST_TOLD` are counted."""
    done_at: datetime | None
    forgotten: int


def clocks(privacy: Privacy, now: int) -> list[Clock]:
    """The clocks of a program as its document sets them."""
    today = instant(now).date()
    return [_clock(name, getattr(privacy, field), field, today, now)
            for name, field in _CLOCKS.items()]  # fmt: skip


def _clock(name: str, period: int | None, field: str, today: date, now: int) -> Clock:
    if period is None:
        return Clock(name)
    if field.endswith("_days"):
        return Clock(name, days=period, before=now - period * DAY)
    start = add_months(today, -period)
    since_1970 = (start - date(1970, 1, 1)).days * DAY
    return Clock(name, months=period, before=since_1970)


def report(program_id: UUID, privacy: Privacy, now: int) -> Steps[list[Told]]:
    """What is kept how long, and how much is due by now."""
    last = {name: (done, count) for name, done, count in (yield Step(SQL["last"], (program_id,)))}
    told = []
    for clock in clocks(privacy, now):
        due = 0
        if clock.before is not None:
            due = len((yield _due(program_id, clock, clock.before, MOST_TOLD)))
        told.append(Told(clock, due, *last.get(clock.name, (None, 0))))
    return told


def erasures(program_id: UUID, now: int) -> Steps[tuple[int, int]]:
    """How many members were erased: ever, and in the last 30 days."""
    rows = yield Step(SQL["erasures"], (program_id, now))
    return rows[0][0], rows[0][1]


def apply(connection: psycopg.Connection, now: int) -> int:
    """Let every clock of every program do its work; how many rows that were (the worker's job)."""
    with psycopg.RawCursor(connection) as cursor:
        with connection.transaction():
            found = run_sync(cursor, _programs())
            rules = {program_id: _rules(revisions, now) for program_id, _, revisions in found}
        audits = _longest({program_id: firm for program_id, firm, _ in found}, rules)
        done = 0
        for program_id, _, revisions in found:
            context = Context(program_id, revisions)
            for clock in clocks(rules[program_id], now):
                if clock.before is None or (clock.name == "audit" and program_id not in audits):
                    continue
                done += _work(connection, cursor, context, clock, clock.before, now)
    return done


def _work(
    connection: psycopg.Connection, cursor: psycopg.RawCursor, context: Context, clock: Clock,
    before: int, now: int,
) -> int:  # fmt: skip
    """Forget what is due of one clock, as long as there is any."""
    program_id, total = context.program_id, 0
    while True:
        with connection.transaction():
            members = clock.name == "inactive_members"
            step = _due(program_id, clock, before, MEMBERS_AT_ONCE if members else AT_ONCE)
            due = [row[0] for row in cursor.execute(step.sql, step.params).fetchall()]
            if due and members:
                for member_id in due:
                    erase_one(cursor, context, member_id, now, "retention")
            elif due:
                cursor.execute(SQL["forgetting"])
                cursor.execute(SQL[f"forget_{clock.name}"], (program_id, due))
            upto = due[-1] if due and clock.name == "purchase_facts" else None
            cursor.execute(SQL["done"], (program_id, clock.name, now, len(due), upto))
        total += len(due)
        if not due:
            return total


def _due(program_id: UUID, clock: Clock, before: int, most: int) -> Step:
    sql = SQL[f"due_{clock.name}"]
    more = (UUID(int=before * 1000 << 80),) if "$4" in sql else ()
    return Step(sql, (program_id, before, most, *more))


def _programs() -> Steps[list[tuple[UUID, UUID, Revisions]]]:
    """Those with a document, with whose they are."""
    rows = yield Step(SQL["programs"])
    found = []
    for program_id, organization_id in rows:
        revisions = yield from load(program_id)
        if revisions.numbers:
            found.append((program_id, organization_id, revisions))
    return found


def _rules(revisions: Revisions, now: int) -> Privacy:
    if revisions.begins_at is None or now < revisions.begins_at:
        return Privacy()
    rules = revisions.at(now)[1].rules
    return rules.privacy if isinstance(rules, Document) else Privacy()


def _longest(firms: Mapping[UUID, UUID], rules: Mapping[UUID, Privacy]) -> set[UUID]:
    """The programs whose period for the record of the staff counts for their firm: the longest;
    none where one of them sets no limit."""
    by_firm: dict[UUID, list[UUID]] = {}
    for program_id, firm in firms.items():
        by_firm.setdefault(firm, []).append(program_id)
    months: dict[UUID, Any] = {one: privacy.audit_months for one, privacy in rules.items()}
    return {
        max(programs, key=lambda one: months[one])
        for programs in by_firm.values()
        if all(months[one] is not None for one in programs)
    }
