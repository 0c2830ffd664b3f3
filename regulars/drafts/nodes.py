"""Nodes: what a part of a document may hold, looked up in its JSON Schema.

Nothing here knows a single kind: what can be asked for follows from the schema, so a kind or a
field added to the engine has its form at once.
"""

from functools import cache
from typing import Any

from regulars.engine.rules import CONDITIONS, EFFECTS
from regulars.kit.words import catalog
from regulars.programs.schema import json_schema

PACKAGE = "regulars.drafts"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONEY = ("minor", "prices")
_MONEY_WHERE = {"Tiering.at_least": ("by", "spend"), "Goal.at_least": ("count", "spend")}
"""Figures that are money when another field says so."""
AGAIN = {field for field, _ in _MONEY_WHERE.values()}
"""Choices after which the form looks different."""

_NAMES = {"asset": "assets", "voucher": "vouchers", "lane": "lanes", "collections": "collections"}
_NAMES |= {"campaigns": "campaigns", "Tier.one_of": "tiers", "Shop.one_of": "shops"}
_NAMES |= {"products": "products", "product": "products", "categories": "categories"}
_NAMES |= {"brands": "brands", "gift": "products", "skus": "products", "Pool.assets": "assets"}
_NAMES |= {"Badge.tier": "tiers", "Fee.tier": "tiers", "challenge": "challenges"}
_NAMES |= {"streak": "streaks", "Badge.card": "stamp_cards"}
_NAMES |= {"gift_card": "gift_cards", "cause": "causes", "gives.key": "assets"}
_NAMES |= {"Document.timezone": "timezones"}
_NAMES |= {"cost.key": "assets", "assets.key": "assets", "caps.key": "assets"}
_NAMES |= {"at_least.key": "tiers", "benefits.key": "tiers", "prices.key": "products"}
DECLARED = (
    "assets", "vouchers", "lanes", "collections", "campaigns", "tiers", "shops", "challenges",
    "streaks", "stamp_cards", "timezones",
    "gift_cards", "causes",
)  # fmt: skip
"""What the document or the organization names itself, so that it can be chosen from a list."""


@cache
def schema() -> dict[str, Any]:
    return dict(json_schema())


def definitions() -> dict[str, Any]:
    """The parts of a document by the names of their models."""
    return dict(schema()["$defs"])


def plain(node: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """References followed and "or nothing" looked through; the schema's name beside it."""
    name = ""
    while True:
        if "$ref" in node:
            name = node["$ref"].rpartition("/")[2]
            node = schema()["$defs"][name]
            continue
        some = [one for one in node.get("anyOf", ()) if one.get("type") != "null"]
        if len(some) != 1:
            return node, name.rpartition("__")[2]
        node = some[0]


def is_optional(node: dict[str, Any]) -> bool:
    """True of a group of fields that is there or not: switched on, it means something empty too."""
    nothing = any(one.get("type") == "null" for one in node.get("anyOf", ()))
    found, _ = plain(node)
    return nothing and found.get("type") == "object" and "properties" in found


def values_of(node: dict[str, Any]) -> dict[str, Any]:
    """What stands under the names of a mapping."""
    named = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
    return next(one for one in named if isinstance(one, dict))


def is_texts(node: dict[str, Any]) -> bool:
    """True of a text by language."""
    if node.get("type") != "object" or "properties" in node:
        return False
    return plain(values_of(node))[0].get("type") == "string"


def is_window(node: dict[str, Any]) -> bool:
    """True of a stretch of the past, such as ``days:30``."""
    return "days:" in str(node.get("pattern", ""))


def begun_kind(kind: str) -> dict[str, Any]:
    """A new condition or effect, with what its form shows chosen already."""
    made: dict[str, Any] = {"kind": kind}
    model = {**CONDITIONS, **EFFECTS}.get(kind)
    node = schema()["$defs"][model.__name__] if model else {}
    for name in node.get("required", ()):
        if is_window(plain(node["properties"][name])[0]):
            made[name] = "days:30"
    return made


def is_days(node: dict[str, Any]) -> bool:
    """True of a day of the week."""
    return any("mon" in one.get("enum", ()) for one in node.get("anyOf", [node]))


def is_figure(node: dict[str, Any]) -> bool:
    return bool({one.get("type") for one in node.get("anyOf", [node])} & {"integer", "number"})


def is_money(of: str, name: str, beside: Any) -> bool:
    """True of an amount in minor units; ``beside`` finds what another field of the group says."""
    if name.endswith("_minor") or name in _MONEY:
        return True
    rule = _MONEY_WHERE.get(f"{of}.{name}")
    return rule is not None and beside(rule[0]) == rule[1]


def offers_of(of: str, name: str) -> str:
    """What a field may name, by the document's word for it; empty where it names nothing."""
    return _NAMES.get(f"{of}.{name}", _NAMES.get(name, ""))


def kinds(node: dict[str, Any], tongue: str) -> list[tuple[str, str]]:
    """The kinds a place may hold, by their names in a language."""
    found = [(kind, kind_name(kind, tongue)) for kind in node["discriminator"]["mapping"]]
    return sorted(found, key=lambda pair: pair[1])


def kind_name(kind: str, tongue: str) -> str:
    """A kind's name, or its id in plain letters where nobody has named it yet."""
    return catalog(PACKAGE, "kinds.toml").get(kind, {}).get(tongue, kind.replace("_", " "))


def label_of(name: str, tongue: str, of: str = "") -> str:
    """What a field is called, in a kind or anywhere."""
    words = catalog(PACKAGE, "fields.toml")
    found = words.get(f"{of}.{name}") or words.get(name, {})
    return found.get(tongue, name.replace("_", " "))


def choice_name(choice: str, tongue: str, field: str = "") -> str:
    words = catalog(PACKAGE, "choices.toml")
    found = words.get(f"{field}.{choice}") or words.get(choice, {})
    return found.get(tongue, choice)
