"""Standing: which tier a member holds from when until when, worked out in local days. Pure.

A level met on a day is held until a day: to the end of its term, and as long as the figure of the
period holds, and some days of grace. Of the levels held the highest is the tier. So what is kept is
one day for each level; who held it when the day came makes no difference.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from msgspec import Struct, field

from regulars.engine.tiering import Period, Tiering
from regulars.kit.periods import add_months, day_number, day_of, day_start, period_start

FOREVER = 1 << 30
"""A day that never comes."""
_UNITS = {"month": 1, "quarter": 3, "year": 12}

Days = Mapping[int, int]
"""What counts towards tiers, by local day."""


class Floor(Struct, array_like=True, frozen=True):
    """A tier given by hand or bought, below which the member does not fall until an instant."""

    tier: str
    until_at: int | None
    activity: str
    reason: str


class Standing(Struct, array_like=True):
    """What is kept of a member: the first local day on which each level is no longer held, and
    what was given."""

    held: dict[str, int] = field(default_factory=dict)
    floors: list[Floor] = field(default_factory=list)
    ends_at: int | None = None
    """When the membership ends; None = never."""
    spend_until_at: int | None = None


class Ladder(NamedTuple):
    """The levels of a program, lowest first, its tiering, and the member's day of joining."""

    tiers: Sequence[str]
    tiering: Tiering
    joined: int
    timezone: str


class Change(NamedTuple):
    """From ``at`` on the member holds ``tier``."""

    at: int
    tier: str
    reason: str
    activity: str = ""


def highest(ladder: Ladder, standing: Standing, at: int) -> str:
    """The tier of an instant."""
    names = {
        tier
        for tier, end in standing.held.items()
        if end >= FOREVER or day_start(end, ladder.timezone) > at
    }
    names |= {f.tier for f in standing.floors if f.until_at is None or f.until_at > at}
    return next((tier for tier in reversed(ladder.tiers) if tier in names), "")


def counted(ladder: Ladder, days: Days, day: int) -> int:
    """The figure of the period as of the end of a day."""
    assert ladder.tiering.period is not None
    first = first_counted(ladder.tiering.period, day, ladder.joined)
    return sum(value for at, value in days.items() if first <= at <= day)


def observe(ladder: Ladder, standing: Standing, days: Days, day: int, today: int) -> None:
    """Note what is met on a day, by what was counted up to its end; what such a level was held
    until, if that is over ``today``, is of no interest any more."""
    period = ladder.tiering.period
    assert period is not None
    first = first_counted(period, day, ladder.joined)
    amount = counted(ladder, days, day)
    for tier, least in ladder.tiering.at_least.items():
        if amount >= least:
            end = max(
                falls_below(period, days, first, day, amount, least, ladder.joined),
                term(ladder, day),
            )
            end += ladder.tiering.grace_days
            if end > today:
                standing.held[tier] = max(standing.held.get(tier, 0), end)


def end_at(ladder: Ladder, standing: Standing) -> int | None:
    """The next instant at which the tier may change by time alone."""
    ends = [f.until_at for f in standing.floors if f.until_at is not None]
    top = _top(ladder, standing)
    if top is not None and standing.held[top] < FOREVER:
        ends.append(day_start(standing.held[top], ladder.timezone))
    return min(ends, default=None)


def advance(ladder: Ladder, standing: Standing, tier: str, now: int) -> Iterator[Change]:
    """Every change by time alone up to ``now``, at the instant it fell due."""
    while (at := end_at(ladder, standing)) is not None and at <= now:
        ended = [f for f in standing.floors if f.until_at is not None and f.until_at <= at]
        standing.floors = [f for f in standing.floors if f not in ended]
        top = _top(ladder, standing)
        if top is not None and standing.held[top] < FOREVER:
            day = standing.held[top]
            if day_start(day, ladder.timezone) <= at:
                _step_down(ladder, standing, top, day)
        after = highest(ladder, standing, at)
        if after != tier:
            lost = next((f for f in ended if f.tier == tier), None)
            yield Change(at, after, "given_ended" if lost else "not_kept")
            tier = after


def _top(ladder: Ladder, standing: Standing) -> str | None:
    return next((tier for tier in reversed(ladder.tiers) if tier in standing.held), None)


def _step_down(ladder: Ladder, standing: Standing, top: str, day: int) -> None:
    """A level's time is over on ``day``."""
    del standing.held[top]
    below = [tier for tier in ladder.tiers if tier in ladder.tiering.at_least]
    if ladder.tiering.down == "one_step" and top in below and below.index(top):
        lower = below[below.index(top) - 1]
        end = step_term(ladder, day) + ladder.tiering.grace_days
        standing.held[lower] = max(standing.held.get(lower, 0), end)


