"""Snapshot: the revisions of a program as a running till holds them. Pure, but for what it yields.

A revision is in force from its ``effective_at`` until a higher number is; so a purchase that comes
late is judged by the revision of its own time, and one that was planned for later and then
overtaken never comes into force (`docs/policies.md`).
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from regulars.engine.program import Program, compile_rules
from regulars.kit.problems import Conflict, NotFound
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.programs.document import Document
from regulars.programs.document import load as read_document

MOST_COMPILED = 16


class NoRevision(Conflict):
    code = "no_revision"
    title = "The program had not begun"


class Kept(NamedTuple):
    """A revision as loaded: ``effective_at`` in seconds since 1970, the document as JSON."""

    number: int
    effective_at: int
    document: str


class Revisions:
    """All revisions of one program. Documents are read and compiled when first asked for."""

    def __init__(self, program_id: UUID, kept: Iterable[Kept]) -> None:
        self.program_id = program_id
        self._kept = {revision.number: revision for revision in kept}
        self._compiled: OrderedDict[int, Program] = OrderedDict()
        self._starts, self._numbers = _in_force(self._kept.values())

    def at(self, instant: int) -> tuple[int, Program]:
        """The revision in force at an instant (seconds since 1970): its number and program."""
        number = self.number_at(instant)
        return number, self.number(number)

    def number_at(self, instant: int) -> int:
        """The number of the revision in force at an instant."""
        position = bisect_right(self._starts, instant)
        if not position:
            raise NoRevision("No revision of this program was in force at that time; apply one.")
        return self._numbers[position - 1]

    def number(self, number: int) -> Program:
        """The compiled program of a revision; the last few used are kept."""
        found = self._compiled.get(number)
        if found is None:
            found = self._compiled[number] = compile_rules(self.document(number))
            if len(self._compiled) > MOST_COMPILED:
                self._compiled.popitem(last=False)
        elif len(self._compiled) > 1:
            self._compiled.move_to_end(number)
        return found

    def document(self, number: int) -> Document:
        """The document of a revision."""
        compiled = self._compiled.get(number)
        if compiled is not None and isinstance(compiled.rules, Document):
            return compiled.rules
        if number not in self._kept:
            raise NotFound(f"This program has no revision {number}.")
        return read_document(self._kept[number].document)

    @property
    def begins_at(self) -> int | None:
        """From when on any revision is in force."""
        return self._starts[0] if self._starts else None

    @property
    def numbers(self) -> list[int]:
        return sorted(self._kept)

    def adopt(self, older: "Revisions") -> "Revisions":
        """Take over what an older snapshot of the same program has compiled; say self."""
        for number, program in older._compiled.items():
            if number in self._kept:
                self._compiled.setdefault(number, program)
        return self


def load(program_id: UUID) -> Steps[Revisions]:
    """Read every revision of a program."""
    rows = yield Step(statements(__package__ or "", "revisions.sql")["revisions_of"], [program_id])
    return Revisions(program_id, (Kept(*row) for row in rows))


def _in_force(kept: Iterable[Kept]) -> tuple[list[int], list[int]]:
    """From when on which number is in force, both ascending."""
    spans: list[tuple[int, int]] = []
    for revision in sorted(kept, key=lambda revision: revision.number):
        while spans and spans[-1][0] >= revision.effective_at:
            spans.pop()  # it begins no later and has the higher number
        spans.append((revision.effective_at, revision.number))
    return [start for start, _ in spans], [number for _, number in spans]
