"""Half-open periods and local days. Instants are seconds since 1970 (UTC); days count from 1970.

Local time follows the program's time zone, with its 23- and 25-hour days (T15). A day that starts
in a gap starts at the first instant that exists.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

EPOCH = date(1970, 1, 1)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether the tz database knows a time zone of this name."""
    return name in _zones()


def instant(at: int) -> datetime:
    """An instant as it is told: in UTC."""
    return datetime.fromtimestamp(at, UTC)


def local(at: int, timezone: str) -> datetime:
    """The local wall-clock time of an instant."""
    return datetime.fromtimestamp(at, zone(timezone))


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    return EPOCH + timedelta(days=number)


@lru_cache(maxsize=4096)
def day_start(number: int, timezone: str) -> int:
    """The instant at which the local day ``number`` begins."""
    day = day_of(number)
    wall = datetime(day.year, day.month, day.day, tzinfo=zone(timezone))
    return int(wall.astimezone(UTC).timestamp())


def month_start(day: date, ahead: int = 0) -> date:
    """The first day of the month ``ahead`` months after that of ``day``."""
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def period_start(day: date, unit: str) -> date:
    """The first day of the calendar ``month``, ``quarter`` or ``year`` that holds ``day``."""
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    if unit == "year":
        return date(day.year, 1, 1)
    raise ValueError(f"no such calendar unit: {unit}")


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later, or the last day of that month (31 January + 1 = 28/29)."""
    first = month_start(day, months)
    last = month_start(first, 1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def age_in_months(born: date, on: date) -> int:
    """Whole months of age; who was born on a day a month lacks is older on its last day.

    >>> age_in_months(date(2008, 2, 29), date(2026, 2, 28)) // 12
    18
    """
    months = (on.year - born.year) * 12 + on.month - born.month
    return months if add_months(born, months) <= on else months - 1


def full_date(value: object) -> date | None:
    """The day that an ISO text with year, month and day says, else None."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
