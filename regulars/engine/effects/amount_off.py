"""An amount off."""

from typing import ClassVar, Literal

from pydantic import PositiveInt

from regulars.engine.case import Case
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope
from regulars.engine.units import Offs, by_line, chosen, respread, spread


class AmountOff(Effect):
    """An amount off the matching lines together (shared in proportion to their prices), off each
    of them, or off each unit. It stops at the price, or at a product's minimum price; what is left
    is moved elsewhere only with ``respread``."""

    sentence: ClassVar[Texts] = {
        "en": "{off_minor:money} off{per}{on:with}{max_units}{max_units_per_line}{respread}",
        "pl": "{off_minor:money} rabatu{per}{on:with}{max_units}{max_units_per_line}{respread}",
        "bg": "{off_minor:money} отстъпка{per}{on:with}{max_units}{max_units_per_line}{respread}",
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
        "max_units_per_line": {
            "en": ", {max_units_per_line:for_units} of each line",
            "pl": ", {max_units_per_line:for_units} z każdej pozycji",
            "bg": ", {max_units_per_line:for_units} от всеки ред",
        },
        "respread": {
            "en": ", what one product cannot take goes to the others",
            "pl": ", a czego nie zmieści jeden produkt, przechodzi na pozostałe",
            "bg": ", а каквото един продукт не може да поеме, отива за другите",
        },
    }
    kind: Literal["amount_off"] = "amount_off"
    off_minor: PositiveInt
    on: Scope = Scope()
    per: Literal["basket", "line", "unit"] = "basket"
    max_units: PositiveInt | None = None
    """At most so many units, the cheapest first; not with ``per: line``."""
    max_units_per_line: PositiveInt | None = None
    pick: Literal["cheapest", "dearest"] = "cheapest"
    respread: bool = False
    """With ``per: basket``: what a minimum price refuses goes to the other lines."""

    def discounts(self, case: Case) -> Offs:
        lines = case.lines(self.on)
        if self.per == "line":
            return [(i, self.off_minor) for i in lines]
        if self.per == "basket" and self.max_units is None and self.max_units_per_line is None:
            prices = {i: case.amounts[i] for i in lines}
            return self._shared(case, prices)
        units = chosen(case, lines, self.max_units, self.max_units_per_line, self.pick)
        if self.per == "basket":
            return self._shared(case, by_line(units))
        return [(u.line, u.units * min(self.off_minor, u.price_minor)) for u in units]

    def _shared(self, case: Case, prices: dict[int, int]) -> Offs:
        if self.respread:
            return respread(case, prices, self.off_minor)
        return spread(prices, self.off_minor)

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
