"""How often the member came in a window of time."""

from typing import ClassVar, Literal, Self

from pydantic import PositiveInt, model_validator

from regulars.engine.case import Case
from regulars.engine.kinds import Condition, Texts, Unmet
from regulars.engine.windows import Window, past


class VisitsInWindow(Condition):
    """How often the member bought in the last days, or this month, quarter or year, is within
    bounds. The purchase being judged counts only with ``including_this``."""

    sentence: ClassVar[Texts] = {
        "en": "the member's visits {window:window}{including_this} are{at_least}{below}",
        "pl": "liczba wizyt uczestnika {window:window}{including_this} to{at_least}{below}",
        "bg": "посещенията на участника {window:window}{including_this} са{at_least}{below}",
    }
    unmet: ClassVar[Texts] = {
        "en": "visits {window:window}:{missing}{over}",
        "pl": "wizyty {window:window}:{missing}{over}",
        "bg": "посещения {window:window}:{missing}{over}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "including_this": {
            "en": ", this one included,",
            "pl": ", łącznie z obecną,",
            "bg": ", включително сегашното,",
        },
        "at_least": {
            "en": " at least {at_least}",
            "pl": " co najmniej {at_least}",
            "bg": " поне {at_least}",
        },
        "below": {
            "en": " fewer than {below}",
            "pl": " mniej niż {below}",
            "bg": " по-малко от {below}",
        },
        "missing": {
            "en": " {missing:visits} more needed",
            "pl": " brakuje {missing:visits_missing}",
            "bg": " не достигат {missing:visits}",
        },
        "over": {
            "en": " no longer fewer than {below}",
            "pl": " już nie mniej niż {below}",
            "bg": " вече не са по-малко от {below}",
        },
    }
    kind: Literal["visits_in_window"] = "visits_in_window"
    window: Window
    at_least: PositiveInt | None = None
    below: PositiveInt | None = None
    including_this: bool = False

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.at_least is None and self.below is None:
            raise ValueError("give at_least, below or both")
        return self

    def check(self, case: Case) -> Unmet | None:
        visits = past(case.facts, self.window)[0] + self.including_this
        if self.at_least is not None and visits < self.at_least:
            return Unmet(self.kind, {"missing": self.at_least - visits})
        if self.below is not None and visits >= self.below:
            return Unmet(self.kind, {"over": visits - self.below + 1})
        return None

    def needs(self) -> frozenset[str]:
        return frozenset({self.window})
