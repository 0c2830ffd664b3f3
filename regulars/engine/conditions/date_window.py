"""Between two days, or moments of them."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from regulars.engine.case import Case
from regulars.engine.clock import DAY_MINUTES, Minute
from regulars.engine.kinds import Bound, Condition, Texts, Unmet
from regulars.engine.part import broken
from regulars.kit.periods import day_number

FOREVER = 10**9


class DateWindow(Condition):
    """From a local day on, or a time of it, until the end of another, or a time of it, which is not
    part of it. For a campaign as a whole ``starts`` and ``ends`` do."""

    sentence: ClassVar[Texts] = {
        "en": "it is the time:{first_on}{from_}{last_on}{until}",
        "pl": "jest pora:{first_on}{from_}{last_on}{until}",
        "bg": "времето е:{first_on}{from_}{last_on}{until}",
    }
    unmet: ClassVar[Texts] = {
        "en": "not now; its time:{first_on}{from_}{last_on}{until}",
        "pl": "nie teraz; obowiązuje:{first_on}{from_}{last_on}{until}",
        "bg": "не сега; важи:{first_on}{from_}{last_on}{until}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "first_on": {
            "en": " from {first_on:on_day}",
            "pl": " od {first_on:on_day}",
            "bg": " от {first_on:on_day}",
        },
        "from_": {"en": " {from_:clock}", "pl": " {from_:clock}", "bg": " {from_:clock}"},
        "last_on": {
            "en": " until {last_on:on_day}",
            "pl": " do {last_on:on_day}",
            "bg": " до {last_on:on_day}",
        },
        "until": {"en": " {until:clock}", "pl": " {until:clock}", "bg": " {until:clock}"},
    }
    kind: Literal["date_window"] = "date_window"
    first_on: date | None = None
    from_: Annotated[Minute | None, Field(alias="from")] = None
    """The time of the first day, ``HH:MM``; its beginning when left out."""
    last_on: date | None = None
    until: Minute | None = None
    """The time of the last day; its end when left out."""

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.first_on is None and self.last_on is None:
            raise broken("some_of", "give first_on, last_on or both", names="first_on last_on")
        if (self.from_ is not None and self.first_on is None) or (
            self.until is not None and self.last_on is None
        ):
            raise broken(
                "time_without_day",
                "a time needs its day: from goes with first_on, until with last_on",
            )
        return self

    @cached_property
    def _span(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The first moment, and the first one after it, as (day, minute)."""
        start = -FOREVER if self.first_on is None else day_number(self.first_on)
        end = FOREVER if self.last_on is None else day_number(self.last_on)
        until = DAY_MINUTES if self.until is None else self.until
        return (start, self.from_ or 0), (end, until)

    def bounds(self) -> Iterable[Bound]:
        (start, _), (end, _) = self._span
        yield Bound("day", start, end)

    def check(self, case: Case) -> Unmet | None:
        start, end = self._span
        now = (case.facts.day, case.facts.minute)
        return None if start <= now < end else Unmet(self.kind, {})
