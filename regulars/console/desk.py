"""The desk of whoever asks: where they work, under row-level security, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest
from psycopg import RawCursor

from regulars.kit.clock import Clock
from regulars.kit.pages import Desk
from regulars.kit.rowsecurity import ENTER
from regulars.kit.steps import Step, Steps, run_sync
from regulars.staff.queries import Place

ORGANIZATION, PROGRAM = "organization", "program"
"""What the person last chose, in the session."""


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


def place(places: list[Place], request: HttpRequest) -> Place | None:
    """The organization that was chosen, or the first one."""
    wanted = request.session.get(ORGANIZATION)
    return next((one for one in places if str(one.organization_id) == wanted), None) or next(
        iter(places), None
    )


@contextmanager
def seated(at: Place, places: list[Place], request: HttpRequest) -> Iterator[Desk]:
    """A desk in an organization: until the block ends, no other one's rows can be seen."""
    wanted = request.session.get(PROGRAM)
    chosen = next((one for one in at.programs if str(one.id) == wanted), None)
    staff: Any = request.user
    with transaction.atomic():
        enter(at.organization_id, [program.id for program in at.programs])
        yield Desk(
            staff.pk,
            staff.email,
            at.organization_id,
            at.name,
            at.role,
            at.permissions,
            at.shops,
            at.programs,
            chosen or next(iter(at.programs), None),
            at.timezone,
            staff.agency,
            now(),
            datetime.now(UTC),
            tuple(places),
            run,
        )


def enter(organization_id: UUID, programs: list[UUID]) -> None:
    """Take the role that sees these rows only, until the transaction ends."""

    def steps() -> Steps[None]:
        yield Step(ENTER, (str(organization_id), ",".join(map(str, programs))))

    run(steps())
