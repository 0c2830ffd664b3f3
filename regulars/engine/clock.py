"""Days of the week and times of the local day as a document writes them."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from regulars.engine.part import broken

DAY_MINUTES = 24 * 60
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")


def weekday(value: Any) -> Any:
    """1 (Monday) to 7 from a number or an English name of at least three letters.

    >>> weekday("Friday"), weekday("fri"), weekday(5)
    (5, 5, 5)
    """
    name = value[:3].lower() if isinstance(value, str) else ""
    return NAMES.index(name) + 1 if name in NAMES else value


def minute(value: Any) -> int:
    """Minutes since midnight from ``HH:MM``, up to 24:00. A number is taken as minutes, for YAML
    reads an unquoted 16:30 as 990.

    >>> minute("16:30"), minute(990), minute("24:00")
    (990, 990, 1440)
    """
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    found = int(match[1]) * 60 + int(match[2]) if match else value
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= DAY_MINUTES:
        raise broken("not_a_time", 'write the time as "HH:MM", from "00:00" to "24:00"')
    return found


def clock(value: int) -> str:
    """``HH:MM`` from minutes since midnight."""
    return f"{value // 60:02d}:{value % 60:02d}"


Weekday = Annotated[
    int,
    Field(ge=1, le=7),
    BeforeValidator(weekday),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1, "maximum": 7}, {"enum": NAMES}]}),
]
Minute = Annotated[
    int,
    BeforeValidator(minute),
    PlainSerializer(clock),
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-4]):[0-5]\d$"}),
]
