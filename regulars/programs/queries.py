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


def history(program_id: UUID) -> Steps[list[Entry]]:
    """All revisions, the last one first."""
    rows = yield Step(SQL["history"], (program_id,))
    return [Entry(*row) for row in rows]


def last_revision(program_id: UUID) -> Steps[Shown | None]:
    """The last revision, or None where nothing was applied yet."""
    rows = yield Step(SQL["one_revision"], (program_id, None))
    return Shown(*rows[0]) if rows else None


def revision(program_id: UUID, number: int) -> Steps[Shown]:
    """One revision; `NotFound` where there is none of that number."""
    rows = yield Step(SQL["one_revision"], (program_id, number))
    if not rows:
        raise NotFound(f"This program has no revision {number}.")
    return Shown(*rows[0])
