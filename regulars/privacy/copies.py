"""Everything that is kept about a member, as one JSON document (GDPR, articles 15 and 20)."""

from typing import Any
from uuid import UUID

import msgspec

from regulars.kit.steps import Step, Steps
from regulars.members.known import UnknownMember
from regulars.months.queries import detached
from regulars.privacy.catalogue import copying

_TEXTS = ("facts", "decision", "state", "standing", "promised", "given")
"""Columns that hold JSON themselves."""


def everything(program_id: UUID, member_id: UUID) -> Steps[dict[str, Any]]:
    """Every row about the member, by the tables that have any; `UnknownMember` without one.

    Months of the log that are put away are not looked into: ``months_put_away`` names them.
    """
    rows = yield Step(copying(), (program_id, member_id))
    found = {name: [_opened(row) for row in msgspec.json.decode(text)] for name, text in rows}
    if not found["member"]:
        raise UnknownMember
    away = yield from detached()
    found["months_put_away"] = [{"month": one.name} for one in away]
    return {name: kept for name, kept in found.items() if kept}


def document(found: dict[str, Any]) -> bytes:
    """The same, readable by people too."""
    return msgspec.json.format(msgspec.json.encode(found), indent=2)


def _opened(row: dict[str, Any]) -> dict[str, Any]:
    """What is stored as JSON within JSON, unpacked."""
    return {
        name: msgspec.json.decode(one)
        if name in _TEXTS and isinstance(one, str) and one[:1] in ("{", "[")
        else one
        for name, one in row.items()
    }
