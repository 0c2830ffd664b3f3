"""Hints: what is missing for the nearest campaigns ("12.40 PLN more: 10% off").

They are read off a decision, so they cost little: at most `LOOKED_AT` of its campaigns are looked
at, each once. Only what can be bought now is hinted at, and only where nothing else is missing.
A campaign about products of which none is in the basket is not found by the index and no hint.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from msgspec import Struct

from regulars.engine.case import Case
from regulars.engine.decision import Decision, Reason
from regulars.engine.facts import Facts
from regulars.engine.kinds import Condition
from regulars.engine.phrases import Voice, voice_of
from regulars.engine.program import Compiled, Program

_MISSING = {"missing", "missing_minor", "missing_distinct"}
LOOKED_AT = 50
"""So many campaigns at most."""


class Hint(Struct, frozen=True):
    """What is missing for a campaign, or for more of it. ``text`` is the line people read."""

    campaign: str
    missing_minor: int
    """Money to be spent, 0 where units are missing."""
    missing_units: int
    text: str


class _Near(NamedTuple):
    cost_minor: int
    campaign: Compiled
    figures: dict[str, Any]
    condition: Condition | None
    """The one that is unmet; none where more would be given of what is given already."""


def hints(
    program: Program, facts: Facts, decision: Decision, language: str, *, most: int = 3
) -> list[Hint]:
    """The nearest campaigns and what is missing for them, the least first."""
    voice, case = voice_of(program, language), Case(program, facts)
    decided = list(decision.paid)
    units = sum(line.quantity for line in facts.lines)
    average = sum(decided) // units if units else 0
    near = []
    for reason in islice(decision.trace, LOOKED_AT):
        compiled = program.by_id[reason.campaign]
        case.reprice(
            _as_found(case, decision, compiled.id) if reason.code == "applied" else decided
        )
        for figures, condition in _short(case, compiled, reason):
            money, missing = figures.get("missing_minor", 0), _units(figures)
            near.append(_Near(money or missing * average, compiled, figures, condition))
    near.sort(key=lambda one: one.cost_minor)
    # Only what is given is put into words: that takes most of the time.
    return [
        Hint(
            one.campaign.id,
            one.figures.get("missing_minor", 0),
            _units(one.figures),
            voice.word("hint", missing=_said(voice, one), gives=_gives(voice, one.campaign)),
        )
        for one in near[:most]
    ]


def _as_found(case: Case, decision: Decision, campaign: str) -> list[int]:
    """The prices as a campaign found them."""
    amounts = list(case.lists)
    for discount in decision.discounts:
        if discount.campaign == campaign:
            break
        amounts[discount.line] -= discount.amount_minor
    return amounts


def _short(
    case: Case, compiled: Compiled, reason: Reason
) -> Iterator[tuple[dict[str, Any], Condition | None]]:
    """What a campaign is short of, and the condition that misses it, if one does."""
    if reason.code == "unmet" and reason.kind != "member":
        found = _buyable(compiled, reason.part, reason.figures)
        if found is not None and _all_else_holds(case, compiled, reason.part):
            part, figures = found
            yield figures, compiled.parts[part]
    elif reason.code in ("applied", "nothing"):
        for effect in compiled.campaign.then:
            short = effect.short(case)
            if short is not None:
                yield short, None


def _said(voice: Voice, near: _Near) -> str:
    if near.condition is None:
        return voice.more(near.figures)
    return voice.fill(near.condition, near.condition.unmet, near.figures)


def _buyable(
    compiled: Compiled, part: int, figures: dict[str, Any]
) -> tuple[int, dict[str, Any]] | None:
    """The condition that buying more would meet, with its figures; of an ``any`` the first one."""
    if "ways" in figures:
        ways = (_buyable(compiled, part + way, own) for _, own, way in figures["ways"])
        return next((way for way in ways if way is not None), None)
    return (part, figures) if compiled.parts[part].buyable and _MISSING & figures.keys() else None


def _all_else_holds(case: Case, compiled: Compiled, part: int) -> bool:
    """True when every condition but the one that holds the part is met."""
    case.campaign = compiled.id
    others = [
        check
        for n, (first, check) in enumerate(compiled.checks)
        if not first <= part < _end(compiled, n)
    ]
    return all(check(case) is None for check in others)


def _end(compiled: Compiled, check: int) -> int:
    """The number after the last part of a condition."""
    later = compiled.checks[check + 1 : check + 2]
    return later[0][0] if later else len(compiled.parts)


def _units(figures: dict[str, Any]) -> int:
    return max(figures.get("missing", 0), figures.get("missing_distinct", 0))


def _gives(voice: Voice, compiled: Compiled) -> str:
    """The same for every basket, so it is said once."""
    kept, place = voice.program.kept, (_gives, voice.language, compiled.id)
    said: str | None = kept.get(place)
    if said is None:
        said = kept[place] = ", ".join(voice.sentence(part) for part in compiled.campaign.then)
    return said
