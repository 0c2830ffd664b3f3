"""Points for money spent."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveInt

from regulars.engine.case import Case
from regulars.engine.decision import Award
from regulars.engine.earning import Earning, per_spend
from regulars.engine.kinds import Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope, Slug


class PointsPerSpend(Earning):
    """Points for every full amount spent, times a multiplier, rounded once, up to a cap."""

    sentence: ClassVar[Texts] = {
        "en": "{points:asset} for every {per_minor:money} spent{on:on}"
        "{include}{multiplier_percent}{cap}{pending_days}{valid_days}",
        "pl": "{points:asset} za każde wydane {per_minor:money}{on:on}"
        "{include}{multiplier_percent}{cap}{pending_days}{valid_days}",
        "bg": "{points:asset} за всеки похарчени {per_minor:money}{on:on}"
        "{include}{multiplier_percent}{cap}{pending_days}{valid_days}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        **Earning.terms,
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
    points: PositiveInt = 1
    per_minor: PositiveInt
    on: Scope = Scope()
    basis: Literal["paid", "list"] = "paid"
    include: tuple[Slug, ...] = ()
    """Roles of lines that count too, such as ``shipping``."""
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
            include=self.include,
        )
        return self.given(case, earned)

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
