"""The program document: the text that defines a program, checked with all its errors at once."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from regulars.engine.kinds import Texts
from regulars.engine.margins import Stocked
from regulars.engine.part import Part
from regulars.engine.rules import Rules
from regulars.engine.scope import Slug
from regulars.kit.periods import zone
from regulars.kit.problems import Invalid
from regulars.kit.words import language as spoken
from regulars.programs.doubts import doubt_faults
from regulars.programs.faults import Finding
from regulars.programs.references import reference_faults
from regulars.programs.shape import shape_faults
from regulars.programs.source import Source


class Cards(Part):
    """How cards are shown at the till."""

    rotating_code: Literal["optional", "required"] = "optional"
    """``required``: an electronic card counts with its present code only, a picture of it never."""
    tolerance_seconds: Annotated[int, Field(ge=30, le=600)] = 90
    """How far the clock of the telephone that shows the code may be off, either way."""


class ConsentTerms(Part):
    """Something a member may allow, or not: one purpose by one channel (T21)."""

    purpose: Slug
    channel: Literal["email", "sms", "push", "post", "phone", "receipt", "any"] = "any"
    version: Annotated[str, Field(min_length=1, max_length=40)]
    """Of the text. Another text is another version: members are asked again."""
    name: Texts
    text: Texts
    """What the member agrees to, in full."""


class Privacy(Part):
    """How long what is known of members is kept, and what becomes of it when they are erased.
    Nothing is forgotten by time alone unless the program says so."""

    blocked: tuple[Literal["email", "phone"], ...] = ()
    """Identifiers that nobody can have again after their member was erased. Cards never can; the
    others are free again."""
    inactive_months: Annotated[int, Field(ge=1, le=240)] | None = None
    """Members with whom nothing has happened for so long are erased."""
    facts_months: Annotated[int, Field(ge=1, le=240)] | None = None
    """For so long a purchase keeps what was known of its buyer: attributes, ages of children."""
    audit_months: Annotated[int, Field(ge=1, le=240)] | None = None
    """How long it is kept what the staff did; of a firm's programs the longest counts."""
    consents_months: Annotated[int, Field(ge=1, le=240)] | None = None
    """For so long after the membership was erased the proof of consents is kept."""
    sign_ins_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """For so long ended sign-ins to the portal and used codes are kept."""


class Document(Rules):
    """A program: who it is for, what it counts, and the campaigns that give."""

    schema_version: Literal[1] = 1
    """The version of this form; a later one is converted when it is read."""
    program: Slug
    """The short name by which it is called."""
    name: Texts = {}
    audience: Literal["customers", "employees", "partners"] = "customers"
    cards: Cards = Cards()
    consents: dict[Slug, ConsentTerms] = {}
    """What members are asked for when they join, and can take back at any time."""
    privacy: Privacy = Privacy()

    def stored(self) -> str:
        """The JSON a revision keeps: every field, so that no later default changes its meaning."""
        data = self.model_dump(mode="json", by_alias=True)
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> bytes:
        """SHA-256 of what it means; spacing, comments and the order of fields do not count."""
        return hashlib.sha256(self.stored().encode()).digest()


@dataclass(frozen=True, slots=True)
class Checked:
    """The document, where it has no error, and everything found in it."""

    document: Document | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "warning")


class InvalidDocument(Invalid):
    """The document has errors; ``findings`` tells each with its place."""

    code = "invalid_document"
    title = "The program document has errors"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        first = findings[0]
        place = f"line {first.line}: " if first.line else ""
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        super().__init__(
            f"{place}{first.path}: {first.message}{more}",
            findings=[
                {name: getattr(finding, name) for name in Finding.__dataclass_fields__}
                for finding in findings
            ],
        )


def check(
    text: str, language: str | None = None, *, now: datetime | None = None,
    stock: Sequence[Stocked] = (),
) -> Checked:  # fmt: skip
    """Read a document and tell everything that is wrong in it, in the order of its lines.

    What cannot be understood in one place does not hide what is wrong in another: shape and
    references are both looked at, whatever the other found. With ``now`` also what has ended by
    then is told, with ``stock`` what of it campaigns may sell too low.
    """
    source = Source(text)
    document, faults = None, list(source.faults)
    if isinstance(source.data, dict):
        misshapen = list(shape_faults(Document, source.data))
        wrong = [*misshapen, *reference_faults(source.data)]
        if not any(fault.severity == "error" for fault in (*faults, *wrong)):
            document = Document.model_validate_json(json.dumps(source.data), strict=True)
            today = None if now is None else now.astimezone(zone(document.timezone)).date()
            wrong += doubt_faults(document, today=today, stock=stock)
        faults += wrong
    tongue = language or spoken()
    found = [fault.finding(tongue, source.line(fault.path)) for fault in faults]
    found.sort(key=lambda finding: (finding.line or 0, finding.path))
    return Checked(document, tuple(found))


def parse(text: str, language: str | None = None) -> Document:
    """The document, or `InvalidDocument` with every error."""
    checked = check(text, language)
    if checked.document is None:
        raise InvalidDocument(checked.errors)
    return checked.document


def load(stored: str) -> Document:
    """A document from the JSON of a revision."""
    return Document.model_validate_json(stored)


def check_data(data: Any, language: str | None = None) -> Checked:
    """The same for a document that came as data, by API say; there are no lines then."""
    return check(json.dumps(data, ensure_ascii=False), language)
