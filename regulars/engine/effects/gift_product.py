"""A product as a gift."""

from collections.abc import Iterable
from typing import ClassVar, Literal

from pydantic import PositiveInt

from regulars.engine.case import Case
from regulars.engine.decision import Gift
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope, Sku
from regulars.engine.units import Offs, pick, units_of


class GiftProduct(Effect):
    """Units of a product for nothing: those in the basket become free (as far as the product's
    minimum price allows), the rest is handed over."""

    sentence: ClassVar[Texts] = {
        "en": "a gift: {product}, {quantity:units}{for_every}{of:with}",
        "pl": "prezent: {product}, {quantity:units}{for_every}{of:with}",
        "bg": "подарък: {product}, {quantity:units}{for_every}{of:with}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "for_every": {
            "en": " for every {for_every:units}",
            "pl": " za każde {for_every:units}",
            "bg": " за всеки {for_every:units}",
        },
    }
    kind: Literal["gift_product"] = "gift_product"
    product: Sku
    quantity: PositiveInt = 1
    for_every: PositiveInt | None = None
    """So many units of ``of`` in the basket bring the gift once; as often as they are there."""
    of: Scope = Scope()
    in_basket: bool = True
    """False: what is in the basket is paid for, and the gift comes on top."""
    hand_over: bool = True
    """False: only what is in the basket becomes free."""

    def discounts(self, case: Case) -> Offs:
        free = pick(units_of(case, self._lines(case)), self._count(case))
        return [(bunch.line, bunch.units * bunch.price_minor) for bunch in free]

    def awards(self, case: Case) -> Iterable[Gift]:
        inside = sum(case.facts.lines[i].quantity for i in self._lines(case))
        rest = self._count(case) - inside if self.hand_over else 0
        return [Gift(case.campaign, self.product, rest)] if rest > 0 else []

    def _lines(self, case: Case) -> list[int]:
        if not self.in_basket:
            return []
        return [i for i in case.goods if case.facts.lines[i].sku == self.product]

    def _count(self, case: Case) -> int:
        if self.for_every is None:
            return self.quantity
        return self.quantity * (case.quantity(self.of) // self.for_every)

    def keys(self, program: Program) -> frozenset[str] | None:
        if self.for_every is not None:
            return program.scope_keys(self.of)
        return None if self.hand_over else frozenset({f"s:{self.product}"})
