"""What is asked about programs and their revisions. Steps, for any driver."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from regulars.kit.problems import NotFound
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

SQL = statements(__package__ or "", "revisions.sql")


class Entry(NamedTuple):
    """A line of a program's history."""

    number: int
    note: str
    author: str
    created_at: datetime
    effective_at: datetime
    digest: bytes


class Shown(NamedTuple):
    """A revision with its text as given and its document as JSON."""

    number: int
    note: str
    author: str
    created_at: datetime
    effective_at: datetime
    digest: bytes
    source: str
    document: str


def programs(organization_id: UUID) -> Steps[dict[str, UUID]]:
    """The programs of an organization by slug."""
    rows = yield Step(SQL["programs_of"], (organization_id,))
    return {slug: program_id for program_id, slug in rows}


def program(organization_id: UUID, slug: str | None) -> Steps[UUID]:
    """The program of a name; without a name, the only one there is."""
    found = yield from programs(organization_id)
    if slug in found:
        return found[slug]
    if slug is None and len(found) == 1:
        return next(iter(found.values()))
    names = ", ".join(found) or "none yet (regulars program apply FILE)"
    if slug is None:
        raise NotFound(f"Name the program with --program; there are: {names}.")
    raise NotFound(f"There is no program {slug!r}; there are: {names}.")


def history(program_id: UUID) -> Steps[list[Entry]]:
    """All revisions, the last one first."""
    rows = yield Step(SQL["history"], (program_id,))
    return [Entry(*row) for row in rows]


def last_revision(program_id: UUID) -> Steps[Shown | None]:
    """The last revision, or None where nothing was applied yet."""
    rows = yield Step(SQL["one_revision"], (program_id, None))
    return Shown(*rows[0]) if rows else None


def revision(program_id: UUID, number: int | None = None) -> Steps[Shown]:
    """One revision, the last without a number; `NotFound` where there is none."""
    rows = yield Step(SQL["one_revision"], (program_id, number))
    if not rows:
        which = "revision yet" if number is None else f"revision {number}"
        raise NotFound(f"This program has no {which}.")
    return Shown(*rows[0])
