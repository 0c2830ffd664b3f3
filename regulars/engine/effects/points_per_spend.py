"""Points for money spent."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveInt

from regulars.engine.case import Case
from regulars.engine.decision import Award
from regulars.engine.earning import per_spend
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope, Slug


class PointsPerSpend(Effect):
    """Points for every full amount spent, times a multiplier, rounded once, up to a cap."""

    sentence: ClassVar[Texts] = {
        "en": "{points:asset} for every {per_minor:money} spent{on:on}{multiplier_percent}{cap}",
        "pl": "{points:asset} za każde wydane {per_minor:money}{on:on}{multiplier_percent}{cap}",
        "bg": "{points:asset} за всеки похарчени {per_minor:money}{on:on}{multiplier_percent}{cap}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "multiplier_percent": {
            "en": ", times {multiplier_percent:times}",
            "pl": ", razy {multiplier_percent:times}",
            "bg": ", умножено по {multiplier_percent:times}",
        },
        "cap": {
            "en": ", at most {cap} per purchase",
            "pl": ", najwyżej {cap} za jeden zakup",
            "bg": ", най-много {cap} за една покупка",
        },
    }
    kind: Literal["points_per_spend"] = "points_per_spend"
    asset: Slug = "points"
    points: PositiveInt = 1
    per_minor: PositiveInt
    on: Scope = Scope()
    basis: Literal["paid", "list"] = "paid"
    multiplier_percent: Annotated[int, Field(gt=0, le=100_000)] = 100
    """200 = double points."""
    rounding: Literal["down", "half_up", "up"] = "down"
    cap: PositiveInt | None = None
    """At most this many from one purchase."""

    def awards(self, case: Case) -> Iterable[Award]:
        earned = per_spend(
            case,
            on=self.on,
            amount=self.points,
            per_minor=self.per_minor,
            percent=self.multiplier_percent,
            rounding=self.rounding,
            basis=self.basis,
            cap=self.cap,
        )
        return [Award(case.campaign, self.asset, earned)] if earned > 0 else []

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)

    def assets(self) -> frozenset[str]:
        return frozenset({self.asset})
