"""Told: what changes between two documents, in words a marketer would use."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from regulars.drafts.build import sentence_of
from regulars.drafts.errors import QUOTES
from regulars.drafts.nodes import choice_name, is_money, kind_name, label_of
from regulars.engine.program import Program, compile_rules
from regulars.kit.money import digits_of, format_minor
from regulars.kit.words import LANGUAGES, say
from regulars.programs.diff import NAMED, Change, diff
from regulars.programs.document import Document

_MOST = 160


class Difference(NamedTuple):
    """Something that changes: what, how (added, removed, changed, moved), and the details."""

    what: str
    sort: str
    before: str
    after: str
    details: list[str]


def differences(before: Document | None, after: Document, tongue: str) -> list[Difference]:
    """What changes, campaign by campaign in sentences, the rest with its fields as the forms call
    them."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in diff(before, after):
        key = change.name or change.field.partition(".")[0]
        groups.setdefault((change.noun, key), []).append(change)
    old = compile_rules(before) if before else None
    new = compile_rules(after)
    found = []
    for (noun, name), changes in groups.items():
        if noun == "campaign":
            found.append(_campaign(name, changes, old, new, tongue))
        else:
            found.append(_other(noun, name, changes, (after, before), tongue))
    return found


def _campaign(
    name: str, changes: list[Change], old: Program | None, new: Program, tongue: str
) -> Difference:
    was = sentence_of(old, name, tongue) if old and name in old.by_id else ""
    now = sentence_of(new, name, tongue) if name in new.by_id else ""
    one = new.by_id.get(name) or (old and old.by_id[name])
    called = one.campaign.name.get(tongue, name) if one else name
    details = list(_details(changes, new.currency, tongue, but=("when", "then")))
    if was == now and _sort(changes) == "changed":
        was = ""
    return Difference(called, _sort(changes), was, now, details)


def _other(
    noun: str, name: str, changes: list[Change], documents: tuple[Document, Document | None],
    tongue: str,
) -> Difference:  # fmt: skip
    """A part of the document other than a campaign; of the program itself one of its fields."""
    if noun == "program":
        what = label_of(name, tongue, "Document")
    else:
        called = next(filter(None, (_called(one, noun, name, tongue) for one in documents)), name)
        what = say("regulars.programs", "changes.toml", noun, tongue, name=called).strip()
    details = list(_details(changes, documents[0].currency, tongue))
    return Difference(what[:1].upper() + what[1:], _sort(changes), "", "", details)


def _sort(changes: list[Change]) -> str:
    sorts = {change.sort for change in changes}
    return "changed" if "changed" in sorts else changes[0].sort


def _called(document: Document | None, noun: str, name: str, tongue: str) -> str:
    section = next((field for field, one in NAMED.items() if one == noun), "")
    parts = getattr(document, section, None)
    part = parts.get(name) if isinstance(parts, Mapping) else None
    text = getattr(part, "name", {}).get(tongue, "").partition("|")[0]
    opening, closing = QUOTES[tongue]
    return f"{opening}{text}{closing}" if text else ""


def _details(
    changes: Iterable[Change], currency: str, tongue: str, but: tuple[str, ...] = ()
) -> Iterable[str]:  # fmt: skip
    for change in changes:
        steps = [one for one in re.split(r"[.\[\] ]+", change.field) if not one.isdigit()]
        if change.sort != "changed" or (steps and steps[0] in but):
            continue
        names = list(dict.fromkeys([steps[0], steps[-1]])) if steps and steps[0] else []
        label = ", ".join(_name(one, tongue) for one in names)
        last = steps[-1] if steps else ""
        was, now = (
            _value(one, last, currency, tongue) for one in (change.before, change.after)
        )  # fmt: skip
        yield f"{label}: {was} → {now}" if label else f"{was} → {now}"


def _name(step: str, tongue: str) -> str:
    return label_of(step, tongue) if step not in LANGUAGES else step.upper()


def _value(value: Any, name: str, currency: str, tongue: str) -> str:
    """A value as people read it, cut where it is long."""
    text = _said(value, name, currency, tongue)
    return text if len(text) <= _MOST else text[: _MOST - 1] + "…"


def _said(value: Any, name: str, currency: str, tongue: str) -> str:
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, bool):
        return choice_name(str(value).lower(), tongue)
    if isinstance(value, int) and is_money("", name, lambda _: None):
        return format_minor(value, currency, digits_of(currency))
    if isinstance(value, dict):
        return _fields(value, currency, tongue)
    if isinstance(value, list):
        return ", ".join(_said(one, name, currency, tongue) for one in value)
    return choice_name(str(value), tongue, name) if isinstance(value, str) else str(value)


def _fields(value: dict[str, Any], currency: str, tongue: str) -> str:
    """A group of fields: a text by its language, else those that say something."""
    if set(value) <= set(LANGUAGES):
        return str(value.get(tongue) or next(iter(value.values())))
    kind = str(value.get("kind", ""))
    parts = [
        f"{label_of(key, tongue)} {_said(one, key, currency, tongue)}"
        for key, one in value.items()
        if key != "kind" and one not in (None, "", [], {}, False, 0)
        and not (isinstance(one, dict) and _fields(one, currency, tongue) == "")
    ]  # fmt: skip
    return ", ".join([kind_name(kind, tongue), *parts] if kind else parts)
