"""The desk of whoever asks: where they work, under row-level security, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from regulars.kit.pages import Desk
from regulars.kit.seat import enter as enter
from regulars.kit.seat import now as now
from regulars.kit.seat import run as run
from regulars.kit.seat import whole as whole
from regulars.staff.queries import Place

ORGANIZATION, PROGRAM = "organization", "program"
"""What the person last chose, in the session."""


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
