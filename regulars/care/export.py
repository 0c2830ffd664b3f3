"""Everything that is kept about a member, as one JSON document (GDPR, article 15 and 20)."""

from typing import Any
from uuid import UUID

import msgspec

from regulars.care.search import SQL
from regulars.kit.steps import Step, Steps
from regulars.members.known import UnknownMember

PARTS = (
    "member", "identifiers", "accounts", "lots", "postings", "activities", "vouchers",
    "tier_changes", "households", "progress",
)  # fmt: skip
_TEXTS = ("facts", "decision", "answer", "state", "standing")
"""Columns that hold JSON themselves."""


def everything(program_id: UUID, member_id: UUID) -> Steps[bytes]:
    """The document, readable by people too."""
    rows = yield Step(SQL["everything"], (program_id, member_id))
    if rows[0][0] is None:
        raise UnknownMember
    found = {
        name: _opened(msgspec.json.decode(text or "[]"))
        for name, text in zip(PARTS, rows[0], strict=True)
    }
    return msgspec.json.format(msgspec.json.encode(found), indent=2)


def _opened(value: Any) -> Any:
    """What is stored as JSON within JSON, unpacked."""
    if isinstance(value, list):
        return [_opened(one) for one in value]
    if isinstance(value, dict):
        return {
            name: msgspec.json.decode(one) if name in _TEXTS and one else one
            for name, one in value.items()
        }
    return value
