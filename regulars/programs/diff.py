"""Diff: what changes between two documents, by meaning. Spacing and comments are no change.

Things that have a name (assets, campaigns, lanes ...) are compared with their namesakes, wherever
they stand; what they consist of is compared field by field. The order of campaigns and lanes means
something, so a move is a change too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from regulars.kit.words import say
from regulars.programs.document import Document

NAMED = {"assets": "asset", "vouchers": "voucher", "rewards": "reward", "texts": "text"}
NAMED |= {"stamp_cards": "stamp_card", "challenges": "challenge", "streaks": "streak"}
NAMED |= {"badges": "badge", "gift_cards": "gift_card"}
NAMED |= {"collections": "collection", "campaigns": "campaign", "lanes": "lane"}
NAMED |= {"causes": "cause", "households": "household"}
"""The fields of a document whose things have names, and what one of them is called."""
_ORDERED = ("campaigns", "lanes")
_NOTHING = ("-", "[]", "{}")


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of what (``campaign second-pair``), which field of it, from what to what."""

    sort: Literal["added", "removed", "changed", "moved"]
    noun: str
    name: str
    field: str = ""
    before: Any = None
    after: Any = None

    def words(self, language: str = "en") -> str:
        """The change as a line: ``campaign second-pair: priority 10 -> 20``."""
        what = say(__package__ or "", "changes.toml", self.noun, language, name=self.name)
        if self.sort != "changed":
            return say(__package__ or "", "changes.toml", self.sort, language, what=what.strip())
        head = f"{what.strip()}: " if self.name else ""
        return f"{head}{self.field} {_value(self.before)} -> {_value(self.after)}"


def diff(before: Document | None, after: Document) -> list[Change]:
    """Every change from one document to another; None stands for no program yet."""
    old = before.model_dump(mode="json", by_alias=True) if before else {}
    new = after.model_dump(mode="json", by_alias=True)
    changes: list[Change] = []
    for field in new:
        noun = NAMED.get(field)
        if noun is None:
            if before is not None:
                changes += _fields("program", "", field, old.get(field), new[field])
        else:
            changes += _named(noun, _by_name(old.get(field)), _by_name(new[field]))
            if field in _ORDERED:
                changes += _moves(noun, old.get(field) or [], new[field])
    return changes


def _by_name(part: Any) -> dict[str, Any]:
    if isinstance(part, list):
        return {item["id"]: item for item in part}
    return part or {}


def _named(noun: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for name in old:
        if name not in new:
            yield Change("removed", noun, name)
    for name, item in new.items():
        if name not in old:
            yield Change("added", noun, name)
        elif noun == "text":
            yield from _fields(noun, name, "", old[name], item)
        else:
            for field in item:
                yield from _fields(noun, name, field, old[name].get(field), item[field])


def _fields(noun: str, name: str, field: str, old: Any, new: Any) -> Iterator[Change]:
    """The smallest fields in which two values differ."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict) and old.get("kind") == new.get("kind"):
        for key in [*old, *(key for key in new if key not in old)]:
            below = f"{field}.{key}" if field else key
            yield from _fields(noun, name, below, old.get(key), new.get(key))
    elif (kinds := _kinds(old)) and kinds == _kinds(new):
        for n, (one, other) in enumerate(zip(old, new, strict=True)):
            label = f"{field}[{n}]" if len(kinds) > 1 else field
            yield from _fields(noun, name, f"{label} {kinds[n]}", one, other)
    else:
        yield Change("changed", noun, name, field, old, new)


def _kinds(items: Any) -> list[str]:
    """The kinds of a list of conditions or effects; none for anything else."""
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return []
    return [str(item["kind"]) for item in items] if all("kind" in item for item in items) else []


def _moves(noun: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    """Things that stand in another order among those that were there before."""
    ids = {item["id"] for item in new}
    before = [item["id"] for item in old if item["id"] in ids]
    kept = set(before)
    after = [item["id"] for item in new if item["id"] in kept]
    while before != after:
        here = next(n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
        # Take out whichever of the two leaves less to move.
        name = min(
            (before[here], after[here]), key=lambda n: -abs(before.index(n) - after.index(n))
        )
        before.remove(name)
        after.remove(name)
        yield Change("moved", noun, name)


def _value(value: Any) -> str:
    """A value in short, without the fields that are empty."""
    if isinstance(value, dict):
        said = {key: _value(item) for key, item in value.items() if key != "kind"}
        inner = ", ".join(f"{key}: {text}" for key, text in said.items() if text not in _NOTHING)
        kind = value.get("kind")
        return f"{kind} ({inner})" if kind and inner else str(kind) if kind else f"{{{inner}}}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
