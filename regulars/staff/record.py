"""Pages: the record of what the staff did; of each entry what it changed, before and after."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest

from regulars.kit.pages import Desk, Shown, Table, code, link, moment, tongue, words_of
from regulars.kit.parts import Facts, Listing, sheet
from regulars.kit.problems import NotFound
from regulars.kit.words import catalog
from regulars.staff import queries
from regulars.staff.queries import Change
from regulars.staff.roles import PERMISSIONS, ROLES, permission_name, role_name

_EVENTS = 50
_OURS = ("id", "organization_id", "staff_id", "created_at", "since_at", "prefix")
"""Columns that tell a reader nothing."""

say = words_of(__package__ or "")
act = words_of(__package__ or "", "actions.toml")
called = words_of(__package__ or "", "changes.toml")


def audit(request: HttpRequest, desk: Desk) -> Shown:
    try:
        before = UUID(request.GET["before"]) if "before" in request.GET else None
    except ValueError:
        raise NotFound("There is no such entry.") from None
    who = request.GET.get("who", "")
    found = desk.run(
        queries.events(desk.organization_id, before=before, who=who, limit=_EVENTS + 1)
    )
    rows = [
        (
            moment(event.at, desk.timezone, exact=True),
            event.who,
            link(act(event.action), "audit-event", event_id=event.id),
            code(event.object) if event.object else "",
            event.address,
        )
        for event in found[:_EVENTS]
    ]
    table = Table(
        [say(name) for name in ("at", "who", "action", "object", "address")],
        rows,
        empty=say("audit_none"),
        intro=say("audit_intro"),
        further=f"?before={found[_EVENTS - 1].id}" if len(found) > _EVENTS else "",
        further_label=say("earlier"),
    )
    return Shown("console/list.html", {"table": table})


def audit_event(request: HttpRequest, desk: Desk, event_id: UUID) -> Shown:
    event, changes = desk.run(queries.event(desk.organization_id, event_id))
    facts = [
        (say("at"), moment(event.at, desk.timezone, exact=True)),
        (say("who"), event.who),
        *([(say("object"), code(event.object))] if event.object else []),
        *([(say("address"), code(event.address))] if event.address else []),
    ]
    parts: list[Any] = [Facts(say("entry"), facts, wide=True)]
    details = msgspec.json.decode(event.details)
    rows = [row for change in changes for row in _rows(change)]
    if rows:
        columns = [say(name) for name in ("what_changed", "was", "became")]
        parts.append(Listing(say("changes"), Table(columns, rows, empty="")))
    elif details:
        told = [(_name(key), _shown(key, value)) for key, value in _flat(details)]
        parts.append(Facts(say("details"), told, wide=True))
    return sheet(parts, title=act(event.action))


def _rows(change: Change) -> Iterator[tuple[Any, ...]]:
    was, became = dict(_flat(change.was or {})), dict(_flat(change.became or {}))
    for key in sorted(was.keys() | became.keys()):
        before, after = was.get(key), became.get(key)
        if (key not in _OURS and before != after) or "…" in (before, after):
            yield (_name(key), _shown(key, before), _shown(key, after))


def _flat(row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What is in a column of JSON, column by column."""
    for key, value in row.items():
        if isinstance(value, dict):
            yield from value.items()
        else:
            yield key, value


def _name(key: str) -> Any:
    return called(key) if key in catalog(__package__ or "", "changes.toml") else code(key)


def _shown(key: str, value: Any) -> Any:
    """A value as it can be read: permissions and roles by name, lists with commas."""
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, list) and all(one in PERMISSIONS for one in value):
        return ", ".join(permission_name(one, tongue()) for one in value)
    if key == "role" and value in ROLES:
        return role_name(value, tongue())
    if isinstance(value, list):
        return code(", ".join(map(str, value)))
    return code(say("hidden") if value == "…" else value)
