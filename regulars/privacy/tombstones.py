"""Erased members stay erased: whoever restores a backup from before erases them again.

    kept = tombstones as they were written to a file (`regulars privacy erased`)
    again(connection, kept, now)

The list names nobody, so it may be kept anywhere; keep it apart from the backups.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
import psycopg

from regulars.activities.batch import run_batch
from regulars.activities.context import Context
from regulars.kit.http import Caller
from regulars.kit.ids import Ids
from regulars.kit.problems import Invalid
from regulars.kit.steps import run_sync
from regulars.months.queries import Detached
from regulars.privacy.operations import Erase
from regulars.privacy.queries import SQL, Tombstone, still_there, tombstones
from regulars.programs.snapshot import load


def write(found: Iterable[Tombstone]) -> str:
    """A line of JSON for each."""
    return "".join(msgspec.json.encode(one).decode() + "\n" for one in found)


def read(text: str) -> list[Tombstone]:
    """The list back from its lines."""
    try:
        lines = [line for line in text.splitlines() if line.strip()]
        return [msgspec.json.decode(line, type=Tombstone) for line in lines]
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Invalid(f"This is no list of erased members: {error}.") from None


def again(connection: psycopg.Connection, kept: Sequence[Tombstone], now: int) -> int:
    """Erase everybody on the list, and everybody of whom this database itself says so, who is there
    nevertheless. How many that were. Each in a transaction of its own: begun again, it goes on."""
    with psycopg.RawCursor(connection) as cursor, connection.transaction():
        known = run_sync(cursor, tombstones())
        there = run_sync(cursor, still_there([*kept, *known]))
    contexts: dict[UUID, Context] = {}
    for one in dict.fromkeys(there):
        with psycopg.RawCursor(connection) as cursor, connection.transaction():
            context = contexts.get(one.program_id)
            if context is None:
                context = Context(one.program_id, run_sync(cursor, load(one.program_id)))
                contexts[one.program_id] = context
            erase_one(cursor, context, one.member_id, now, one.asked_by)
    return len({(one.program_id, one.member_id) for one in there})


def forget_in(cursor: psycopg.RawCursor, month: Detached) -> None:
    """A month comes back: whoever was erased meanwhile is forgotten in it too."""
    cursor.execute(SQL["forget_in_month"], (month.since, month.until))


def erase_one(
    cursor: psycopg.RawCursor, context: Context, member_id: UUID, now: int, asked_by: str
) -> None:
    """Erase one member in the open transaction; a bug or a refusal is raised."""
    operation = Erase(f"id:{member_id}", Caller(), key=None, at=now, asked_by=asked_by)
    (answer,) = run_sync(cursor, run_batch(context, [operation], now=now, ids=Ids()))
    if answer.bug is not None:
        raise answer.bug
    if answer.problem is not None:
        raise answer.problem
