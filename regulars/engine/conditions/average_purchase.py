"""What the member's purchases came to on average."""

from collections.abc import Iterable
from typing import ClassVar, Literal, Self

from pydantic import PositiveInt, model_validator

from regulars.engine.case import Case
from regulars.engine.kinds import Bound, Condition, Texts, Unmet
from regulars.engine.part import broken
from regulars.engine.windows import Span, gathered, past, spent


class AveragePurchase(Condition):
    """What the member's purchases in a window of time, or ever, came to on average is within
    bounds. The purchase being judged is left out; without a purchase there is no average."""

    sentence: ClassVar[Texts] = {
        "en": "the member's average purchase {window:window}:{at_least_minor}{below_minor}",
        "pl": "średni zakup uczestnika {window:window}:{at_least_minor}{below_minor}",
        "bg": "средната покупка на участника {window:window}:{at_least_minor}{below_minor}",
    }
    unmet: ClassVar[Texts] = {
        "en": "only where the average purchase {window:window} is:{at_least_minor}{below_minor}",
        "pl": "tylko gdy średni zakup {window:window} to:{at_least_minor}{below_minor}",
        "bg": "само ако средната покупка {window:window} е:{at_least_minor}{below_minor}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
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
    }
    kind: Literal["average_purchase"] = "average_purchase"
    window: Span = "ever"
    at_least_minor: PositiveInt | None = None
    below_minor: PositiveInt | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.at_least_minor is None and self.below_minor is None:
            raise broken(
                "some_of",
                "give at_least_minor, below_minor or both",
                names="at_least_minor below_minor",
            )
        return self

    def bounds(self) -> Iterable[Bound]:
        most = float("inf") if self.below_minor is None else self.below_minor - 0.001
        yield Bound(f"average {self.window}", self.at_least_minor or 0, most)

    def check(self, case: Case) -> Unmet | None:
        member = case.facts.member
        total = spent(case.facts, self.window)
        if self.window == "ever":
            count = 0 if member is None else member.purchases
        else:
            count = past(case.facts, self.window)[0]
        enough = self.at_least_minor is None or total >= self.at_least_minor * count
        few = self.below_minor is None or total < self.below_minor * count
        return None if count and enough and few else Unmet(self.kind, {})

    def needs(self) -> frozenset[str]:
        return gathered(self.window)
