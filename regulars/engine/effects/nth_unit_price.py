"""The n-th unit for a price."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from regulars.engine.case import Case
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope
from regulars.engine.units import Offs, by_product, next_group, pick, units_of


class NthUnitPrice(Effect):
    """Of every n units one is sold at a fixed price: "the second for 1 grosz".

    The units are of one product, or any of the scope. The dearest count as bought, the cheapest
    are reduced; a unit that costs less than the price already keeps its own.
    """

    sentence: ClassVar[Texts] = {
        "en": "of every {n:units}{among}{on:with} the cheapest costs {price_minor:money}{max_sets}",
        "pl": "z każdych {n:of_units}{among}{on:with} najtańsza za {price_minor:money}{max_sets}",
        "bg": "от всеки {n:units}{among}{on:with} най-евтиният е за {price_minor:money}{max_sets}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "among=product": {
            "en": " of the same product",
            "pl": " tego samego produktu",
            "bg": " от един и същ продукт",
        },
        "max_sets": {
            "en": ", at most {max_sets:times_over}",
            "pl": ", najwyżej {max_sets:times_over}",
            "bg": ", най-много {max_sets:times_over}",
        },
    }
    several: ClassVar[bool] = True
    kind: Literal["nth_unit_price"] = "nth_unit_price"
    price_minor: NonNegativeInt
    n: Annotated[int, Field(ge=2, le=1000)] = 2
    on: Scope = Scope()
    among: Literal["product", "scope"] = "product"
    """Whether the n units must be of one product or may be any of the scope."""
    max_sets: PositiveInt | None = None

    def discounts(self, case: Case) -> Offs:
        return [off for lines in self._groups(case) for off in self._reduced(case, lines)]

    def short(self, case: Case) -> dict[str, int] | None:
        counts = [sum(case.facts.lines[i].quantity for i in lines) for lines in self._groups(case)]
        return next_group(counts, self.n, self.max_sets)

    def _groups(self, case: Case) -> list[list[int]]:
        lines = case.lines(self.on)
        return [lines] if self.among == "scope" else by_product(case, lines)

    def _reduced(self, case: Case, lines: list[int]) -> Offs:
        sets = sum(case.facts.lines[i].quantity for i in lines) // self.n
        if self.max_sets is not None:
            sets = min(sets, self.max_sets)
        cheapest = pick(units_of(case, lines), sets) if sets else []
        return [(u.line, u.units * max(0, u.price_minor - self.price_minor)) for u in cheapest]

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
