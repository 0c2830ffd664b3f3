"""Summary: what came of an import, for people and for programs."""

from collections.abc import Iterator
from typing import Any

from regulars.imports.faults import moment, say
from regulars.imports.fields import Noun
from regulars.imports.operations import Outcome
from regulars.kit.periods import instant

_TOLD: dict[Noun, tuple[str, ...]] = {
    "purchases": (
        "rows",
        "left_out",
        "purchases",
        "new",
        "known",
        "different",
        "joined",
        "unknown",
    ),
    "members": ("rows", "joined", "updated", "unchanged"),
    "products": ("rows", "new", "updated", "unchanged"),
    "cards": ("rows", "new", "updated", "unchanged", "ended"),
    "rewards": (
        "rows", "rewards", "new", "updated", "unchanged", "in_draft", "came_in",
        "delivered_before", "stock_waits",
    ),
}  # fmt: skip
_ALWAYS = {"rows", "purchases", "new"}
_EARNED = "earned."


def figures(outcome: Outcome) -> dict[str, Any]:
    """All of it, in figures."""
    at = outcome.earlier_at
    counts = dict(outcome.counts)
    earned = {
        name.removeprefix(_EARNED): counts.pop(name)
        for name in sorted(counts)
        if name.startswith(_EARNED)
    }
    return {
        "already_imported_at": None if at is None else instant(at).isoformat(),
        "resumed_after": outcome.resumed,
        **counts,
        **({"draft": str(outcome.draft_id)} if outcome.draft_id else {}),
        **({"earned": earned} if earned else {}),
    }


def summary(outcome: Outcome, noun: Noun, file: str, dry: bool) -> Iterator[str]:
    """All of it, in words."""
    counts = outcome.counts
    if outcome.earlier_at is not None:
        same = not any(counts.get(name) for name in ("joined", "updated", "new"))
        code = "already" if same else "before"
        yield say(code, file=file, when=moment(outcome.earlier_at))
    if not counts:
        return
    if dry:
        yield say("dry")
    if outcome.resumed:
        yield say("resumed", done=outcome.resumed)
    for name in _TOLD[noun]:
        if counts.get(name) or name in _ALWAYS & counts.keys():
            yield say(f"count.{noun}.{name}", count=f"{counts[name]:,}".replace(",", " "))
    if outcome.draft_id is not None and not dry:
        yield say("in_a_draft", id=outcome.draft_id)
    for asset, amount in figures(outcome).get("earned", {}).items():
        yield say("count.earned", asset=asset, count=f"{amount:,}".replace(",", " "))
