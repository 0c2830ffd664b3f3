"""All of several conditions."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from regulars.engine.case import Case
from regulars.engine.index import narrowest
from regulars.engine.kinds import Bound, Condition, Texts, Unmet
from regulars.engine.nesting import Nest
from regulars.engine.program import Program

if TYPE_CHECKING:
    AnyCondition = Condition


class All(Nest):
    """Every one of the conditions holds. A campaign's own list works so; this is for nesting."""

    sentence: ClassVar[Texts] = {"en": "{of:and}", "pl": "{of:and}", "bg": "{of:and}"}
    unmet: ClassVar[Texts] = {"en": "{of:and}", "pl": "{of:and}", "bg": "{of:and}"}
    kind: Literal["all"] = "all"
    of: Annotated[tuple["AnyCondition", ...], Field(min_length=1)]

    def inner(self) -> tuple[Condition, ...]:
        return self.of

    def bounds(self) -> Iterable[Bound]:
        return [bound for condition in self.of for bound in condition.bounds()]

    def check(self, case: Case) -> Unmet | None:
        return next((unmet for unmet in self.missing(case) if unmet is not None), None)

    def coupons(self, case: Case) -> tuple[str, ...]:
        return tuple(code for condition in self.of for code in condition.coupons(case))

    def keys(self, program: Program) -> frozenset[str] | None:
        return narrowest(condition.keys(program) for condition in self.of)
