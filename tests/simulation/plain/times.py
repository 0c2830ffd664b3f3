"""Local days: instants are seconds since 1970, days begin and end where the program is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVER = 1 << 62
ZONE = ZoneInfo("Europe/Warsaw")


def day(at: int) -> date:
    """The local day of an instant."""
    return datetime.fromtimestamp(at, UTC).astimezone(ZONE).date()


def day_start(at: int, days: int = 0) -> int:
    """The first instant of the local day that many days after the one of ``at``."""
    return int(datetime.combine(day(at) + timedelta(days), time(), ZONE).timestamp())
