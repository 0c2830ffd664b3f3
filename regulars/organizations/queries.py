"""What is asked about organizations, shops and keys. Steps, for any driver."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from regulars.kit.problems import NotFound
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

SQL = statements(__package__ or "", "statements.sql")


class Organization(NamedTuple):
    id: UUID
    slug: str
    name: str


class Shop(NamedTuple):
    id: UUID
    code: str
    name: str
    timezone: str
    address: str


class Settings(NamedTuple):
    """What holds for the whole organization. Empty where nobody has said it yet."""

    name: str
    timezone: str
    language: str
    currency: str
    colour: str
    logo: str
    """The digest by which it is shown."""
    approval: str
    """Who lets drafts of a program through; one of `operations.APPROVALS`."""


class Key(NamedTuple):
    """What may be shown of a key; nobody can show its secret again."""

    prefix: str
    label: str
    shop: str
    scopes: list[str]
    created_at: datetime
    revoked_at: datetime | None


def organizations() -> Steps[list[Organization]]:
    rows = yield Step(SQL["organizations"])
    return [Organization(*row) for row in rows]


def organization(slug: str | None) -> Steps[Organization]:
    """The organization of a name; without a name, the only one there is."""
    found = yield from organizations()
    for one in found:
        if one.slug == slug or (slug is None and len(found) == 1):
            return one
    names = ", ".join(one.slug for one in found)
    if not found:
        raise NotFound("There is no organization yet: regulars organization create NAME.")
    if slug is None:
        raise NotFound(f"Name the organization with --organization; there are {names}.")
    raise NotFound(f"There is no organization {slug!r}; there are {names}.")


def settings(organization_id: UUID) -> Steps[Settings]:
    rows = yield Step(SQL["settings"], (organization_id,))
    return Settings(*rows[0])


def shown_logo(digest: str) -> Steps[bytes | None]:
    """What a logo looks like, for everybody who saw its digest."""
    rows = yield Step(SQL["shown_logo"], (digest,))
    return None if rows[0][0] is None else bytes(rows[0][0])


def shops(organization_id: UUID) -> Steps[list[Shop]]:
    rows = yield Step(SQL["shops"], (organization_id,))
    return [Shop(*row) for row in rows]


def shop(organization_id: UUID, code: str) -> Steps[Shop]:
    """The shop of a code, or `NotFound`."""
    rows = yield Step(SQL["find_shop"], (organization_id, code))
    if not rows:
        raise NotFound(f"There is no shop {code!r} in this organization.")
    return Shop(*rows[0])


def keys(organization_id: UUID) -> Steps[list[Key]]:
    """All keys, the revoked ones too, in the order in which they were made."""
    rows = yield Step(SQL["keys"], (organization_id,))
    return [Key(*row) for row in rows]
