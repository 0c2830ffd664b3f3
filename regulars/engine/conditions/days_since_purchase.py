"""How long the member has not bought."""

from collections.abc import Iterable
from typing import ClassVar, Literal, Self

from pydantic import NonNegativeInt, PositiveInt, model_validator

from regulars.engine.case import Case
from regulars.engine.kinds import Bound, Condition, Texts, Unmet
from regulars.engine.part import broken


class DaysSincePurchase(Condition):
    """Local days since the member's last purchase are within bounds: "we miss you". Who never
    bought has no last purchase, and the condition does not hold."""

    sentence: ClassVar[Texts] = {
        "en": "time since the member's last purchase:{at_least}{at_most}",
        "pl": "od ostatniego zakupu minęło:{at_least}{at_most}",
        "bg": "от последната покупка са минали:{at_least}{at_most}",
    }
    unmet: ClassVar[Texts] = {
        "en": "{missing}{over}{unknown}",
        "pl": "{missing}{over}{unknown}",
        "bg": "{missing}{over}{unknown}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "at_least": {
            "en": ", at least {at_least:days_long}",
            "pl": ", co najmniej {at_least:days_long}",
            "bg": ", поне {at_least:days_long}",
        },
        "at_most": {
            "en": ", at most {at_most:days_long}",
            "pl": ", najwyżej {at_most:days_long}",
            "bg": ", най-много {at_most:days_long}",
        },
        "missing": {
            "en": ", {missing:days_more}",
            "pl": ", {missing:days_more}",
            "bg": ", {missing:days_more}",
        },
        "over": {
            "en": ", the last purchase was too long ago",
            "pl": ", ostatni zakup był zbyt dawno",
            "bg": ", последната покупка е твърде отдавна",
        },
        "unknown": {
            "en": ", there was no purchase before",
            "pl": ", wcześniej nie było zakupu",
            "bg": ", преди не е имало покупка",
        },
    }
    kind: Literal["days_since_purchase"] = "days_since_purchase"
    at_least: PositiveInt | None = None
    at_most: NonNegativeInt | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise broken("some_of", "give at_least, at_most or both", names="at_least at_most")
        return self

    def bounds(self) -> Iterable[Bound]:
        most = float("inf") if self.at_most is None else self.at_most
        yield Bound("purchase number", 2)
        yield Bound("days since purchase", self.at_least or 0, most)

    def check(self, case: Case) -> Unmet | None:
        member = case.facts.member
        if member is None or not member.last_day:
            return Unmet(self.kind, {"unknown": True})
        days = case.facts.day - member.last_day
        if self.at_least is not None and days < self.at_least:
            return Unmet(self.kind, {"missing": self.at_least - days})
        if self.at_most is not None and days > self.at_most:
            return Unmet(self.kind, {"over": days - self.at_most})
        return None
