"""Windows: the stretches of a member's past that conditions may ask about.

``days:N`` is the N local days that end with the day of the case; ``month``, ``quarter`` and
``year`` are the calendar periods that hold it. The purchase being judged is never in them.
"""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from regulars.engine.facts import Facts
from regulars.kit.periods import day_number, day_of, period_start

Window = Annotated[str, Field(pattern=r"^(days:[1-9][0-9]{0,3}|month|quarter|year)$")]
Span = Annotated[str, Field(pattern=r"^(days:[1-9][0-9]{0,3}|month|quarter|year|ever)$")]
"""A window, or all of the past."""


def gathered(span: str) -> frozenset[str]:
    """The windows that have to be gathered to know a span."""
    return frozenset() if span == "ever" else frozenset({span})


def spent(facts: Facts, span: str) -> int:
    """What the member spent in a span, in minor units."""
    if span == "ever":
        return 0 if facts.member is None else facts.member.spend_minor
    return past(facts, span)[1]


def past(facts: Facts, window: str) -> tuple[int, int]:
    """(visits, spend in minor units) of the member in a window; nothing without a member."""
    return (0, 0) if facts.member is None else facts.member.windows.get(window, (0, 0))


def first_day(window: str, day: int) -> int:
    """The first day (number) of a window, seen from ``day``."""
    if window.startswith("days:"):
        return day - int(window[5:]) + 1
    return day_number(period_start(day_of(day), window))


def oldest_day(windows: Iterable[str], day: int) -> int | None:
    """The first day any of the windows reaches back to, or None for no windows."""
    return min((first_day(window, day) for window in windows), default=None)


def total(window: str, day: int, days: Iterable[tuple[int, int, int]]) -> tuple[int, int]:
    """(visits, spend) of a window from rows of (day, visits, spend)."""
    first = first_day(window, day)
    visits = spend = 0
    for number, count, amount in days:
        if first <= number <= day:
            visits += count
            spend += amount
    return visits, spend
