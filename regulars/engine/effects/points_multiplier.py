"""More of what other campaigns gave."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveInt

from regulars.engine.case import Case
from regulars.engine.decision import Award
from regulars.engine.earning import Earning
from regulars.engine.kinds import Texts
from regulars.engine.scope import Slug
from regulars.kit.money import rounded


class PointsMultiplier(Earning):
    """Multiplies what the campaigns before this one gave of an asset: all of them, or those named.
    Double points for gold members on Wednesdays are conditions and this effect. What comes on top
    is rounded once; a later multiplier multiplies that too."""

    sentence: ClassVar[Texts] = {
        "en": "{asset:kind_of} times {multiplier_percent:times}{campaigns}{cap}"
        "{pending_days}{valid_days}",
        "pl": "{asset:kind_of} razy {multiplier_percent:times}{campaigns}{cap}"
        "{pending_days}{valid_days}",
        "bg": "{asset:kind_of}, умножени по {multiplier_percent:times}{campaigns}{cap}"
        "{pending_days}{valid_days}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        **Earning.terms,
        "campaigns": {
            "en": " (from {campaigns:campaigns})",
            "pl": " (z: {campaigns:campaigns})",
            "bg": " (от: {campaigns:campaigns})",
        },
        "cap": {
            "en": ", at most {cap} more per purchase",
            "pl": ", najwyżej {cap} więcej za jeden zakup",
            "bg": ", най-много с {cap} повече за една покупка",
        },
    }
    multiplies: ClassVar[bool] = True
    kind: Literal["points_multiplier"] = "points_multiplier"
    multiplier_percent: Annotated[int, Field(gt=100, le=100_000)] = 200
    """200 = double."""
    campaigns: tuple[Slug, ...] = ()
    """Only what these gave; they must stand before this one."""
    rounding: Literal["down", "half_up", "up"] = "down"
    cap: PositiveInt | None = None

    def awards(self, case: Case) -> Iterable[Award]:
        base = sum(
            award.amount
            for award in case.given
            if isinstance(award, Award)
            and award.asset == self.asset
            and (not self.campaigns or award.campaign in self.campaigns)
        )
        more = rounded(base * (self.multiplier_percent - 100), 100, self.rounding)
        return self.given(case, more if self.cap is None else min(more, self.cap))

    def others(self) -> frozenset[str]:
        return frozenset(self.campaigns)
