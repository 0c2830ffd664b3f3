"""Earning: how much of an asset money or units give, and on what terms."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import NonNegativeInt, PositiveInt

from regulars.engine.case import Case
from regulars.engine.decision import Award
from regulars.engine.kinds import Effect, Texts
from regulars.engine.paying import POINTS, paid_by
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
    tenders: Sequence[str] = (),
    without: Sequence[str] = (POINTS,),
) -> int:
    """``amount`` for every ``per_minor`` of the matching lines, times a percentage, rounded once
    for the whole basket and cut at the cap. Where ``tenders`` are named only what was paid by them
    counts; what was paid by those ``without`` which it is to be counted does not (T7)."""
    prices = "list" if basis == "list" else "reduced"
    if case.settled and tenders:
        spent = _paid(case, on, include, tenders)
    else:
        spent = case.total(on, prices)
        if include:
            spent += case.of_roles(include, prices)
        if case.settled and case.facts.tenders and without:
            spent = max(0, spent - _paid(case, on, include, without))
    earned = rounded(spent * amount * percent, per_minor * 100, rounding)
    return earned if cap is None else min(earned, cap)


def _paid(case: Case, on: Scope, include: Sequence[str], kinds: Sequence[str]) -> int:
    """What was paid by some kinds of tender of the matching lines and of those of the roles."""
    by_line = paid_by(case, lambda kind: kind in kinds)
    lines = set(case.lines(on))
    lines.update(i for i, line in enumerate(case.facts.lines) if line.role and line.role in include)
    return sum(by_line[i] for i in lines)
