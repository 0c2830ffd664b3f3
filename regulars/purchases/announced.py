"""Announced reductions: the prices that have to stand beside them (T22).

A line that an announced campaign made cheaper tells the lowest price of a unit in the 30 days
before that campaign began; with several, before the first of them began, so that a reduction on top
of another is not measured against the price already reduced. A campaign without a beginning is as
old as the day of the purchase. An offer for several units also tells what a single one costs.
"""

from functools import lru_cache

from regulars.activities.unit import Unit
from regulars.activities.wants import Wants
from regulars.engine.decision import Decision
from regulars.engine.facts import Facts
from regulars.engine.program import Compiled, Program
from regulars.kit.money import half_up
from regulars.kit.periods import day_start
from regulars.products.prices import ALL_SHOPS, lowest
from regulars.purchases.wire import ShownPrices

DAYS = 30


@lru_cache(maxsize=64)
def announced(program: Program) -> dict[str, Compiled]:
    """The campaigns whose reductions are advertised."""
    return {c.id: c for c in program.campaigns if c.campaign.announced and c.discounts}


def want_prices(wants: Wants, program: Program, facts: Facts) -> None:
    """Ask for the list prices before each announced campaign that runs."""
    running = [c for c in announced(program).values() if _runs(c, facts.day)]
    if not running:
        return
    days = [_began(c, facts.day) for c in running]
    since = day_start(min(days) - DAYS, program.timezone)
    until = day_start(max(days), program.timezone)
    wants.prices_since = min(wants.prices_since, since)
    wants.prices_until = max(wants.prices_until, until)
    for line in facts.lines:
        wants.prices |= {(line.sku, ALL_SHOPS), (line.sku, facts.shop)}


def shown_prices(
    program: Program, facts: Facts, decision: Decision, unit: Unit
) -> dict[int, ShownPrices]:
    """By line (from 0), what has to be shown beside its reduction."""
    by_id = announced(program)
    if not by_id:
        return {}
    reduced: dict[int, list[Compiled]] = {}
    for discount in decision.discounts:
        if discount.campaign in by_id:
            reduced.setdefault(discount.line, []).append(by_id[discount.campaign])
    shown = {}
    for line, campaigns in reduced.items():
        of = facts.lines[line]
        began = min(_began(compiled, facts.day) for compiled in campaigns)
        several = any(e.several for compiled in campaigns for e in compiled.campaign.then)
        shown[line] = ShownPrices(
            lowest(
                unit.prices.get((of.sku, facts.shop), ()) if facts.shop else (),
                unit.prices.get((of.sku, ALL_SHOPS), ()),
                day_start(began - DAYS, program.timezone),
                day_start(began, program.timezone),
            ),
            half_up(of.amount_minor, of.quantity) if several else None,
        )
    return shown


def keep_prices(program: Program, facts: Facts, unit: Unit) -> None:
    """Keep the unit prices of what was bought as list prices, where the program says so."""
    if program.rules.price_history != "purchases":
        return
    for line in facts.lines:
        if not line.role and line.amount_minor % line.quantity == 0:
            unit.tell_price(line.sku, facts.shop, facts.at, line.amount_minor // line.quantity)


def _runs(compiled: Compiled, day: int) -> bool:
    last = compiled.last_day
    return not compiled.paused and _began(compiled, day) <= day and (last is None or day <= last)


def _began(compiled: Compiled, day: int) -> int:
    """The first local day of its reductions."""
    return day if compiled.first_day is None else compiled.first_day
