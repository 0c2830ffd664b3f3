"""Steps on Django's connection: what the planes of pages (console, portal) have in common."""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import RawCursor

from regulars.kit.clock import Clock
from regulars.kit.rowsecurity import ENTER
from regulars.kit.steps import Step, Steps, run_sync


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
