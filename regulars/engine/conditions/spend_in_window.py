"""What the member spent in a window of time."""

from collections.abc import Iterable
from typing import ClassVar, Literal, Self

from pydantic import PositiveInt, model_validator

from regulars.engine.case import Case
from regulars.engine.kinds import Bound, Condition, Texts, Unmet
from regulars.engine.part import broken
from regulars.engine.windows import Span, gathered, spent


class SpendInWindow(Condition):
    """What the member spent in some days, this month, quarter or year, or ever, is within bounds.

    The purchase being judged is left out unless ``including_this`` is set; then it counts with its
    price as reduced so far.
    """

    sentence: ClassVar[Texts] = {
        "en": "the member's spending {window:window}{including_this}:{at_least_minor}{below_minor}",
        "pl": "wydano {window:window}{including_this}:{at_least_minor}{below_minor}",
        "bg": "похарчено {window:window}{including_this}:{at_least_minor}{below_minor}",
    }
    unmet: ClassVar[Texts] = {
        "en": "{missing_minor}{over_minor}",
        "pl": "{missing_minor}{over_minor}",
        "bg": "{missing_minor}{over_minor}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "including_this": {
            "en": " (this purchase included)",
            "pl": " (łącznie z tym zakupem)",
            "bg": " (включително тази покупка)",
        },
        "at_least_minor": {
            "en": ", at least {at_least_minor:money}",
            "pl": ", co najmniej {at_least_minor:money}",
            "bg": ", поне {at_least_minor:money}",
        },
        "below_minor": {
            "en": ", below {below_minor:money}",
            "pl": ", poniżej {below_minor:money}",
            "bg": ", под {below_minor:money}",
        },
        "missing_minor": {
            "en": ", {missing_minor:money} more to spend {window:window}",
            "pl": ", {window:window} brakuje jeszcze {missing_minor:money}",
            "bg": ", {window:window} не достигат още {missing_minor:money}",
        },
        "over_minor": {
            "en": ", {below_minor:money} or more was spent {window:window}",
            "pl": ", {window:window} wydano już {below_minor:money} lub więcej",
            "bg": ", {window:window} вече са похарчени {below_minor:money} или повече",
        },
    }
    kind: Literal["spend_in_window"] = "spend_in_window"
    window: Span
    at_least_minor: PositiveInt | None = None
    below_minor: PositiveInt | None = None
    including_this: bool = False

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.at_least_minor is None and self.below_minor is None:
            raise broken(
                "some_of",
                "give at_least_minor, below_minor or both",
                names="at_least_minor below_minor",
            )
        return self

    @property
    def buyable(self) -> bool:
        return self.including_this

    def bounds(self) -> Iterable[Bound]:
        most = float("inf") if self.below_minor is None else self.below_minor - 1
        of = f"spend {self.window} {self.including_this}"
        yield Bound(of, self.at_least_minor or 0, most)

    def check(self, case: Case) -> Unmet | None:
        total = spent(case.facts, self.window)
        if self.including_this:
            total += sum(case.amounts)
        if self.at_least_minor is not None and total < self.at_least_minor:
            return Unmet(self.kind, {"missing_minor": self.at_least_minor - total})
        if self.below_minor is not None and total >= self.below_minor:
            return Unmet(self.kind, {"over_minor": total - self.below_minor + 1})
        return None

    def needs(self) -> frozenset[str]:
        return gathered(self.window)
