"""A field of the activity."""

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from regulars.engine.case import Case
from regulars.engine.kinds import Condition, Texts, Unmet
from regulars.engine.values import Bound, Scalar, Test


class ActivityField(Condition):
    """A field the activity was sent with equals a value, is one of several, or within bounds."""

    sentence: ClassVar[Texts] = {
        "en": "the activity's {field}:{equals}{one_of}{at_least}{at_most}",
        "pl": "pole zdarzenia „{field}”:{equals}{one_of}{at_least}{at_most}",
        "bg": "полето на събитието „{field}“:{equals}{one_of}{at_least}{at_most}",
    }
    unmet: ClassVar[Texts] = {
        "en": "the activity's {field} does not fit",
        "pl": "pole zdarzenia „{field}” nie pasuje",
        "bg": "полето на събитието „{field}“ не отговаря",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "equals": {
            "en": " {equals}",
            "pl": " {equals}",
            "bg": " {equals}",
        },
        "one_of": {
            "en": " {one_of:names}",
            "pl": " {one_of:names}",
            "bg": " {one_of:names}",
        },
        "at_least": {
            "en": ", at least {at_least}",
            "pl": ", co najmniej {at_least}",
            "bg": ", поне {at_least}",
        },
        "at_most": {
            "en": ", at most {at_most}",
            "pl": ", najwyżej {at_most}",
            "bg": ", най-много {at_most}",
        },
    }
    kind: Literal["activity_field"] = "activity_field"
    field: str
    equals: Scalar | None = None
    one_of: tuple[Scalar, ...] = ()
    at_least: Bound | None = None
    at_most: Bound | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        self.test.require_one()
        return self

    @property
    def test(self) -> Test:
        values = self.one_of if self.equals is None else (self.equals, *self.one_of)
        return Test(values, self.at_least, self.at_most)

    def check(self, case: Case) -> Unmet | None:
        fits = self.test.fits(case.facts.detail.get(self.field))
        return None if fits else Unmet(self.kind, {})
