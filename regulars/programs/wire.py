"""What is sent and told about program documents and their revisions."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from regulars.programs.faults import Finding
from regulars.programs.queries import Entry

DocumentText = Annotated[
    str, Meta(min_length=1, max_length=900_000, description="The document, YAML or JSON, as text.")
]
Language = Annotated[str, Meta(pattern="^(pl|bg|en)$", description="The language of the words.")]
Note = Annotated[str, Meta(max_length=2_000, description="Why; it stands in the history.")]
Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Seen = Annotated[
    int,
    Meta(
        ge=0, le=2**31 - 1,
        description="The last revision you have seen, 0 for none: where another came since, "
        "nothing is done.",
    ),
]  # fmt: skip


class CheckIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A document to be looked at. Nothing is changed."""

    document: DocumentText
    lang: Language = "en"


class ApplyIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A document that is to be the program's next revision."""

    document: DocumentText
    expect: Seen
    note: Note = ""
    effective_at: datetime | None = None
    """From when on it judges; at once where it is left out."""

    @property
    def noted(self) -> dict[str, Any]:
        return {"expect": self.expect, "note": self.note}


class GoBackIn(Struct, frozen=True, forbid_unknown_fields=True):
    """An older revision whose document is to be the next one again."""

    revision: Number
    expect: Seen
    note: Note = ""

    @property
    def noted(self) -> dict[str, Any]:
        return {"revision": self.revision, "expect": self.expect, "note": self.note}


class FindingOut(Struct, frozen=True, omit_defaults=True):
    """An error or a warning, with its place in the document."""

    severity: Literal["error", "warning"]
    code: str
    path: str
    message: str
    suggestion: str = ""
    line: int | None = None


class CheckOut(Struct, frozen=True):
    """Everything that is wrong in a document; it can be applied where ``valid``."""

    valid: bool
    findings: list[FindingOut]


class PlanOut(Struct, frozen=True):
    """What applying a document would change: nothing where ``changes`` is empty."""

    program: str
    revision: int
    """The last one now; 0 where there is none."""
    changes: list[str]


class AppliedOut(Struct, frozen=True):
    """The program's last revision. ``is_new`` is false where it said the same already."""

    program: str
    revision: int
    is_new: bool
    effective_at: datetime


class RevisionOut(Struct, frozen=True, omit_defaults=True):
    """A revision without its text."""

    revision: int
    created_at: datetime
    effective_at: datetime
    author: str = ""
    note: str = ""


class RevisionTextOut(RevisionOut, frozen=True, omit_defaults=True):
    """A revision with its document as it was applied."""

    document: str = ""


class RevisionsOut(Struct, frozen=True):
    """The revisions of a program, the last one first."""

    program: str
    revisions: list[RevisionOut] = field(default_factory=list)


class ProgramsOut(Struct, frozen=True):
    """The programs of the organization, by their short names."""

    programs: list[str]


def finding_out(found: Finding) -> FindingOut:
    return FindingOut(
        found.severity, found.code, found.path, found.message, found.suggestion, found.line
    )


def revision_out(entry: Entry) -> RevisionOut:
    return RevisionOut(entry.number, entry.created_at, entry.effective_at, entry.author, entry.note)
