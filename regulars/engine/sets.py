"""Sets of units: which units of a basket make a set, and how often; counted, never built (T6)."""

from collections.abc import Iterator, Sequence

from regulars.engine.case import Case
from regulars.engine.cut import Part
from regulars.engine.units import Bunch, units_of


def sets(
    case: Case, parts: Sequence[Part], most: int | None, *, dearest: bool
) -> Iterator[tuple[dict[int, int], int]]:
    """The sets a basket holds, as (price by line, number of sets alike). Each part takes its
    dearest (or cheapest) units; one that fits several parts goes to the first of them."""
    piles = _piles(case, parts, dearest=dearest)
    left = len(case.lists) and min(
        sum(bunch.units for bunch in pile) // part.units
        for pile, part in zip(piles, parts, strict=True)
    )
    left = left if most is None else min(left, most)
    while left > 0:
        alike = min(
            max(1, pile[-1].units // part.units) for pile, part in zip(piles, parts, strict=True)
        )
        alike = min(alike, left)
        prices: dict[int, int] = {}
        for pile, part in zip(piles, parts, strict=True):
            for bunch in take(pile, part.units * alike):
                prices[bunch.line] = prices.get(bunch.line, 0) + bunch.units * bunch.price_minor
        yield prices, alike
        left -= alike


def take(pile: list[Bunch], count: int) -> list[Bunch]:
    """Take units off the end of a pile."""
    taken = []
    while count > 0 and pile:
        bunch = pile.pop()
        some = min(count, bunch.units)
        taken.append(bunch._replace(units=some))
        if some < bunch.units:
            pile.append(bunch._replace(units=bunch.units - some))
        count -= some
    return taken


def _piles(case: Case, parts: Sequence[Part], *, dearest: bool) -> list[list[Bunch]]:
    """The units each part may use, those to be used first at the end."""
    used: set[int] = set()
    piles = []
    for part in parts:
        lines = [i for i in case.lines(part.on) if i not in used]
        used.update(lines)
        piles.append(pile_of(units_of(case, lines), dearest=dearest))
    return piles


def pile_of(units: list[Bunch], *, dearest: bool) -> list[Bunch]:
    """The units in reverse order of taking: of equal ones the earlier line's is taken first."""
    backwards = units[::-1]
    return sorted(backwards, key=lambda bunch: bunch.price_minor, reverse=not dearest)
