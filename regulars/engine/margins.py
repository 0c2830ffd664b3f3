"""Margins: a search for baskets in which campaigns sell a product below its cost, or would sell it
below its minimum price were it not for that.

For each campaign that lowers prices, the products it is for with the thinnest margins are bought in
several numbers, by somebody whom it is for, and judged by the whole program. Bounded: at most
`CAMPAIGNS` campaigns, `PRODUCTS` products each, some numbers of units.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Facts, Line
from regulars.engine.program import Compiled, Program
from regulars.engine.worst import facts_for, person_for

CAMPAIGNS = 60
PRODUCTS = 20
MOST_UNITS = 1_000


class Stocked(NamedTuple):
    """A product as the check needs it: a line of one unit at its list price, and its cost."""

    line: Line
    cost_minor: int | None = None


class Sold(NamedTuple):
    """``units`` of a product that go too low; ``least_minor`` is what they should bring."""

    campaign: Compiled
    with_: tuple[str, ...]
    code: str
    sku: str
    units: int
    paid_minor: int
    least_minor: int


def too_low(program: Program, stock: Sequence[Stocked]) -> Iterator[Sold]:
    """The first such basket of each set of campaigns: ``below_cost`` or ``below_minimum``."""
    priced = [
        compiled
        for compiled in program.campaigns
        if compiled.discounts and compiled.trigger == "purchase" and not compiled.paused
    ]
    by_margin = sorted(stock, key=_margin)
    told: set[tuple[str, frozenset[str]]] = set()
    for compiled in priced[:CAMPAIGNS]:
        others = [one for one in priced if one is not compiled]
        for sold in _of(program, compiled, others, by_margin):
            key = (sold.code, frozenset((compiled.id, *sold.with_)))
            if key not in told:
                told.add(key)
                yield sold


def _of(
    program: Program, compiled: Compiled, others: Sequence[Compiled], stock: Iterable[Stocked]
) -> Iterator[Sold]:
    person = person_for([*others, compiled])
    for product in islice((one for one in stock if _for(program, compiled, one)), PRODUCTS):
        for units in _numbers(compiled, product.line.amount_minor):
            line = product.line
            facts = facts_for([line], units, line.amount_minor * units, person, [compiled])
            yield from _judged(program, compiled, facts, product)


def _judged(program: Program, compiled: Compiled, facts: Facts, product: Stocked) -> Iterator[Sold]:
    (line,) = facts.lines
    floor = product.line.floor_minor * line.quantity
    free = replace(facts, lines=(replace(line, floor_minor=0),))
    held = replace(facts, lines=(replace(line, floor_minor=floor),))
    for code, asked, least in (
        ("below_cost", held, (product.cost_minor or 0) * line.quantity),
        ("below_minimum", free, floor),
    ):
        decision = evaluate(program, asked)
        by = dict.fromkeys(discount.campaign for discount in decision.discounts)
        if compiled.id in by and decision.paid[0] < least:
            del by[compiled.id]
            yield Sold(compiled, tuple(by), code, line.sku, line.quantity, decision.paid[0], least)


def _for(program: Program, compiled: Compiled, product: Stocked) -> bool:
    """True when one of its effects may be about the product."""
    scopes = [scope for effect in compiled.campaign.then for scope in effect.scopes()]
    goods = [] if product.line.role else [0]
    return not scopes or any(program.matcher(s).find([product.line], goods) for s in scopes)


def _numbers(compiled: Compiled, price_minor: int) -> list[int]:
    """One, a pair, three, ten units, and as many as its thresholds need."""
    found = {1, 2, 3, 10}
    for part in compiled.parts:
        least = getattr(part, "at_least_minor", None)
        if least and price_minor:
            found.add(-(-least // price_minor))
        found.add(getattr(part, "at_least", None) or 1)
    return sorted(units for units in found if isinstance(units, int) and units <= MOST_UNITS)


def _margin(product: Stocked) -> float:
    """What is left of the list price above cost and minimum price, as a share of it."""
    price = product.line.amount_minor or 1
    return (price - max(product.cost_minor or 0, product.line.floor_minor)) / price
