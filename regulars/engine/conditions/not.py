"""A condition turned round."""

from typing import TYPE_CHECKING, ClassVar, Literal

from regulars.engine.case import Case
from regulars.engine.kinds import Condition, Texts, Unmet
from regulars.engine.nesting import Nest

if TYPE_CHECKING:
    AnyCondition = Condition


class Not(Nest):
    """The condition does not hold."""

    sentence: ClassVar[Texts] = {
        "en": "it is not so that {condition:sentence}",
        "pl": "nie jest tak, że {condition:sentence}",
        "bg": "не е вярно, че {condition:sentence}",
    }
    unmet: ClassVar[Texts] = {
        "en": "not when {condition:sentence}",
        "pl": "nie wtedy, gdy {condition:sentence}",
        "bg": "не и когато {condition:sentence}",
    }
    kind: Literal["not"] = "not"
    condition: "AnyCondition"

    def inner(self) -> tuple[Condition, ...]:
        return (self.condition,)

    def check(self, case: Case) -> Unmet | None:
        return Unmet(self.kind, {}) if self.condition.check(case) is None else None
