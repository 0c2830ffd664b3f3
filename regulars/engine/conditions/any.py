"""Any of several conditions."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from regulars.engine.case import Case
from regulars.engine.index import union
from regulars.engine.kinds import Condition, Texts, Unmet
from regulars.engine.nesting import Nest
from regulars.engine.program import Program

if TYPE_CHECKING:
    AnyCondition = Condition


class AnyOf(Nest):
    """At least one of the conditions holds. Where none does, the reason names what each misses."""

    sentence: ClassVar[Texts] = {"en": "{of:or}", "pl": "{of:or}", "bg": "{of:or}"}
    unmet: ClassVar[Texts] = {
        "en": "one of these is needed: {ways:or}",
        "pl": "potrzebne jest jedno z tych: {ways:or}",
        "bg": "нужно е едно от тези: {ways:or}",
    }
    kind: Literal["any"] = "any"
    of: Annotated[tuple["AnyCondition", ...], Field(min_length=1)]

    def inner(self) -> tuple[Condition, ...]:
        return self.of

    def check(self, case: Case) -> Unmet | None:
        ways = []
        for unmet in self.missing(case):
            if unmet is None:
                return None
            ways.append([unmet.kind, unmet.figures, unmet.part])
        return Unmet(self.kind, {"ways": ways})

    def coupons(self, case: Case) -> tuple[str, ...]:
        """Those of the first condition that holds, so that no other code is used up."""
        for condition in self.of:
            if condition.check(case) is None:
                return condition.coupons(case)
        return ()

    def keys(self, program: Program) -> frozenset[str] | None:
        return union(condition.keys(program) for condition in self.of)
