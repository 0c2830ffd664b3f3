"""Buy some, get others cheaper."""

from typing import ClassVar, Literal

from pydantic import PositiveInt

from regulars.engine.case import Case
from regulars.engine.cut import FREE, Cut, Part
from regulars.engine.index import narrowest
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope
from regulars.engine.sets import pile_of, take
from regulars.engine.units import Offs, units_of


class BuyXGetY(Effect):
    """For every so many units of one scope, so many of another (or of the same) free or cheaper.

    A unit is either bought or got, never both. Of units that could be either, the dearest count as
    bought and the cheapest are got, or the other way round with ``pick: dearest``. Where fewer can
    be got than promised, those are.
    """

    sentence: ClassVar[Texts] = {
        "en": "for every {buy:part} bought, {get:part}: {cut:cut}{pick}{max_units}{max_sets}",
        "pl": "przy zakupie: {buy:part}, dodatkowo {get:part}: {cut:cut}{pick}"
        "{max_units}{max_sets}",
        "bg": "при покупка: {buy:part}, допълнително {get:part}: {cut:cut}{pick}"
        "{max_units}{max_sets}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "pick=dearest": {
            "en": " ({pick:pick})",
            "pl": " ({pick:pick})",
            "bg": " ({pick:pick})",
        },
        "max_units": {
            "en": ", {max_units:for_units}",
            "pl": ", {max_units:for_units}",
            "bg": ", {max_units:for_units}",
        },
        "max_sets": {
            "en": ", at most {max_sets:times_over}",
            "pl": ", najwyżej {max_sets:times_over}",
            "bg": ", най-много {max_sets:times_over}",
        },
    }
    several: ClassVar[bool] = True
    kind: Literal["buy_x_get_y"] = "buy_x_get_y"
    buy: Part
    get: Part
    cut: Cut = FREE
    max_sets: PositiveInt | None = None
    max_units: PositiveInt | None = None
    """At most so many are got."""
    pick: Literal["cheapest", "dearest"] = "cheapest"

    def discounts(self, case: Case) -> Offs:
        buy, get = case.lines(self.buy.on), case.lines(self.get.on)
        both = set(buy) & set(get)
        dearest = self.pick == "dearest"
        only_bought = sum(case.facts.lines[i].quantity for i in buy if i not in both)
        shared = pile_of(units_of(case, sorted(both)), dearest=not dearest)
        others = units_of(case, [i for i in get if i not in both])
        bought, got = self._best(
            only_bought, sum(u.units for u in shared), sum(u.units for u in others)
        )
        take(shared, bought - only_bought)
        got = got if self.max_units is None else min(got, self.max_units)
        pile = pile_of(sorted(shared + others), dearest=dearest)
        return [(u.line, u.units * self.cut.off(u.price_minor)) for u in take(pile, got)]

    def _best(self, bought: int, shared: int, others: int) -> tuple[int, int]:
        """(units bought, units got) that get the most: of units only bought, of either, only got.

        With t sets begun, t x get are promised; what is there to be got falls as more of the
        shared units have to be bought. The best t is where the two cross, or next to it.
        """
        most = (bought + shared) // self.buy.units
        most = most if self.max_sets is None else min(most, self.max_sets)

        def got(t: int) -> int:
            into_shared = max(0, t * self.buy.units - bought)
            return min(t * self.get.units, others + shared - into_shared)

        crossings = (
            (others + shared) // self.get.units,
            (others + shared + bought) // (self.buy.units + self.get.units),
        )
        tried = {min(most, crossing + more) for crossing in crossings for more in (0, 1)}
        best = min(tried, key=lambda t: (-got(t), t))
        return best * self.buy.units, got(best)

    def scopes(self) -> list[Scope]:
        return [self.buy.on, self.get.on]

    def keys(self, program: Program) -> frozenset[str] | None:
        return narrowest(program.scope_keys(part.on) for part in (self.buy, self.get))
