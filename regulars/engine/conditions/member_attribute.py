"""An attribute of the member."""

from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from regulars.engine.case import Case
from regulars.engine.kinds import Condition, Texts, Unmet
from regulars.engine.values import Bound, Scalar, Test


class MemberAttribute(Condition):
    """An attribute of the member is one of some values, within bounds, or known at all.

    A list (say, the age bands of children) fits when any of its values does. Dates are compared as
    their ISO texts. What the member's value is stays out of the reason: receipts are read by
    others.
    """

    sentence: ClassVar[Texts] = {
        "en": "the member's {attribute}{one_of}{at_least}{at_most}{exists}",
        "pl": "cecha uczestnika „{attribute}”{one_of}{at_least}{at_most}{exists}",
        "bg": "полето „{attribute}“ на участника{one_of}{at_least}{at_most}{exists}",
    }
    unmet: ClassVar[Texts] = {
        "en": "the member's {attribute} does not fit",
        "pl": "cecha uczestnika „{attribute}” nie pasuje",
        "bg": "полето „{attribute}“ на участника не отговаря",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "one_of": {
            "en": " is {one_of:names}",
            "pl": " to {one_of:names}",
            "bg": " е {one_of:names}",
        },
        "at_least": {
            "en": " is at least {at_least}",
            "pl": " to co najmniej {at_least}",
            "bg": " е поне {at_least}",
        },
        "at_most": {
            "en": " is at most {at_most}",
            "pl": " to najwyżej {at_most}",
            "bg": " е най-много {at_most}",
        },
        "exists=True": {
            "en": " is known",
            "pl": " jest znana",
            "bg": " е попълнено",
        },
        "exists=False": {
            "en": " is not known",
            "pl": " nie jest znana",
            "bg": " не е попълнено",
        },
    }
    kind: Literal["member_attribute"] = "member_attribute"
    attribute: str
    one_of: tuple[Scalar, ...] = ()
    at_least: Bound | None = None
    at_most: Bound | None = None
    exists: bool | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        self.test.require_one()
        return self

    @property
    def test(self) -> Test:
        return Test(self.one_of, self.at_least, self.at_most, self.exists)

    def check(self, case: Case) -> Unmet | None:
        member = case.facts.member
        value: Any = None if member is None else member.attributes.get(self.attribute)
        return None if self.test.fits(value) else Unmet(self.kind, {})
