"""Finding members by anything that names them: card, phone, e-mail, name, receipt, id."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from regulars.identifiers.resolve import KINDS, identify, resolve
from regulars.kit.problems import Problem
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

SQL = statements(__package__ or "", "queries.sql")
_LONGEST = 200
_BEYOND = "\U0010ffff"
NAMES = ("name", "first_name", "last_name")


class Row(Struct, frozen=True):
    """A member in a list."""

    id: UUID
    status: str
    tier: str
    joined_at: Any
    registered: bool
    purchases: int
    spend_minor: int
    last_purchase_at: Any
    name: str
    card: str


def name_of(attributes: dict[str, Any]) -> str:
    """What a person is called, where it is known."""
    full = attributes.get("name")
    parts = [attributes.get(part) for part in NAMES[1:]]
    return str(full) if full else " ".join(str(part) for part in parts if part)


def newest(program_id: UUID, before: UUID | None, limit: int) -> Steps[list[Row]]:
    """All members, the newest first."""
    rows = yield Step(SQL["newest"], (program_id, before, limit))
    return [_row(row) for row in rows]


def find(program_id: UUID, text: str, limit: int) -> Steps[list[Row]]:
    """The members whom a text names."""
    text = text.strip()[:_LONGEST]
    kinds, values = _identifiers(text)
    low = text.lower()
    name = (low, low + _BEYOND) if any(letter.isalpha() for letter in low) else ("", "")
    receipt = text if text and "@" not in text else ""
    rows = yield Step(SQL["found"], (program_id, _id(text), kinds, values, receipt, *name, limit))
    return [_row(row) for row in rows]


def _identifiers(text: str) -> tuple[list[str], list[str]]:
    """Whatever identifiers it may be, in their stored form."""
    found = set()
    for kind in KINDS:
        try:
            found.add(identify(kind, text, "PL"))
        except Problem:
            continue
    try:
        ref = resolve(text, "PL")
    except Problem:
        ref = None
    if isinstance(ref, tuple):
        found.add((ref[0], ref[1]))
    pairs = sorted(found)
    return [kind for kind, _ in pairs], [value for _, value in pairs]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text.removeprefix("id:"))
    except ValueError:
        return None


def _row(row: Sequence[Any]) -> Row:
    name = name_of(msgspec.json.decode(row[8]))
    return Row(*(*row[:8], name, row[9] or ""))
