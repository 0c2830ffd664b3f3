"""What imports ask: who is known, and how far an import has come. Steps, for any driver."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from regulars.identifiers.resolve import Ref
from regulars.imports.chunks import Run
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

_SQL = statements("regulars.imports", "queries.sql")


class Standing(NamedTuple):
    """A known member, and whether the identifier and the member may be used."""

    member_id: UUID
    identifier: str
    member: str

    @property
    def active(self) -> bool:
        return self.identifier == self.member == "active"


def standing(program_id: UUID, refs: Sequence[Ref]) -> Steps[dict[Ref, Standing]]:
    """Those of ``refs`` that somebody is known by."""
    found: dict[Ref, Standing] = {}
    named = [ref for ref in refs if isinstance(ref, tuple)]
    if named:
        kinds, values = [kind for kind, _ in named], [value for _, value in named]
        rows = yield Step(_SQL["known"], (program_id, kinds, values))
        found |= {(k, v): Standing(id_, status, member) for k, v, status, id_, member in rows}
    ids = [ref for ref in refs if isinstance(ref, UUID)]
    if ids:
        rows = yield Step(_SQL["known_ids"], (program_id, ids))
        found |= {id_: Standing(id_, "active", member) for id_, member in rows}
    return found


def earlier(run: Run) -> Steps[tuple[int, int | None]]:
    """How many operations of this import are done, and when it was finished, if it is."""
    rows = yield Step(_SQL["run"], (run.program_id, run.kind, run.digest))
    return (rows[0][0], rows[0][1]) if rows else (0, None)


def again(run: Run) -> Steps[None]:
    """Let a finished import begin anew."""
    yield Step(_SQL["again"], (run.program_id, run.kind, run.digest))
