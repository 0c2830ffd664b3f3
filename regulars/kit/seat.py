"""Steps on Django's connection: what the planes of pages (console, portal) have in common."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg import RawCursor, errors

from regulars.kit.clock import Clock
from regulars.kit.problems import Busy
from regulars.kit.rowsecurity import ENTER
from regulars.kit.steps import Step, Steps, run_sync

log = logging.getLogger("regulars.pages")
_TRIES = 4
_AGAIN = (
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.LockNotAvailable,
    errors.UniqueViolation,
)
"""Somebody else was faster: the next try sees what they did."""


class _Cursor(RawCursor):
    """Tells Django of its statements while somebody counts them."""

    def execute(self, query: Any, *args: Any, **options: Any) -> Any:
        if connection.queries_logged:
            connection.queries_log.append({"sql": str(query), "time": "0"})
        return super().execute(query, *args, **options)


def run[Answer](steps: Steps[Answer]) -> Answer:
    """Run steps on Django's connection, in whatever transaction is open."""
    connection.ensure_connection()
    with _Cursor(connection.connection) as cursor:
        return run_sync(cursor, steps)


def whole[Answer](work: Callable[[], Answer]) -> Answer:
    """``work`` in one transaction. Where somebody else was faster (a deadlock, the same form sent
    twice at once), all of it is undone and done anew; after a few times it is `Busy`.

    Whatever a page writes goes through here, so ``work`` does nothing that cannot be undone: mail
    is sent afterwards. Inside another one it is a part of that.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            return work()
    for number in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
                return work()
        except Exception as met:
            cause = met.__cause__ or met  # Django has names of its own for what its models meet
            if not isinstance(cause, _AGAIN):
                raise
            if number == _TRIES and isinstance(cause, errors.UniqueViolation):
                raise  # nobody else's doing: a fault of ours
            log.info("page tried again", extra={"reason": type(cause).__name__})
    raise Busy("Others were faster each time. Nothing was done: try again.", retry_after=1)


@cache
def _clock() -> Clock:
    return Clock.from_environment()


def now() -> datetime:
    """Now, as the tills of this installation have it: a demonstration may be in the past."""
    return datetime.fromtimestamp(_clock().seconds(), UTC)


def enter(organization_id: UUID, programs: list[UUID]) -> None:
    """Take the role that sees these rows only, until the transaction ends."""

    def steps() -> Steps[None]:
        yield Step(ENTER, (str(organization_id), ",".join(map(str, programs))))

    run(steps())
