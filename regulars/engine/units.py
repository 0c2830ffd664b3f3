"""Units of a basket by price, counted and never built one by one: 5,000 cost what 5 do (T6)."""

from collections.abc import Iterable, Mapping
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


def chosen(
    case: Case, lines: Iterable[int], count: int | None, per_line: int | None, how: str
) -> list[Bunch]:
    """The units a reduction is for: of each line and in sum at most so many, the cheapest or the
    dearest."""
    dearest = how == "dearest"
    if per_line is None:
        units = units_of(case, lines)
    else:
        units = [u for i in lines for u in pick(units_of(case, [i]), per_line, dearest=dearest)]
    return units if count is None else pick(units, count, dearest=dearest)


def by_line(units: Iterable[Bunch]) -> dict[int, int]:
    """What the units of each line cost together."""
    sums: dict[int, int] = {}
    for bunch in units:
        sums[bunch.line] = sums.get(bunch.line, 0) + bunch.units * bunch.price_minor
    return sums


def spread(prices: Mapping[int, int], total_minor: int) -> Offs:
    """An amount shared by lines in proportion to prices, up to what they cost."""
    weights = list(prices.values())
    return list(zip(prices, allocate(min(total_minor, sum(weights)), weights), strict=True))


def respread(case: Case, prices: Mapping[int, int], total_minor: int) -> Offs:
    """The same, but what one line's minimum price refuses goes to the others."""
    rooms = {i: min(price, case.room(i)) for i, price in prices.items()}
    offs = dict.fromkeys(prices, 0)
    left = min(total_minor, sum(rooms.values()))
    while left:
        open_ = [i for i, room in rooms.items() if offs[i] < room]
        for i, part in zip(open_, allocate(left, [prices[i] for i in open_]), strict=True):
            taken = min(part, rooms[i] - offs[i])
            offs[i] += taken
            left -= taken
    return list(offs.items())


def by_product(case: Case, lines: Iterable[int]) -> list[list[int]]:
    """The lines of each product together."""
    found: dict[str, list[int]] = {}
    for i in lines:
        found.setdefault(case.facts.lines[i].sku, []).append(i)
    return list(found.values())


def next_group(counts: Iterable[int], size: int, most: int | None) -> dict[str, int] | None:
    """What the fullest group begun misses, unless there are groups enough."""
    counts = list(counts)
    if most is not None and sum(count // size for count in counts) >= most:
        return None
    begun = max((count % size for count in counts), default=0)
    return {"missing": size - begun} if begun else None


def merged(offs: Iterable[tuple[int, int]]) -> Offs:
    """The discounts with each line once."""
    sums: dict[int, int] = {}
    for line, amount in offs:
        sums[line] = sums.get(line, 0) + amount
    return list(sums.items())
