"""Several units for one price."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from regulars.engine.case import Case
from regulars.engine.cut import Part
from regulars.engine.index import narrowest
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope
from regulars.engine.sets import sets
from regulars.engine.units import Offs, spread


class BundlePrice(Effect):
    """A set of units for one price: "3 for 20", or a meal of a soup and a main course; as many
    times as the basket holds it. The dearest units make the sets; a set that costs less than its
    price keeps its own. What a set saves is shared by its units in proportion to their prices."""

    sentence: ClassVar[Texts] = {
        "en": "{parts:parts} for {price_minor:money} together{max_sets}",
        "pl": "{parts:parts} razem za {price_minor:money}{max_sets}",
        "bg": "{parts:parts} общо за {price_minor:money}{max_sets}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "max_sets": {
            "en": ", at most {max_sets:times_over}",
            "pl": ", najwyżej {max_sets:times_over}",
            "bg": ", най-много {max_sets:times_over}",
        },
    }
    several: ClassVar[bool] = True
    kind: Literal["bundle_price"] = "bundle_price"
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=10)]
    """What a set is made of; a unit that fits several parts goes to the first of them."""
    price_minor: NonNegativeInt
    max_sets: PositiveInt | None = None
    pick: Literal["cheapest", "dearest"] = "dearest"
    """Which units make up the sets."""

    def discounts(self, case: Case) -> Offs:
        offs: Offs = []
        dearest = self.pick == "dearest"
        for prices, times in sets(case, self.parts, self.max_sets, dearest=dearest):
            saved = sum(prices.values()) - self.price_minor * times
            if saved > 0:
                offs += spread(prices, saved)
        return offs

    def scopes(self) -> list[Scope]:
        return [part.on for part in self.parts]

    def keys(self, program: Program) -> frozenset[str] | None:
        return narrowest(program.scope_keys(part.on) for part in self.parts)
