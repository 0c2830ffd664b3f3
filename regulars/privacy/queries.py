"""Who was erased."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

SQL = statements("regulars.privacy", "queries.sql")


class Tombstone(Struct, frozen=True, array_like=True):
    """A member who was erased: no more than that, and when."""

    program_id: UUID
    member_id: UUID
    at: int
    asked_by: str


def tombstones(program_id: UUID | None = None) -> Steps[list[Tombstone]]:
    """Everybody who was erased, the first one first; of one program or of all."""
    rows = yield Step(SQL["tombstones"], (program_id,))
    return [Tombstone(*row) for row in rows]


def still_there(found: Sequence[Tombstone]) -> Steps[list[Tombstone]]:
    """Those of the tombstones whose members are there: a backup from before brought them back."""
    programs = [one.program_id for one in found]
    members = [one.member_id for one in found]
    rows = yield Step(SQL["still_there"], (programs, members))
    there = {(row[0], row[1]) for row in rows}
    return [one for one in found if (one.program_id, one.member_id) in there]
