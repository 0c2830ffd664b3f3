"""An amount off."""

from typing import ClassVar, Literal

from pydantic import PositiveInt

from regulars.engine.case import Case
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope
from regulars.engine.units import Offs, pick, spread, units_of


class AmountOff(Effect):
    """An amount off the matching lines together (shared in proportion to their prices), off each
    of them, or off each unit. It stops at the price; what is left is not moved elsewhere."""

    sentence: ClassVar[Texts] = {
        "en": "{off_minor:money} off{per}{on:with}{max_units}",
        "pl": "{off_minor:money} rabatu{per}{on:with}{max_units}",
        "bg": "{off_minor:money} отстъпка{per}{on:with}{max_units}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "per=line": {
            "en": " each line",
            "pl": " na każdą pozycję",
            "bg": " за всеки ред",
        },
        "per=unit": {
            "en": " each item",
            "pl": " na każdą sztukę",
            "bg": " за всеки брой",
        },
        "max_units": {
            "en": ", {max_units:for_units} ({pick:pick})",
            "pl": ", {max_units:for_units} ({pick:pick})",
            "bg": ", {max_units:for_units} ({pick:pick})",
        },
    }
    kind: Literal["amount_off"] = "amount_off"
    off_minor: PositiveInt
    on: Scope = Scope()
    per: Literal["basket", "line", "unit"] = "basket"
    max_units: PositiveInt | None = None
    """With ``per: unit``, at most so many units, the cheapest first."""
    pick: Literal["cheapest", "dearest"] = "cheapest"

    def discounts(self, case: Case) -> Offs:
        lines = case.lines(self.on)
        if self.per == "basket":
            return spread(case, lines, self.off_minor)
        if self.per == "line":
            return [(i, self.off_minor) for i in lines]
        units = units_of(case, lines)
        if self.max_units is not None:
            units = pick(units, self.max_units, dearest=self.pick == "dearest")
        return [(u.line, u.units * min(self.off_minor, u.price_minor)) for u in units]

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
