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
        "{include}{tenders}{without_tenders}{multiplier_percent}{cap}{pending_days}{valid_days}",
        "pl": "{points:asset} za każde wydane {per_minor:money}{on:on}"
        "{include}{tenders}{without_tenders}{multiplier_percent}{cap}{pending_days}{valid_days}",
        "bg": "{points:asset} за всеки похарчени {per_minor:money}{on:on}"
        "{include}{tenders}{without_tenders}{multiplier_percent}{cap}{pending_days}{valid_days}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        **Earning.terms,
        "tenders": {
            "en": ", only for what is paid by {tenders:tenders}",
            "pl": ", tylko za to, co zapłacono: {tenders:tenders}",
            "bg": ", само за платеното с: {tenders:tenders}",
        },
        "without_tenders": {
            "en": ", not for what is paid by {without_tenders:tenders}",
            "pl": ", ale nie za to, co zapłacono: {without_tenders:tenders}",
            "bg": ", но не и за платеното с: {without_tenders:tenders}",
        },
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
    tenders: tuple[Slug, ...] = ()
    """Only what was paid by these counts: ``cash``, ``card``, ``gift_card``, ``points`` ..."""
    without_tenders: tuple[Slug, ...] = ()
    """What was paid by these does not count. Gift cards and points are payments like any other, and
    all that is paid counts, where nothing is named."""
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
            tenders=self.tenders,
            without=self.without_tenders,
        )
        return self.given(case, earned)

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