def replay(ladder: Ladder, days: Days, today: int) -> Standing:
    """The levels held by everything counted so far, worked out from the beginning."""
    standing = Standing()
    for day in sorted(days):
        if day > today:
            break
        _expire(ladder, standing, day)
        observe(ladder, standing, days, day, day)
    _expire(ladder, standing, today)
    return standing


def _expire(ladder: Ladder, standing: Standing, today: int) -> None:
    while (top := _top(ladder, standing)) is not None and standing.held[top] <= today:
        _step_down(ladder, standing, top, standing.held[top])


def take_back(ladder: Ladder, standing: Standing, before: Days, after: Days, today: int) -> None:
    """Goods came back: a level held by them is held no longer than without them. What was reached
    under other rules, or would be held anyway, stays as it is."""
    had, has = replay(ladder, before, today), replay(ladder, after, today)
    for tier in list(standing.held):
        end = has.held.get(tier, 0)
        if had.held.get(tier, 0) > end:
            standing.held[tier] = min(standing.held[tier], end)
            if standing.held[tier] <= today:
                del standing.held[tier]
    for tier, end in has.held.items():
        if end > had.held.get(tier, 0):
            standing.held[tier] = max(standing.held.get(tier, 0), end)


def first_counted(period: Period, day: int, joined: int) -> int:
    """The first day that counts on ``day``."""
    if period.days is not None:
        return day - period.days + 1
    if period.months is not None:
        found = add_months(day_of(day), -period.months)
        while day_number(add_months(found, period.months)) < day:
            found += timedelta(days=1)
        return day_number(found)
    return bounds(period, day, joined)[0]


def oldest_counted(period: Period, day: int) -> int:
    """No day before this counts on ``day``, whenever the member joined."""
    if period.from_joining is not None:
        return day_number(add_months(day_of(day), -period.from_joining)) - 1
    return first_counted(period, day, day)


def bounds(period: Period, day: int, joined: int) -> tuple[int, int]:
    """First day, and the day after the last, of the calendar period or the one since joining that
    holds ``day``. Who joined on a day a month lacks has its last day there (T15)."""
    date = day_of(day)
    if period.calendar is not None:
        start = period_start(date, period.calendar)
        return day_number(start), day_number(add_months(start, _UNITS[period.calendar]))
    begun, length = day_of(joined), period.from_joining or 12
    number = ((date.year - begun.year) * 12 + date.month - begun.month) // length
    while add_months(begun, number * length) > date:
        number -= 1
    while add_months(begun, (number + 1) * length) <= date:
        number += 1
    return (
        day_number(add_months(begun, number * length)),
        day_number(add_months(begun, (number + 1) * length)),
    )


def leaves(period: Period, day: int, joined: int) -> int:
    """The first day on which what happened on ``day`` no longer counts."""
    if period.days is not None:
        return day + period.days
    if period.months is None:
        return bounds(period, day, joined)[1]
    return day_number(add_months(day_of(day), period.months)) + 1


def falls_below(
    period: Period, days: Days, first: int, day: int, amount: int, least: int, joined: int
) -> int:
    """The first day on which the figure no longer suffices, if nothing more happens."""
    if period.fixed:
        return bounds(period, day, joined)[1]
    for at in sorted(at for at in days if first <= at <= day):
        amount -= days[at]
        if amount < least:
            return leaves(period, at, joined)
    return FOREVER


def term(ladder: Ladder, day: int) -> int:
    """The day on which the term of a level ends that is met on ``day``."""
    lasts, period = ladder.tiering.lasts, ladder.tiering.period
    if lasts is None:
        return day + 1
    if lasts.periods is None or period is None:
        return after(lasts.days, lasts.months, day)
    end = bounds(period, day, ladder.joined)[1]
    for _ in range(lasts.periods):
        end = bounds(period, end, ladder.joined)[1]
    return end


def step_term(ladder: Ladder, day: int) -> int:
    """The day on which a level ends that begins on ``day`` because the one above was lost."""
    lasts, period = ladder.tiering.lasts, ladder.tiering.period
    if lasts is not None and lasts.periods is None:
        return after(lasts.days, lasts.months, day)
    assert period is not None
    return bounds(period, day, ladder.joined)[1]


def after(days: int | None, months: int | None, day: int) -> int:
    """The day after the last of so many days or months that begin on ``day``."""
    if days is not None:
        return day + days + 1
    return day_number(add_months(day_of(day), months or 0)) + 1
