"""How often the member came in a window of time."""

from collections.abc import Iterable
from typing import ClassVar, Literal, Self

from pydantic import PositiveInt, model_validator

from regulars.engine.case import Case
from regulars.engine.kinds import Bound, Condition, Texts, Unmet
from regulars.engine.part import broken
from regulars.engine.windows import Window, past


class VisitsInWindow(Condition):
    """How often the member bought in the last days, or this month, quarter or year, is within
    bounds. The purchase being judged counts only with ``including_this``."""

    sentence: ClassVar[Texts] = {
        "en": "{at_least}{below} {window:window}{including_this}",
        "pl": "{at_least}{below} {window:window}{including_this}",
        "bg": "{at_least}{below} {window:window}{including_this}",
    }
    unmet: ClassVar[Texts] = {
        "en": "{missing}{over}",
        "pl": "{missing}{over}",
        "bg": "{missing}{over}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "including_this": {
            "en": " (this one included)",
            "pl": " (łącznie z obecną)",
            "bg": " (включително сегашното)",
        },
        "at_least": {
            "en": ", {at_least:visits_at_least}",
            "pl": ", {at_least:visits_at_least}",
            "bg": ", {at_least:visits_at_least}",
        },
        "below": {
            "en": ", {below:visits_fewer}",
            "pl": ", {below:visits_fewer}",
            "bg": ", {below:visits_fewer}",
        },
        "missing": {
            "en": ", {missing:visits_missing} {window:window}",
            "pl": ", {missing:visits_missing} {window:window}",
            "bg": ", {missing:visits_missing} {window:window}",
        },
        "over": {
            "en": ", no longer {below:visits_fewer} {window:window}",
            "pl": ", już nie {below:visits_fewer} {window:window}",
            "bg": ", вече не {below:visits_fewer} {window:window}",
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
            raise broken("some_of", "give at_least, below or both", names="at_least below")
        return self

    def bounds(self) -> Iterable[Bound]:
        most = float("inf") if self.below is None else self.below - 1
        of = f"visits {self.window}"
        yield Bound(of, (self.at_least or 0) - self.including_this, most - self.including_this)

    def check(self, case: Case) -> Unmet | None:
        visits = past(case.facts, self.window)[0] + self.including_this
        if self.at_least is not None and visits < self.at_least:
            return Unmet(self.kind, {"missing": self.at_least - visits})
        if self.below is not None and visits >= self.below:
            return Unmet(self.kind, {"over": visits - self.below + 1})
        return None

    def needs(self) -> frozenset[str]:
        return frozenset({self.window})
