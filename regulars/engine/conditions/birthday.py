"""The member's birthday, or another day of the year."""

import re
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from regulars.engine.case import Case
from regulars.engine.kinds import Condition, Texts, Unmet
from regulars.kit.periods import day_of

_DATE = re.compile(r"(?:\d{4}-|--)?(\d\d)-(\d\d)")


class Birthday(Condition):
    """Today is a day of the year that an attribute of the member holds (``1990-02-29``, or without
    the year ``02-29``), or some days around it. Who was born on 29 February has the 28th in other
    years (T15)."""

    sentence: ClassVar[Texts] = {
        "en": "it is {attribute}{days_before}{days_after}",
        "pl": "to {attribute}{days_before}{days_after}",
        "bg": "това е {attribute}{days_before}{days_after}",
    }
    unmet: ClassVar[Texts] = {
        "en": "today is not {attribute}",
        "pl": "dziś to nie {attribute}",
        "bg": "днес не е {attribute}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "attribute=birthday": {
            "en": "the member's birthday",
            "pl": "urodziny uczestnika",
            "bg": "рожденият ден на участника",
        },
        "attribute": {
            "en": "the member's day ({attribute})",
            "pl": "dzień uczestnika ({attribute})",
            "bg": "денят на участника ({attribute})",
        },
        "days_before": {
            "en": ", or up to {days_before:days_long} before",
            "pl": ", albo do {days_before:days_long} wcześniej",
            "bg": ", или до {days_before:days_long} преди това",
        },
        "days_after": {
            "en": ", or up to {days_after:days_long} after",
            "pl": ", albo do {days_after:days_long} później",
            "bg": ", или до {days_after:days_long} след това",
        },
    }
    unmet_member: ClassVar[Texts] = {
        "en": "today is not your day for it",
        "pl": "dziś to nie Twój dzień",
        "bg": "днес не е Вашият ден",
    }
    kind: Literal["birthday"] = "birthday"
    attribute: str = "birthday"
    days_before: Annotated[int, Field(ge=0, le=180)] = 0
    days_after: Annotated[int, Field(ge=0, le=180)] = 0

    def check(self, case: Case) -> Unmet | None:
        member = case.facts.member
        value: Any = None if member is None else member.attributes.get(self.attribute)
        found = _DATE.fullmatch(value) if isinstance(value, str) else None
        today = day_of(case.facts.day)
        if found is not None:
            for year in (today.year - 1, today.year, today.year + 1):
                day = _day(year, int(found[1]), int(found[2]))
                if day is None:
                    break
                before = timedelta(days=self.days_before)
                if day - before <= today <= day + timedelta(days=self.days_after):
                    return None
        return Unmet(self.kind, {})


def _day(year: int, month: int, day: int) -> date | None:
    """The day in a year; the 28th for 29 February where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 2, 28) if (month, day) == (2, 29) else None
