"""The words of a case: read one by one, so that none is passed over in silence."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from regulars.kit.periods import add_months
from tests.peers.cases import Data, NotTranslated

__all__ = ["TODAY", "Fields", "NotTranslated", "OtherPolicy", "moment", "slug"]

TODAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""When a case happens that does not say so."""

RELATIVE = re.compile(r"now\s*(?:([+-])\s*(\d+)\s*(min|mo|[smhdwy]))?")
UNITS = {"s": 1, "min": 60, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


class OtherPolicy(Exception):
    """The peer decides a question of docs/policies.md otherwise, and no option says so."""


class Fields:
    """A record that is emptied while it is read; what is left in the end is unknown."""

    def __init__(self, what: str, data: Data) -> None:
        self.what = what
        self.data = {name: value for name, value in data.items() if not name.startswith("_")}

    def take(self, name: str, default: Any = None) -> Any:
        return self.data.pop(name, default)

    def need(self, name: str) -> Any:
        if name not in self.data:
            raise NotTranslated(f"{self.what} has no {name}")
        return self.data.pop(name)

    def done(self) -> None:
        for name, value in self.data.items():
            if value is not None:
                raise NotTranslated(f"{self.what}: unknown field {name} = {value!r}")


def moment(text: Any, now: datetime = TODAY) -> datetime:
    """An instant as a case writes it: absolute, ``now+1d``, ``now-13mo``, ``today``.

    >>> moment("now-1mo").isoformat(), moment("2011-02-01").isoformat()
    ('2026-02-02T12:00:00+00:00', '2011-02-01T00:00:00+00:00')
    """
    if text in (None, "today"):
        return now
    relative = RELATIVE.fullmatch(str(text))
    if relative is None:
        try:
            read = datetime.fromisoformat(str(text))
        except ValueError:
            raise NotTranslated(f"unknown instant {text!r}") from None
        return read if read.tzinfo else read.replace(tzinfo=UTC)
    sign, number, unit = relative.groups()
    if not number:
        return now
    count = int(number) * (-1 if sign == "-" else 1)
    if unit in ("mo", "y"):
        day = add_months(now.date(), count * (12 if unit == "y" else 1))
        return datetime.combine(day, now.timetz())
    return now + timedelta(seconds=count * UNITS[unit])


def slug(text: Any) -> str:
    """A short name from any words.

    >>> slug("Christmas sale"), slug("10%")
    ('christmas-sale', '10')
    """
    return re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-")[:50] or "x"
