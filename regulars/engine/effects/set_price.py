"""A fixed price."""

from typing import ClassVar, Literal

from pydantic import NonNegativeInt

from regulars.engine.case import Case
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope
from regulars.engine.units import Offs


class SetPrice(Effect):
    """Each matching unit, or line, is sold at a fixed price; never dearer than without it. Shipping
    for 1.00: ``on: {roles: [shipping]}``."""

    sentence: ClassVar[Texts] = {
        "en": "{price_minor:money}{per}{on:with}",
        "pl": "{price_minor:money}{per}{on:with}",
        "bg": "{price_minor:money}{per}{on:with}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "per=unit": {"en": " for an item", "pl": " za sztukę", "bg": " за брой"},
        "per=line": {"en": " for a line", "pl": " za pozycję", "bg": " за ред"},
    }
    kind: Literal["set_price"] = "set_price"
    price_minor: NonNegativeInt
    on: Scope
    per: Literal["unit", "line"] = "unit"

    def discounts(self, case: Case) -> Offs:
        return [
            (i, max(0, case.amounts[i] - self.price_minor * self._times(case, i)))
            for i in case.lines(self.on)
        ]

    def _times(self, case: Case, line: int) -> int:
        return case.facts.lines[line].quantity if self.per == "unit" else 1

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
