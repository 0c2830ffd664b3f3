"""The record of what was done, over HTTP: for whoever keeps such records elsewhere too."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from regulars.kit.http import Call, Route
from regulars.kit.steps import Steps
from regulars.staff import queries

Limit = Annotated[int, Meta(ge=1, le=500)]


class AuditQuery(Struct, frozen=True, forbid_unknown_fields=True):
    before: UUID | None = None
    """The last event of the part before."""
    limit: Limit = 50


class AuditEventOut(Struct, frozen=True, omit_defaults=True):
    """Something that a person of the staff, or a key that manages, did."""

    id: UUID
    at: datetime
    who: str
    action: str
    object: str = ""
    details: dict[str, Any] = {}
    address: str = ""


class AuditOut(Struct, frozen=True):
    """What was done, the last first."""

    events: list[AuditEventOut]


def _audit(call: Call) -> Steps[AuditOut]:
    assert call.manager is not None
    asked: AuditQuery = call.query
    found = yield from queries.events(
        call.manager.organization_id, before=asked.before, limit=asked.limit
    )
    return AuditOut(
        [
            AuditEventOut(
                event.id, event.at, event.who, event.action, event.object,
                msgspec.json.decode(event.details), event.address,
            )
            for event in found
        ]
    )  # fmt: skip


ROUTES = (
    Route(
        "GET", "/api/audit", "audit:read", "Read what was done", AuditOut, query=AuditQuery,
        manage=_audit,
    ),
)  # fmt: skip
