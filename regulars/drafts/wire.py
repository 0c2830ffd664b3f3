"""What is sent and told about drafts."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from regulars.programs.wire import DocumentText, Note, Seen


class DraftIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A document that a second person is to look at before it is the next revision."""

    title: Annotated[
        str,
        Meta(min_length=1, max_length=200, description="What it is about."),
    ]
    document: DocumentText
    expect: Seen
    note: Note = ""
    starts_on: date | None = None
    """The day, in the program's time zone, on which it begins; once published where left out."""

    @property
    def noted(self) -> dict[str, Any]:
        return {"title": self.title, "expect": self.expect, "note": self.note}


class DraftOut(Struct, frozen=True, omit_defaults=True):
    """How far a draft has come. Once published, ``revision`` is the one it became."""

    id: UUID
    program: str
    title: str
    state: Literal["open", "submitted", "approved", "published", "dropped"]
    expect: int
    """The revision it began from."""
    submitted_at: datetime | None = None
    submitted_by: str = ""
    approved_at: datetime | None = None
    approved_by: str = ""
    starts_on: date | None = None
    note: str = ""
    revision: int | None = None
