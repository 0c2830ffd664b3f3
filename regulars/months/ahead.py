"""Months are cut off the open end of the log before they begin.

The last part is open towards the future, so that a row always has a place, whether or not the
worker runs and whatever its clock says. Cutting ends it at the beginning of a month and opens a new
one behind it: no row moves, and what is checked is checked beforehand, beside the tills.
"""

from collections.abc import Iterator
from contextlib import suppress

import psycopg
from psycopg import sql

from regulars.kit.months import LOGS, Month, bounds, first_id, month_of, moved, part, part_name
from regulars.kit.patience import StillBusy, patiently
from regulars.kit.steps import run_sync
from regulars.months.queries import Part, parts

AHEAD = 2
"""So many months after the present one have a part of their own; the last of them is open."""


def make_ahead(connection: psycopg.Connection, now: int) -> int:
    """Cut what is missing; how many parts were made. The connection is in autocommit."""
    return sum(_ahead(connection, table, month_of(now)) for table in LOGS)


def _ahead(connection: psycopg.Connection, table: str, present: Month) -> int:
    made = 0
    with psycopg.RawCursor(connection) as cursor:
        *_, last = run_sync(cursor, parts(table))
    empty = _is_empty(connection, last.name)
    for month in _months(last, present, empty):
        cut = _cut(connection, table, last, month, empty)
        if cut is not None:
            last, made, empty = cut, made + 1, True
    return made


def _months(last: Part, present: Month, empty: bool) -> Iterator[Month]:
    """Where the open part may be cut: before this month only if nothing is in it."""
    month = present if empty else moved(present, 1)
    while month <= moved(present, AHEAD):
        if last.since is None or first_id(month) > last.since:
            yield month
        month = moved(month, 1)


def _is_empty(connection: psycopg.Connection, name: str) -> bool:
    query = sql.SQL("select exists (select from {})").format(sql.Identifier(name))
    row = connection.execute(query).fetchone()
    return row is not None and not row[0]


def _cut(
    connection: psycopg.Connection, table: str, last: Part, month: Month, empty: bool
) -> Part | None:
    """End ``last`` where ``month`` begins; the open part behind it. None where a row is later
    already: a clock was ahead, and the next month is tried.

    An empty part is cut in one go: nothing has to be proved of it beforehand, and what the proof
    refuses meanwhile, rows of the present month, is what comes next.
    """
    at = first_id(month)
    low = "" if last.since is None else f"id >= '{last.since}' and "
    try:
        if not empty:
            check(connection, last.name, f"{low}id < '{at}'")
        return _end(connection, table, last, month)
    except psycopg.errors.CheckViolation:
        uncheck(connection, last.name)
        return None
    except psycopg.Error:  # no room on the disk, say: rows of that month must not be refused
        with suppress(psycopg.Error, StillBusy):
            uncheck(connection, last.name)
        raise


def _end(connection: psycopg.Connection, table: str, last: Part, month: Month) -> Part:
    at, name = first_id(month), part_name(table, month)
    ended = f'alter table "{table}" detach partition "{last.name}";\n'
    ended += f'alter table "{table}" attach partition "{last.name}" {bounds(last.since, at)};\n'
    ended += f'alter table "{last.name}" drop constraint if exists "{last.name}_bounds";\n'
    patiently(connection, lambda: connection.execute((ended + part(table, name, at)).encode()))
    return Part(name, 0, 0, at, None)


def check(connection: psycopg.Connection, name: str, rule: str) -> None:
    """Prove of a part's rows what its bounds will say, while others go on writing: then taking it
    in needs no look at them."""
    uncheck(connection, name)
    added = f'alter table "{name}" add constraint "{name}_bounds" check ({rule}) not valid'
    patiently(connection, lambda: connection.execute(added.encode()))
    proved = f'alter table "{name}" validate constraint "{name}_bounds"'
    patiently(connection, lambda: connection.execute(proved.encode()))


def uncheck(connection: psycopg.Connection, name: str) -> None:
    """Take back what `check` began; one that was interrupted leaves it behind."""
    gone = f'alter table "{name}" drop constraint if exists "{name}_bounds"'
    patiently(connection, lambda: connection.execute(gone.encode()))
