"""Full groups of units of which some get cheaper."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveInt

from regulars.engine.case import Case
from regulars.engine.cut import FREE, Cut
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope
from regulars.engine.sets import pile_of, take
from regulars.engine.units import Offs, by_product, next_group, pick, units_of


class GroupOff(Effect):
    """Of every full group of units some are free or cheaper: "3 for 2", "the cheapest of four at
    half price". The cheapest of all are reduced, or with ``of: group`` the cheapest of each group,
    the groups being made from the dearest units down."""

    sentence: ClassVar[Texts] = {
        "en": "of every {size:units}{among}{on:with} {units:units}: {cut:cut} (the cheapest first)"
        "{of}{max_sets}",
        "pl": "z każdych {size:of_units}{among}{on:with} {units:units}: {cut:cut} (od najtańszych)"
        "{of}{max_sets}",
        "bg": "на всеки {size:units}{among}{on:with} {units:units}: {cut:cut} (от най-евтините)"
        "{of}{max_sets}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "among=product": {
            "en": " of the same product",
            "pl": " tego samego produktu",
            "bg": " от един и същ продукт",
        },
        "of=group": {
            "en": ", in each group by itself",
            "pl": ", w każdej grupie osobno",
            "bg": ", във всяка група поотделно",
        },
        "max_sets": {
            "en": ", at most {max_sets:times_over}",
            "pl": ", najwyżej {max_sets:times_over}",
            "bg": ", най-много {max_sets:times_over}",
        },
    }
    several: ClassVar[bool] = True
    kind: Literal["group_off"] = "group_off"
    size: Annotated[int, Field(ge=1, le=1000)]
    units: PositiveInt = 1
    """So many of each group get cheaper."""
    cut: Cut = FREE
    on: Scope = Scope()
    among: Literal["product", "scope"] = "scope"
    """Whether the units of a group must be of one product."""
    of: Literal["all", "group"] = "all"
    """Whether the cheapest are those of all, or of each group."""
    max_sets: PositiveInt | None = None

    def discounts(self, case: Case) -> Offs:
        return [off for lines in self._groups(case) for off in self._reduced(case, lines)]

    def short(self, case: Case) -> dict[str, int] | None:
        counts = [sum(case.facts.lines[i].quantity for i in lines) for lines in self._groups(case)]
        return next_group(counts, self.size, self.max_sets)

    def _groups(self, case: Case) -> list[list[int]]:
        lines = case.lines(self.on)
        return [lines] if self.among == "scope" else by_product(case, lines)

    def _reduced(self, case: Case, lines: list[int]) -> Offs:
        units = units_of(case, lines)
        groups = sum(bunch.units for bunch in units) // self.size
        if self.max_sets is not None:
            groups = min(groups, self.max_sets)
        each = min(self.units, self.size)
        if self.of == "all":
            chosen = pick(units, groups * each)
        else:
            pile, chosen = pile_of(units, dearest=True), []
            while groups > 0:
                alike = max(1, min(groups, pile[-1].units // self.size))
                take(pile, (self.size - each) * alike)
                chosen += take(pile, each * alike)
                groups -= alike
        return [(u.line, u.units * self.cut.off(u.price_minor)) for u in chosen]

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
