"""A fixed number of points."""

from collections.abc import Iterable
from typing import ClassVar, Literal

from pydantic import PositiveInt

from regulars.engine.case import Case
from regulars.engine.decision import Award
from regulars.engine.earning import Earning
from regulars.engine.kinds import Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope


class FixedPoints(Earning):
    """So many points for the purchase or activity, or for each matching unit bought (stamps)."""

    sentence: ClassVar[Texts] = {
        "en": "{points:asset}{per}{on:with}{cap}{pending_days}{valid_days}",
        "pl": "{points:asset}{per}{on:with}{cap}{pending_days}{valid_days}",
        "bg": "{points:asset}{per}{on:with}{cap}{pending_days}{valid_days}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        **Earning.terms,
        "per=unit": {
            "en": " for each item bought",
            "pl": " za każdą kupioną sztukę",
            "bg": " за всеки купен брой",
        },
        "cap": {
            "en": ", at most {cap} per purchase",
            "pl": ", najwyżej {cap} za jeden zakup",
            "bg": ", най-много {cap} за една покупка",
        },
    }
    kind: Literal["fixed_points"] = "fixed_points"
    points: PositiveInt
    per: Literal["purchase", "unit"] = "purchase"
    on: Scope = Scope()
    """With a scope, something of it must be in the basket."""
    cap: PositiveInt | None = None

    def awards(self, case: Case) -> Iterable[Award]:
        if self.on.is_everything and self.per == "purchase":
            count = 1
        else:
            units = case.quantity(self.on)
            count = units if self.per == "unit" else min(units, 1)
        earned = self.points * count if self.cap is None else min(self.points * count, self.cap)
        return self.given(case, earned)

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
