"""A month is put away and brought back; sums, seals and keys hold all the while."""

from collections.abc import Callable
from typing import Any

import psycopg

from regulars.kit.months import LOGS, bounds, first_id, month_of
from regulars.kit.patience import patiently
from regulars.kit.problems import Conflict, NotFound
from regulars.kit.steps import Step, run_sync
from regulars.months.ahead import check, uncheck
from regulars.months.queries import SQL, Detached, Part, detached, parts

LEAST = 13
"""A rule keeps at least so many months: windows of a year look back so far, and so do returns."""


class UnknownMonth(NotFound):
    code = "unknown_month"
    title = "There is no such month"


class NotYet(Conflict):
    """Something of the month is still to be done."""

    code = "month_not_finished"
    title = "The month cannot be put away yet"


def declare(connection: psycopg.Connection, months: int | None, now: int) -> None:
    """From now on the worker puts away what is older than so many whole months; None: nothing."""
    step = Step(SQL["undeclare"]) if months is None else Step(SQL["declare"], (months, now))
    with psycopg.RawCursor(connection) as cursor:
        cursor.execute(step.sql, step.params)


def detach(connection: psycopg.Connection, month: str, now: int) -> Detached:
    """Put a month away (``2024-03``, or ``begin``): its rows stay in tables of their own that
    nothing looks into. What they add up to is kept, so that every check still holds.

    Only a month that has ended and was sealed and told to the last row. Tills wait for a moment in
    the end; the sums are made before that.
    """
    with connection.transaction(), psycopg.RawCursor(connection) as cursor:
        mine = {table: _part(cursor, table, month) for table in LOGS}
        for found in mine.values():  # nobody adds to it from here on; nobody else wants to
            patiently(connection, _locking(connection, found.name))
        activity, posting = mine["activity"], mine["posting"]
        _finished(cursor, activity, posting, month, now)
        sums = [_one(cursor, "sum", part=found.name) for found in (activity, posting)]
        (activities, activities_sum), (postings, postings_sum) = sums
        known = (
            month, activity.since, activity.until, activities, postings, activities_sum,
            postings_sum, now,
        )  # fmt: skip
        cursor.execute(SQL["note"], known)
        for name in ("carry", "carry_seals"):
            cursor.execute(SQL[name].replace("{part}", f'"{posting.name}"'), (month,))
        out = [f'alter table "{t}" detach partition "{found.name}"' for t, found in mine.items()]
        patiently(connection, lambda: connection.execute(";".join(out).encode()))
        return next(one for one in run_sync(cursor, detached()) if one.name == month)


def attach(
    connection: psycopg.Connection,
    month: str,
    then: Callable[[psycopg.RawCursor, Detached], None] = lambda cursor, month: None,
) -> Detached:
    """Bring back a month whose tables are in the database. They must be as they were: same number
    of rows, same sum of their hashes. ``then`` does in the same transaction what was to be done to
    its rows meanwhile."""
    with psycopg.RawCursor(connection) as cursor:
        known = put_away(cursor, month)
        same(cursor, known)
    statements = []
    for table in LOGS:
        name = table_of(table, month)
        low = "" if known.since is None else f"id >= '{known.since}' and "
        check(connection, name, f"{low}id < '{known.until}'")
        range_ = bounds(known.since, known.until)
        statements.append(f'alter table "{table}" attach partition "{name}" {range_}')
    with connection.transaction(), psycopg.RawCursor(connection) as cursor:
        patiently(connection, lambda: connection.execute(";".join(statements).encode()))
        cursor.execute(SQL["forget"], (month,))
        then(cursor, known)
    for table in LOGS:
        uncheck(connection, table_of(table, month))
    return known


def table_of(table: str, month: str) -> str:
    """The name of a month's part: ``activity_2024_03``."""
    return f"{table}_{month.replace('-', '_')}"


def put_away(cursor: Any, month: str) -> Detached:
    for one in run_sync(cursor, detached()):
        if one.name == month:
            return one
    raise UnknownMonth(f"{month} has not been detached: regulars partitions show lists those.")


def same(cursor: Any, known: Detached) -> None:
    """A `Conflict` where the rows are not those that were put away."""
    expected = (
        ("activity", known.activities, known.activities_sum),
        ("posting", known.postings, known.postings_sum),
    )
    for table, rows, hashes in expected:
        found = _one(cursor, "sum", part=table_of(table, known.name))
        if tuple(found) != (rows, hashes):
            raise Conflict(
                f"{table_of(table, known.name)} has other rows than when it was detached: "
                f"{found[0]} of {rows}. Nothing was attached; take the files written then."
            )


def _part(cursor: Any, table: str, month: str) -> Part:
    for found in run_sync(cursor, parts(table)):
        if found.name == table_of(table, month):
            return found
    raise UnknownMonth(f"{month} is not a part of the log: regulars partitions show lists them.")


def _finished(cursor: Any, activity: Part, posting: Part, month: str, now: int) -> None:
    if activity.until is None or (activity.since, activity.until) != (posting.since, posting.until):
        raise NotYet(f"{month} is still open, or not cut alike in both tables.")
    if activity.until > first_id(month_of(now)):
        raise NotYet(f"The part {month} is written to until it ends: put away what is over.")
    if _one(cursor, "unsealed", part=posting.name):
        raise NotYet("Some of its postings are not sealed: let the worker run for a minute.")
    cursor.execute(SQL["undrained"], (activity.since, activity.until))
    if cursor.fetchone():
        raise NotYet("The outbox still holds some of it: let the worker run for a minute.")


def _one(cursor: Any, name: str, *, part: str) -> Any:
    cursor.execute(SQL[name].replace("{part}", f'"{part}"'))
    return cursor.fetchone()


def _locking(connection: psycopg.Connection, name: str) -> Callable[[], object]:
    return lambda: connection.execute(f'lock table "{name}" in share mode'.encode())
