"""Told: what changes between two documents, in words a marketer would use."""

from typing import Any, NamedTuple

from regulars.drafts.build import sentence_of
from regulars.drafts.fields import label_of
from regulars.engine.program import Program, compile_rules
from regulars.programs.diff import Change, diff
from regulars.programs.document import Document


class Difference(NamedTuple):
    """Something that changes: what, how (added, removed, changed, moved), and the details."""

    what: str
    sort: str
    before: str
    after: str
    details: list[str]


def differences(before: Document | None, after: Document, tongue: str) -> list[Difference]:
    """What changes, campaign by campaign in sentences, the rest in a line each."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in diff(before, after):
        groups.setdefault((change.noun, change.name), []).append(change)
    old = compile_rules(before) if before else None
    new = compile_rules(after)
    found = []
    for (noun, name), changes in groups.items():
        if noun == "campaign":
            found.append(_campaign(name, changes, old, new, tongue))
        else:
            lines = [change.words(tongue) for change in changes]
            sort = changes[0].sort if len(changes) == 1 else "changed"
            found.append(Difference(lines[0], sort, "", "", lines[1:]))
    return found


def _campaign(
    name: str, changes: list[Change], old: Program | None, new: Program, tongue: str
) -> Difference:
    was = sentence_of(old, name, tongue) if old and name in old.by_id else ""
    now = sentence_of(new, name, tongue) if name in new.by_id else ""
    one = new.by_id.get(name) or (old and old.by_id[name])
    called = one.campaign.name.get(tongue, name) if one else name
    sorts = {change.sort for change in changes}
    sort = "changed" if "changed" in sorts else changes[0].sort
    details = []
    for change in changes:
        head = change.field.partition(".")[0].partition("[")[0].partition(" ")[0]
        if change.sort == "changed" and head not in ("when", "then"):
            label = label_of(head, tongue)
            inner = change.field.rpartition(".")[2]
            label += f", {label_of(inner, tongue)}" if inner != head else ""
            details.append(f"{label}: {_value(change.before)} → {_value(change.after)}")
    if was == now and sort == "changed":
        return Difference(called, sort, "", now, details)
    return Difference(called, sort, was, now, details)


def _value(value: Any) -> str:
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
