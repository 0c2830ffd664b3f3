"""When a membership ends, and until when what is left may be spent; seconds since 1970. Pure."""

from collections.abc import Iterable
from datetime import date

from regulars.engine.rules import Membership
from regulars.engine.standing import after
from regulars.kit.periods import add_months, day_number, day_of, day_start


def ages(born: Iterable[str], day: int) -> tuple[int, ...]:
    """The ages in months, on a local day, of children born in these months (``2024-05``).

    A child is a month older from the first of a month on; one not born yet has a negative age.
    """
    on = day_of(day)
    return tuple((on.year - int(m[:4])) * 12 + on.month - int(m[5:7]) for m in born)


def ends_at(rules: Membership, born: Iterable[str], day: int, timezone: str) -> int | None:
    """When a membership ends that begins, or is renewed, on a local day; None = never."""
    ends = []
    if rules.days is not None or rules.months is not None:
        ends.append(after(rules.days, rules.months, day))
    months = sorted(born)
    if rules.child_below_months is not None and months:
        youngest = date(int(months[-1][:4]), int(months[-1][5:7]), 1)
        ends.append(day_number(add_months(youngest, rules.child_below_months)))
    return day_start(min(ends), timezone) if ends else None


def spend_until(rules: Membership, end: int, day: int, timezone: str) -> int:
    """Until when what is left may be spent by a member whose membership ended on a local day."""
    return day_start(day + rules.spend_days, timezone) if rules.spend_days else end
