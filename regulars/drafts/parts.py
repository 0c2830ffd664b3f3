"""Parts: what a document holds besides campaigns, each with a form that follows from its schema.

A part is one of many that have names (a voucher, a reward), or a group of settings of which there
is one (tiers, membership). Which there are, the schema of the document says; a field that somebody
adds to the document stands here at once.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from regulars.drafts.build import id_from, under
from regulars.drafts.nodes import plain, schema, values_of
from regulars.kit.problems import NotFound
from regulars.programs.faults import Finding
from regulars.programs.source import Source

_ELSEWHERE = ("schema_version", "program", "currency", "campaigns")
"""Campaigns have pages of their own; the rest a program keeps for good."""
_TOGETHER = {
    "program": ("name", "audience", "timezone", "prices", "price_history", "returns", "cards"),
    "tiers": ("tiers", "tiering", "benefits", "texts"),
}
_ICONS = {
    "program": "tune", "lanes": "low_priority", "assets": "toll", "collections": "category",
    "vouchers": "confirmation_number", "rewards": "redeem", "tiers": "military_tech",
    "stamp_cards": "loyalty", "challenges": "flag", "streaks": "local_fire_department",
    "badges": "workspace_premium", "referrals": "group_add", "gift_cards": "card_giftcard",
    "membership": "badge", "households": "family_restroom", "causes": "volunteer_activism",
    "corrections": "build", "consents": "fact_check", "privacy": "fact_check",
}  # fmt: skip
"""In the order in which they are shown; what is not named here follows."""


class Section(NamedTuple):
    """A sort of parts: its fields of the document, and whether it holds many by name."""

    id: str
    icon: str
    fields: tuple[str, ...]
    many: bool


class Place(NamedTuple):
    """Where a part stands in a document, and what it may hold."""

    section: Section
    name: str
    """Of one of many; empty of a group."""
    node: dict[str, Any]
    of: str

    def get(self, data: dict[str, Any]) -> dict[str, Any] | None:
        """The part as it stands, or None."""
        if not self.section.many:
            return {name: data[name] for name in self.section.fields if name in data}
        found = (data.get(self.section.id) or {}).get(self.name)
        return found if isinstance(found, dict) else None

    def put(self, data: dict[str, Any], part: dict[str, Any] | None) -> dict[str, Any]:
        """The document with the part as wanted; None takes it out."""
        if not self.section.many:
            wanted = part or {}
            dropped = set(self.section.fields) - set(wanted)
            return {k: v for k, v in {**data, **wanted}.items() if k not in dropped}
        there = dict(data.get(self.section.id) or {})
        if part is None:
            there.pop(self.name, None)
        else:
            there[self.name] = part
        found = {**data, self.section.id: there}
        return found if there else {k: v for k, v in data.items() if k != self.section.id}

    def sort(self, findings: Sequence[Finding]) -> tuple[list[tuple[str, Finding]], list[Finding]]:
        """What is wrong here, by the place in the form; and what is wrong elsewhere."""
        heads = [f"{self.section.id}.{self.name}"] if self.section.many else self.section.fields
        here, others = [], []
        for finding in findings:
            head = next((one for one in heads if under(finding.path, one)), None)
            if head is None:
                others.append(finding)
            else:
                rest = finding.path[len(head) :] if self.section.many else finding.path
                here.append((rest.strip("."), finding))
        return here, others


@cache
def sections() -> dict[str, Section]:
    """All there are, by id, in the order in which they are shown."""
    grouped = {field: group for group, fields in _TOGETHER.items() for field in fields}
    found: dict[str, Section] = {}
    for name in schema()["properties"]:
        if name in _ELSEWHERE:
            continue
        group = grouped.get(name, name)
        fields = _TOGETHER.get(group, (name,))
        found[group] = Section(group, _ICONS.get(group, "tune"), fields, _is_many(name))
    order = list(_ICONS)
    place = {one: order.index(one) if one in order else len(order) for one in found}
    return {one: found[one] for one in sorted(found, key=lambda one: place[one])}


def _is_many(name: str) -> bool:
    node, _ = plain(schema()["properties"][name])
    if node.get("type") != "object" or "properties" in node:
        return False
    return "properties" in plain(values_of(node))[0]


def place_in(section: str, name: str = "") -> Place:
    """The place of a part; `NotFound` where a document has no such thing."""
    found = sections().get(section)
    if found is None or found.many != bool(name):
        raise NotFound("A document has no such part.")
    properties = schema()["properties"]
    if not found.many:
        inside = {field: properties[field] for field in found.fields}
        return Place(found, "", {"properties": inside}, "Document")
    node, of = plain(values_of(plain(properties[section])[0]))
    return Place(found, name, node, of)


def add_part(
    data: dict[str, Any], section: str, called: str, tongue: str
) -> tuple[dict[str, Any], str]:
    """The document with a part more, nearly right already; and the part's name in it."""
    there = data.get(section) or {}
    name = id_from(called, list(there))
    beginning = _beginnings().get(section, {})
    beginning = json.loads(_filled(json.dumps(beginning), name, data))
    beside = beginning.pop("beside", {})
    node = place_in(section, name).node
    label = {"name": {tongue: called}} if "name" in node["properties"] else {}
    found = {**data, section: {**there, name: {**label, **beginning}}}
    for more, parts in beside.items():
        named = {one: {**part, "name": {tongue: called}} for one, part in parts.items()}
        found[more] = {**named, **(found.get(more) or {})}
    return found, name


def _filled(text: str, name: str, data: dict[str, Any]) -> str:
    assets = [one for one, what in (data.get("assets") or {}).items()
              if isinstance(what, dict) and what.get("spendable", True)]  # fmt: skip
    return text.replace("$name", name).replace("$asset", assets[0] if assets else "points")


@cache
def _beginnings() -> dict[str, Any]:
    text = files(__package__ or "").joinpath("beginnings.yaml").read_text("utf-8")
    return dict(Source(text).data)
