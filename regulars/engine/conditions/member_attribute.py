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
        "en": "the member's {attribute}:{one_of}{at_least}{at_most}{exists}",
        "pl": "cecha uczestnika „{attribute}”:{one_of}{at_least}{at_most}{exists}",
        "bg": "полето „{attribute}“ на участника:{one_of}{at_least}{at_most}{exists}",
    }
    unmet: ClassVar[Texts] = {
        "en": "the member's {attribute} does not fit",
        "pl": "cecha uczestnika „{attribute}” nie pasuje",
        "bg": "полето „{attribute}“ на участника не отговаря",
    }
    unmet_member: ClassVar[Texts] = {
        "en": "your {attribute} does not fit",
        "pl": "Twoja cecha „{attribute}” nie pasuje",
        "bg": "Вашето поле „{attribute}“ не отговаря",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "one_of": {
            "en": ", {one_of:names}",
            "pl": ", {one_of:names}",
            "bg": ", {one_of:names}",
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
        "exists=True": {
            "en": " known",
            "pl": " znana",
            "bg": " попълнено",
        },
        "exists=False": {
            "en": " not known",
            "pl": " nieznana",
            "bg": " непопълнено",
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
