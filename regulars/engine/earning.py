"""Earning: how much of an asset an amount of money or a number of units gives."""

from regulars.engine.case import Case
from regulars.engine.scope import Scope
from regulars.kit.money import rounded


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
) -> int:
    """``amount`` for every ``per_minor`` of the matching lines, times a percentage, rounded once
    for the whole basket and cut at the cap."""
    spent = case.total(on, "list" if basis == "list" else "reduced")
    earned = rounded(spent * amount * percent, per_minor * 100, rounding)
    return earned if cap is None else min(earned, cap)
