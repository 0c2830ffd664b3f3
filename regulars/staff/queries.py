"""What is asked about staff: where they work, who works here, what was done. Steps, for psycopg."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import json

from regulars.kit.problems import NotFound
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.staff.roles import ROLES, permissions_of

SQL = statements(__package__ or "", "statements.sql")


class Program(NamedTuple):
    id: UUID
    slug: str
    name: str
    currency: str
    timezone: str


class Place(NamedTuple):
    """An organization a person works in, and what they may do there."""

    organization_id: UUID
    slug: str
    name: str
    timezone: str
    settings: dict[str, Any]
    role: str
    role_name: str
    permissions: frozenset[str]
    shops: frozenset[UUID]
    programs: tuple[Program, ...]
    second_factor: bool
    notices: int = 0
    """How many the person has not read yet."""


class Link(NamedTuple):
    kind: str
    staff_id: UUID
    email: str
    name: str


class Person(NamedTuple):
    """Somebody who works here. ``role`` is a usual one, or empty where ``role_name`` is ours."""

    id: UUID
    staff_id: UUID
    email: str
    name: str
    role: str
    role_name: str
    role_id: UUID | None
    shops: list[UUID]
    since_at: datetime
    last_login: datetime | None
    shop_codes: list[str]


class Role(NamedTuple):
    id: UUID
    name: str
    permissions: list[str]


class Event(NamedTuple):
    """Something the staff did."""

    id: UUID
    at: datetime
    who: str
    action: str
    object: str
    details: str
    address: str


class Change(NamedTuple):
    """A row of a table before and after; of a changed one only the columns that changed."""

    noun: str
    was: dict[str, Any] | None
    became: dict[str, Any] | None


class Notice(NamedTuple):
    """Something a person should know: who did it, what it is about, and the page of that."""

    id: UUID
    at: datetime
    code: str
    who: str
    object: str
    path: str
    is_read: bool


def notices(organization_id: UUID, staff_id: UUID, *, limit: int = 50) -> Steps[list[Notice]]:
    """What a person was told, the last first."""
    rows = yield Step(SQL["notices"], (organization_id, staff_id, limit))
    return [Notice(*row) for row in rows]


def who_may(organization_id: UUID, permission: str) -> Steps[list[UUID]]:
    """The people who work here with a permission, by usual roles and by those of our own."""
    roles_ = [role for role in ROLES if permission in permissions_of(role)]
    rows = yield Step(SQL["who_may"], (organization_id, roles_, permission))
    return [row[0] for row in rows]


def desks(staff_id: UUID) -> Steps[list[Place]]:
    """The organizations a person works in, by name."""
    rows = yield Step(SQL["desks"], (staff_id,))
    return [_place(row) for row in rows]


def _place(row: Any) -> Place:
    organization_id, slug, name, timezone, settings, role, role_name, own, *rest = row
    shops, programs, second_factor, notices = rest
    return Place(
        organization_id,
        slug,
        name,
        timezone,
        json.decode(settings),
        role,
        role_name,
        permissions_of(role) if role else frozenset(own),
        frozenset(shops),
        tuple(Program(UUID(first), *others) for first, *others in json.decode(programs)),
        second_factor,
        notices,
    )


def link(digest: bytes, now: datetime) -> Steps[Link | None]:
    """The link of a token, as long as it can be used."""
    rows = yield Step(SQL["link"], (digest, now))
    return Link(*rows[0]) if rows else None


def people(organization_id: UUID) -> Steps[list[Person]]:
    rows = yield Step(SQL["people"], (organization_id,))
    return [Person(*row) for row in rows]


def roles(organization_id: UUID) -> Steps[list[Role]]:
    """The roles an organization made for itself."""
    rows = yield Step(SQL["roles"], (organization_id,))
    return [Role(*row) for row in rows]


def events(
    organization_id: UUID, *, before: UUID | None = None, who: str = "", limit: int = 50
) -> Steps[list[Event]]:
    """What was done, the last first; ``before`` an event, by one person or all."""
    rows = yield Step(SQL["events"], (organization_id, before, who, limit))
    return [Event(*row) for row in rows]


def event(organization_id: UUID, event_id: UUID) -> Steps[tuple[Event, list[Change]]]:
    """One of the things that were done, and the rows it changed."""
    rows = yield Step(SQL["event"], (organization_id, event_id))
    if not rows:
        raise NotFound("There is no such entry.")
    *told, changes = rows[0]
    return Event(*told), [Change(*one) for one in json.decode(changes)]


def acts_on_own_account(*, staff_id: UUID, program_id: UUID, member_id: UUID) -> Steps[bool]:
    """Whether a member of a program is that very staff person (T18)."""
    rows = yield Step(SQL["own_member"], (program_id, member_id, staff_id))
    return bool(rows)
