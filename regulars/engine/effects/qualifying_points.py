"""Points that count towards tiers."""

from collections.abc import Iterable
from typing import ClassVar, Literal

from pydantic import PositiveInt

from regulars.engine.case import Case
from regulars.engine.decision import Award
from regulars.engine.earning import Earning, per_spend
from regulars.engine.kinds import Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope, Slug


class QualifyingPoints(Earning):
    """Points that count towards tiers and cannot be spent: a fixed number, or so many for every
    full amount spent."""

    sentence: ClassVar[Texts] = {
        "en": "{points:asset}{per_minor}{on:with}{pending_days}{valid_days}",
        "pl": "{points:asset}{per_minor}{on:with}{pending_days}{valid_days}",
        "bg": "{points:asset}{per_minor}{on:with}{pending_days}{valid_days}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        **Earning.terms,
        "per_minor": {
            "en": " for every {per_minor:money} spent",
            "pl": " za każde wydane {per_minor:money}",
            "bg": " за всеки похарчени {per_minor:money}",
        },
    }
    kind: Literal["qualifying_points"] = "qualifying_points"
    asset: Slug = "qualifying"
    points: PositiveInt = 1
    per_minor: PositiveInt | None = None
    on: Scope = Scope()

    def awards(self, case: Case) -> Iterable[Award]:
        if self.per_minor is not None:
            earned = per_spend(case, on=self.on, amount=self.points, per_minor=self.per_minor)
        else:
            earned = self.points if self.on.is_everything or case.quantity(self.on) else 0
        return self.given(case, earned)

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
