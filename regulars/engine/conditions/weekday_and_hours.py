"""Days of the week and hours of the day."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from regulars.engine.case import Case
from regulars.engine.clock import DAY_MINUTES, Minute, Weekday
from regulars.engine.kinds import Bound, Condition, Texts, Unmet
from regulars.engine.part import broken


class WeekdayAndHours(Condition):
    """On some days of the week, between two times of the local clock.

    ``until`` is not part of it. A stretch that passes midnight belongs to the day it began on.
    The clock is the wall's: in an autumn night the hour that comes twice counts twice, and what a
    spring night leaves out nobody gets (T15).
    """

    sentence: ClassVar[Texts] = {
        "en": "it is the time:{days}{from_}{until}",
        "pl": "jest pora:{days}{from_}{until}",
        "bg": "времето е:{days}{from_}{until}",
    }
    unmet: ClassVar[Texts] = {
        "en": "not now; its time:{days}{from_}{until}",
        "pl": "nie teraz; obowiązuje:{days}{from_}{until}",
        "bg": "не сега; важи:{days}{from_}{until}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "days": {"en": " {days:weekdays}", "pl": " {days:weekdays}", "bg": " {days:weekdays}"},
        "from_": {
            "en": " from {from_:clock}",
            "pl": " od {from_:clock}",
            "bg": " от {from_:clock}",
        },
        "until": {
            "en": " until {until:clock}",
            "pl": " do {until:clock}",
            "bg": " до {until:clock}",
        },
    }
    kind: Literal["weekday_and_hours"] = "weekday_and_hours"
    days: tuple[Weekday, ...] = ()
    """Empty = every day."""
    from_: Annotated[Minute | None, Field(alias="from")] = None
    until: Minute | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.days and self.from_ is None and self.until is None:
            raise broken(
                "some_of", "name days, or the hours with from and until", names="days from until"
            )
        if self.from_ is not None and self.from_ == self.until:
            raise broken(
                "same_hours", "from and until are the same; leave both out for the whole day"
            )
        return self

    def bounds(self) -> Iterable[Bound]:
        if self.days and (self.from_ is None or self.until is None or self.from_ < self.until):
            yield Bound("weekday", values=frozenset(self.days))

    def check(self, case: Case) -> Unmet | None:
        minute, today = case.facts.minute, case.facts.weekday
        start = self.from_ or 0
        end = DAY_MINUTES if self.until is None else self.until
        if start < end:
            holds = start <= minute < end and self._on(today)
        else:
            yesterday = (today - 2) % 7 + 1
            holds = (minute >= start and self._on(today)) or (minute < end and self._on(yesterday))
        return None if holds else Unmet(self.kind, {})

    def _on(self, weekday: int) -> bool:
        return not self.days or weekday in self.days
