"""Jobs of the worker: each takes a connection and the time, and works in small transactions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg

from regulars.activities.batch import run_batch
from regulars.activities.context import Context
from regulars.activities.operations import BringUpToDate
from regulars.activities.queries import due_members, due_programs, forget_misses, lapsed_quotes
from regulars.activities.session import PLANS
from regulars.kit.ids import Ids
from regulars.kit.steps import run_sync
from regulars.ledger.seal import seal, settle
from regulars.programs.snapshot import load
from regulars.purchases.promises import LapseQuotes

Job = Callable[[psycopg.Connection, int], int]

_AT_ONCE = 500
_LOCK_TIMEOUT = "set local lock_timeout = '200ms'"


def bring_up_to_date(connection: psycopg.Connection, now: int) -> int:
    """Let points mature and expire, holds and quotes lapse, in every program."""
    done = 0
    with psycopg.RawCursor(connection) as cursor:
        for program_id in run_sync(cursor, due_programs(now)):
            done += _members(connection, cursor, program_id, now)
            done += _quotes(connection, cursor, program_id, now)
        with connection.transaction():
            run_sync(cursor, forget_misses(now))
    return done


@contextmanager
def _transaction(connection: psycopg.Connection, cursor: psycopg.RawCursor) -> Iterator[None]:
    """A transaction for a batch, planned as batches are; the session keeps its own plans."""
    with connection.transaction():
        for name, value in PLANS.items():
            cursor.execute("select set_config($1, $2, true)", (name, value))
        yield


def _members(
    connection: psycopg.Connection, cursor: psycopg.RawCursor, program_id: UUID, now: int
) -> int:
    context = Context(program_id, run_sync(cursor, load(program_id)))
    done = 0
    while members := run_sync(cursor, due_members(program_id, now, _AT_ONCE)):
        with _transaction(connection, cursor):
            operation = BringUpToDate(members, now=now)
            run_sync(cursor, run_batch(context, [operation], now=now, ids=Ids()))
        done += len(members)
    return done


def _quotes(
    connection: psycopg.Connection, cursor: psycopg.RawCursor, program_id: UUID, now: int
) -> int:
    context = Context(program_id, run_sync(cursor, load(program_id)))
    done = 0
    while quotes := run_sync(cursor, lapsed_quotes(program_id, now, _AT_ONCE)):
        with _transaction(connection, cursor):
            run_sync(cursor, run_batch(context, [LapseQuotes(quotes)], now=now, ids=Ids()))
        done += len(quotes)
    return done


def seal_log(connection: psycopg.Connection, now: int) -> int:
    """Seal what is new in the log. Writers are asked to wait at most a moment; if one takes longer,
    the next minute tries again."""
    with psycopg.RawCursor(connection) as cursor:
        try:
            with connection.transaction():
                cursor.execute(_LOCK_TIMEOUT)
                last = run_sync(cursor, settle())
        except psycopg.errors.LockNotAvailable:
            return 0
        with connection.transaction():
            return run_sync(cursor, seal(last, now=now))
