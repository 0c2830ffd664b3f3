"""Progress: what is missing for the next tier, and to keep the one that is held, in words."""

from msgspec import Struct

from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.engine.standing import (
    FOREVER,
    Days,
    Ladder,
    Standing,
    bounds,
    counted,
    first_counted,
    leaves,
    term,
)
from regulars.kit.words import catalog


class Step(Struct, frozen=True):
    """``missing`` more of what is counted: money in minor units, points or visits.

    ``by_day`` is the last local day for it, None = there is none. For the tier that is held,
    ``until_day`` is the last day until which it will then be held at least.
    """

    tier: str
    keeps: bool
    missing: int
    by_day: int | None
    until_day: int | None


def steps(ladder: Ladder, standing: Standing, days: Days, tier: str, today: int) -> list[Step]:
    """To keep the tier that was reached, and to reach the next above the one held. By balance
    ``days`` is the balance, on any day."""
    wanted = [name for name in ladder.tiers if name in ladder.tiering.at_least]
    found = []
    reached = [name for name in wanted if today < standing.held.get(name, 0) < FOREVER]
    if reached and ladder.tiering.period is not None:
        step = _keep(ladder, standing, days, reached[-1], today)
        found += [] if step is None else [step]
    rank = ladder.tiers.index(tier) if tier in ladder.tiers else -1
    above = next((name for name in wanted if ladder.tiers.index(name) > rank), None)
    if above is not None:
        figure = counted(ladder, days, today) if ladder.tiering.period else sum(days.values())
        missing = ladder.tiering.at_least[above] - figure
        by = _last_day(ladder, days, today) if ladder.tiering.period else None
        found.append(Step(above, False, max(1, missing), by, None))
    return found


def _last_day(ladder: Ladder, days: Days, today: int) -> int | None:
    """The last day on which no more is missing than today."""
    period = ladder.tiering.period
    assert period is not None
    if period.fixed:
        return bounds(period, today, ladder.joined)[1] - 1
    first = first_counted(period, today, ladder.joined)
    oldest = min((day for day in days if first <= day <= today and days[day]), default=None)
    return None if oldest is None else leaves(period, oldest, ladder.joined) - 1


def _keep(ladder: Ladder, standing: Standing, days: Days, tier: str, today: int) -> Step | None:
    period, least = ladder.tiering.period, ladder.tiering.at_least[tier]
    assert period is not None
    last = standing.held[tier] - 1
    if not period.fixed:
        missing = least - counted(ladder, days, last)
        return Step(tier, True, missing, last, None) if missing > 0 else None
    missing = least - counted(ladder, days, today)
    until = max(term(ladder, today), bounds(period, today, ladder.joined)[1])
    until += ladder.tiering.grace_days - 1
    by = min(last, bounds(period, today, ladder.joined)[1] - 1)
    return Step(tier, True, missing, by, until) if missing > 0 and until > last else None


def tier_name(program: Program, tier: str, language: str) -> str:
    """What people call a tier."""
    return program.rules.texts.get(f"tier.{tier}", {}).get(language) or tier


def words(program: Program, step: Step, language: str) -> str:
    """``420.00 more to gold by 31 December``, in one of our languages."""
    voice, tiering = Voice(program, language), program.rules.tiering
    assert tiering is not None
    if tiering.by == "spend":
        missing = voice.money(step.missing)
    elif tiering.by == "visits":
        missing = voice.counted(step.missing, _word("visits", language))
    else:
        missing = voice.asset(step.missing, tiering.asset)
    tier = tier_name(program, step.tier, language)
    word = "tier_next" if not step.keeps else "tier_keep" if step.until_day else "tier_keep_after"
    by = "" if step.by_day is None else _word("by_day", language, day=voice.date(step.by_day))
    until = "" if step.until_day is None else voice.date(step.until_day)
    return _word(word, language, tier=tier, missing=missing, by=by, until=until)


def because(reason: str, language: str) -> str:
    """Why a tier changed."""
    return _word(reason, language)


def _word(name: str, language: str, **figures: object) -> str:
    return catalog("regulars.engine", "tiers.toml")[name][language].format(**figures)
