"""Earning: how much of an asset money or units give, and on what terms."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import NonNegativeInt, PositiveInt

from regulars.engine.case import Case
from regulars.engine.decision import Award
from regulars.engine.kinds import Effect, Texts
from regulars.engine.scope import Scope, Slug
from regulars.kit.money import rounded


class Earning(Effect):
    """An effect that gives an asset, on terms of its own where it names them."""

    terms: ClassVar[dict[str, Texts]] = {
        "pending_days": {
            "en": ", usable {pending_days:after_days}",
            "pl": ", do wykorzystania {pending_days:after_days}",
            "bg": ", за ползване {pending_days:after_days}",
        },
        "valid_days": {
            "en": ", to be used {valid_days:within_days}",
            "pl": ", do zużycia {valid_days:within_days}",
            "bg": ", да се използва {valid_days:within_days}",
        },
        "include": {
            "en": ", {include:roles} counts too",
            "pl": ", liczy się też: {include:roles}",
            "bg": ", включително: {include:roles}",
        },
    }
    asset: Slug = "points"
    pending_days: NonNegativeInt | None = None
    """Days until it can be used, where not as the asset says."""
    valid_days: PositiveInt | None = None
    """Days until it expires, where not as the asset says."""

    def given(self, case: Case, amount: int) -> list[Award]:
        """The award, or none where there is nothing."""
        if amount <= 0:
            return []
        if self.pending_days is self.valid_days is None:
            return [Award(case.campaign, self.asset, amount)]
        return [Award(case.campaign, self.asset, amount, self.pending_days, self.valid_days)]

    def assets(self) -> frozenset[str]:
        return frozenset({self.asset})


def per_spend(
    case: Case,
    *,
    on: Scope,
    amount: int,
    per_minor: int,
    percent: int = 100,
    rounding: str = "down",
    basis: str = "paid",
    cap: int | None = None,
    include: Sequence[str] = (),
) -> int:
    """``amount`` for every ``per_minor`` of the matching lines, times a percentage, rounded once
    for the whole basket and cut at the cap."""
    prices = "list" if basis == "list" else "reduced"
    spent = case.total(on, prices)
    if include:
        spent += case.of_roles(include, prices)
    earned = rounded(spent * amount * percent, per_minor * 100, rounding)
    return earned if cap is None else min(earned, cap)
