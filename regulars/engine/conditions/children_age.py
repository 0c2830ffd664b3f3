"""The ages of the member's children."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from regulars.engine.case import Case
from regulars.engine.kinds import Condition, Texts, Unmet
from regulars.engine.part import broken


class ChildrenAge(Condition):
    """The member has a child (or several) of an age band, in whole months at the time of the case:
    ``from_months`` and older, younger than ``below_months``. Known are months of birth that the
    member told with consent; a child is a month older from the first day of a month on. What is
    known of the children stays out of the reason."""

    sentence: ClassVar[Texts] = {
        "en": "the member has a child of this age:{from_months}{below_months}{children}",
        "pl": "uczestnik ma dziecko w wieku:{from_months}{below_months}{children}",
        "bg": "участникът има дете на възраст:{from_months}{below_months}{children}",
    }
    unmet: ClassVar[Texts] = {
        "en": "only for families with a child of this age:{from_months}{below_months}{children}",
        "pl": "tylko dla rodzin z dzieckiem w wieku:{from_months}{below_months}{children}",
        "bg": "само за семейства с дете на възраст:{from_months}{below_months}{children}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "from_months": {
            "en": ", at least {from_months:age}",
            "pl": ", co najmniej {from_months:age}",
            "bg": ", поне {from_months:age}",
        },
        "below_months": {
            "en": ", under {below_months:age}",
            "pl": ", poniżej {below_months:age_under}",
            "bg": ", под {below_months:age}",
        },
        "children": {
            "en": ", at least {children} of them",
            "pl": ", co najmniej {children:of_children}",
            "bg": ", поне {children:of_children}",
        },
    }
    kind: Literal["children_age"] = "children_age"
    from_months: Annotated[NonNegativeInt, Field(le=1200)] = 0
    below_months: Annotated[PositiveInt, Field(le=1200)] | None = None
    children: Annotated[PositiveInt, Field(le=20)] = 1

    @model_validator(mode="after")
    def _is_a_band(self) -> Self:
        if self.below_months is not None and self.below_months <= self.from_months:
            raise broken("empty_band", "below_months must be more than from_months")
        return self

    def check(self, case: Case) -> Unmet | None:
        ages = () if case.facts.member is None else case.facts.member.children
        below = self.below_months or 10_000
        fitting = sum(self.from_months <= months < below for months in ages)
        return None if fitting >= self.children else Unmet(self.kind, {})
