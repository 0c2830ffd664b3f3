"""Plan: a file that was read and found right, and how it is carried out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from regulars.activities.batch import Operation
from regulars.imports.chunks import Count
from regulars.imports.faults import say
from regulars.imports.rows import Terms
from regulars.kit.money import digits_of
from regulars.kit.problems import Conflict, NotFound, Problem
from regulars.kit.steps import Steps
from regulars.programs.snapshot import Revisions, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``figures`` are what is known before: rows, purchases, members that would join."""

    figures: dict[str, int]
    total: int
    operations: Callable[[], Iterator[Operation]]
    count: Count


@dataclass(frozen=True, slots=True)
class Place:
    """The program a file goes into."""

    program_id: UUID
    revisions: Revisions
    terms: Terms


class Stopped(Conflict):
    """Something changed between the check and the import: a member was blocked, say."""

    code = "import_stopped"
    title = "The import stopped"


def place(program_id: UUID, *, now: int) -> Steps[Place]:
    """What has to be known of a program before a file is read."""
    revisions = yield from load(program_id)
    if not revisions.numbers:
        raise NotFound("This program has no revision yet: regulars program apply FILE.")
    document = revisions.document(revisions.numbers[-1])
    terms = Terms(digits_of(document.currency), document.timezone, now)
    return Place(program_id, revisions, terms)


def stop(line: int, problem: Problem) -> Stopped:
    """End the chunk at hand; what stands before it is kept."""
    return Stopped(say("stopped_at", line=line, problem=problem.detail), code=problem.code)
