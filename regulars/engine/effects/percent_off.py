"""A percentage off."""

from functools import cached_property
from typing import ClassVar, Literal

from pydantic import PositiveInt

from regulars.engine.case import Case
from regulars.engine.cut import Percent
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope
from regulars.engine.units import Offs, by_line, capped, chosen, spread
from regulars.kit.money import percent_of


class PercentOff(Effect):
    """A percentage off the matching lines or off each unit, half a cent up; for all units or the
    cheapest (or dearest) few; in sum at most an amount, shared exactly."""

    sentence: ClassVar[Texts] = {
        "en": "{percent:percent} off{on:with}{max_units}{max_units_per_line}{max_minor}",
        "pl": "{percent:percent} rabatu{on:with}{max_units}{max_units_per_line}{max_minor}",
        "bg": "{percent:percent} отстъпка{on:with}{max_units}{max_units_per_line}{max_minor}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "max_units": {
            "en": ", {max_units:for_units} ({pick:pick})",
            "pl": ", {max_units:for_units} ({pick:pick})",
            "bg": ", {max_units:for_units} ({pick:pick})",
        },
        "max_units_per_line": {
            "en": ", {max_units_per_line:for_units} of each line",
            "pl": ", {max_units_per_line:for_units} z każdej pozycji",
            "bg": ", {max_units_per_line:for_units} от всеки ред",
        },
        "max_minor": {
            "en": ", at most {max_minor:money}",
            "pl": ", najwyżej {max_minor:money}",
            "bg": ", най-много {max_minor:money}",
        },
    }
    kind: Literal["percent_off"] = "percent_off"
    percent: Percent
    on: Scope = Scope()
    per: Literal["line", "unit", "basket"] = "line"
    """Where half a cent is rounded: once a line, on each unit's price, or once for all lines
    together, which then share the discount in proportion to their prices."""
    max_units: PositiveInt | None = None
    max_units_per_line: PositiveInt | None = None
    pick: Literal["cheapest", "dearest"] = "cheapest"
    max_minor: PositiveInt | None = None

    @cached_property
    def basis_points(self) -> int:
        return int(self.percent * 100)

    def discounts(self, case: Case) -> Offs:
        lines = case.lines(self.on)
        bp = self.basis_points
        if self.per == "line" and self.max_units is None and self.max_units_per_line is None:
            return capped(
                case, [(i, percent_of(case.amounts[i], bp)) for i in lines], self.max_minor
            )
        if self.per == "basket" and self.max_units is None and self.max_units_per_line is None:
            return self._together(case, {i: case.amounts[i] for i in lines})
        units = chosen(case, lines, self.max_units, self.max_units_per_line, self.pick)
        if self.per == "basket":
            return self._together(case, by_line(units))
        if self.per == "unit":
            offs = [(u.line, u.units * percent_of(u.price_minor, bp)) for u in units]
        else:
            offs = [(line, percent_of(price, bp)) for line, price in by_line(units).items()]
        return capped(case, offs, self.max_minor)

    def _together(self, case: Case, prices: dict[int, int]) -> Offs:
        total = percent_of(sum(prices.values()), self.basis_points)
        return capped(case, spread(prices, total), self.max_minor)

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
