"""The member's age."""

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, PositiveInt, model_validator

from regulars.engine.case import Case
from regulars.engine.kinds import Bound, Condition, Texts, Unmet
from regulars.engine.part import broken
from regulars.kit.periods import age_in_months, day_of, full_date


class MemberAge(Condition):
    """The member's age in whole years on the local day of the case, by an attribute that holds the
    day of birth (``1990-02-28``). Who was born on 29 February is a year older on the 28th in other
    years (T15). Without the attribute it does not hold."""

    sentence: ClassVar[Texts] = {
        "en": "the member's age:{at_least}{below}",
        "pl": "wiek uczestnika:{at_least}{below}",
        "bg": "възрастта на участника:{at_least}{below}",
    }
    unmet: ClassVar[Texts] = {
        "en": "only for this age:{at_least}{below}",
        "pl": "tylko dla osób w wieku:{at_least}{below}",
        "bg": "само за възраст:{at_least}{below}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "at_least": {
            "en": ", at least {at_least:years_long}",
            "pl": ", co najmniej {at_least:years_long}",
            "bg": ", поне {at_least:years_long}",
        },
        "below": {
            "en": ", under {below:years_long}",
            "pl": ", poniżej {below:years_under}",
            "bg": ", под {below:years_long}",
        },
    }
    kind: Literal["member_age"] = "member_age"
    attribute: str = "birthday"
    at_least: Annotated[PositiveInt, Field(le=150)] | None = None
    below: Annotated[PositiveInt, Field(le=150)] | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.at_least is None and self.below is None:
            raise broken("some_of", "give at_least, below or both", names="at_least below")
        return self

    def bounds(self) -> Iterable[Bound]:
        most = float("inf") if self.below is None else self.below - 1
        yield Bound(f"age {self.attribute}", self.at_least or 0, most)

    def check(self, case: Case) -> Unmet | None:
        member = case.facts.member
        value: Any = None if member is None else member.attributes.get(self.attribute)
        born = full_date(value)
        today = day_of(case.facts.day)
        if born is not None and born <= today:
            years = age_in_months(born, today) // 12
            if (self.at_least or 0) <= years < (self.below or 1_000):
                return None
        return Unmet(self.kind, {})
