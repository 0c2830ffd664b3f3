"""A percentage off."""

from decimal import Decimal
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveInt

from regulars.engine.case import Case
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope
from regulars.engine.units import Offs, capped, pick, units_of
from regulars.kit.money import percent_of


class PercentOff(Effect):
    """A percentage off the matching lines or off each unit, half a cent up; for all units or the
    cheapest (or dearest) few; in sum at most an amount, shared exactly."""

    sentence: ClassVar[Texts] = {
        "en": "{percent:percent} off{on:with}{max_units}{max_minor}",
        "pl": "{percent:percent} rabatu{on:with}{max_units}{max_minor}",
        "bg": "{percent:percent} отстъпка{on:with}{max_units}{max_minor}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "max_units": {
            "en": ", {max_units:for_units} ({pick:pick})",
            "pl": ", {max_units:for_units} ({pick:pick})",
            "bg": ", {max_units:for_units} ({pick:pick})",
        },
        "max_minor": {
            "en": ", at most {max_minor:money}",
            "pl": ", najwyżej {max_minor:money}",
            "bg": ", най-много {max_minor:money}",
        },
    }
    kind: Literal["percent_off"] = "percent_off"
    percent: Annotated[Decimal, Field(gt=0, le=100, max_digits=5, decimal_places=2)]
    on: Scope = Scope()
    per: Literal["line", "unit"] = "line"
    """Where half a cent is rounded: once a line, or on each unit's price."""
    max_units: PositiveInt | None = None
    pick: Literal["cheapest", "dearest"] = "cheapest"
    max_minor: PositiveInt | None = None

    @cached_property
    def basis_points(self) -> int:
        return int(self.percent * 100)

    def discounts(self, case: Case) -> Offs:
        lines = case.lines(self.on)
        bp = self.basis_points
        if self.per == "line" and self.max_units is None:
            return capped(
                case, [(i, percent_of(case.amounts[i], bp)) for i in lines], self.max_minor
            )
        units = units_of(case, lines)
        if self.max_units is not None:
            units = pick(units, self.max_units, dearest=self.pick == "dearest")
        if self.per == "unit":
            offs = [(u.line, u.units * percent_of(u.price_minor, bp)) for u in units]
        else:
            affected: dict[int, int] = {}
            for u in units:
                affected[u.line] = affected.get(u.line, 0) + u.units * u.price_minor
            offs = [(line, percent_of(amount, bp)) for line, amount in affected.items()]
        return capped(case, offs, self.max_minor)

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
