"""Units of a basket by price, counted and never built one by one: 5,000 cost what 5 do (T6)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from regulars.engine.case import Case
from regulars.kit.money import allocate

Offs = list[tuple[int, int]]
"""(line, amount off) pairs."""


class Bunch(NamedTuple):
    """``units`` units of a line that cost the same."""

    line: int
    units: int
    price_minor: int


def units_of(case: Case, lines: Iterable[int]) -> list[Bunch]:
    """The units of the lines at their prices as reduced so far. A line total that does not divide
    evenly makes some of its units a cent dearer, so a line has at most two prices."""
    groups = []
    for i in lines:
        quantity = case.facts.lines[i].quantity
        if quantity <= 0:
            continue
        price, dearer = divmod(case.amounts[i], quantity)
        groups.append(Bunch(i, quantity - dearer, price))
        if dearer:
            groups.append(Bunch(i, dearer, price + 1))
    return groups


def pick(groups: Iterable[Bunch], count: int, *, dearest: bool = False) -> list[Bunch]:
    """The ``count`` cheapest (or dearest) units; of equal ones the earlier line's."""
    picked = []
    for bunch in sorted(groups, key=lambda bunch: bunch.price_minor, reverse=dearest):
        if count <= 0:
            break
        picked.append(Bunch(bunch.line, min(count, bunch.units), bunch.price_minor))
        count -= bunch.units
    return picked


def capped(case: Case, offs: Offs, cap_minor: int | None) -> Offs:
    """The discounts as far as prices allow, and in sum at most the cap, shared exactly by the
    largest remainder."""
    if cap_minor is None:
        return offs
    rooms = [min(amount, case.room(line)) for line, amount in offs]
    if sum(rooms) <= cap_minor:
        return offs
    return list(zip((line for line, _ in offs), allocate(cap_minor, rooms), strict=True))


def spread(case: Case, lines: Sequence[int], total_minor: int) -> Offs:
    """An amount shared by the lines in proportion to their prices, up to what they cost."""
    prices = [case.amounts[i] for i in lines]
    return list(zip(lines, allocate(min(total_minor, sum(prices)), prices), strict=True))
