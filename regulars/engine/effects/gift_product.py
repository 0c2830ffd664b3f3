"""A product as a gift."""

from collections.abc import Iterable
from typing import ClassVar, Literal

from pydantic import PositiveInt

from regulars.engine.case import Case
from regulars.engine.decision import Gift
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Sku
from regulars.engine.units import Offs, pick, units_of


class GiftProduct(Effect):
    """Units of a product for nothing: those in the basket become free (as far as the product's
    minimum price allows), the rest is handed over."""

    sentence: ClassVar[Texts] = {
        "en": "a gift: {product}, {quantity:units}",
        "pl": "prezent: {product}, {quantity:units}",
        "bg": "подарък: {product}, {quantity:units}",
    }
    kind: Literal["gift_product"] = "gift_product"
    product: Sku
    quantity: PositiveInt = 1
    hand_over: bool = True
    """False: only what is in the basket becomes free."""

    def discounts(self, case: Case) -> Offs:
        free = pick(units_of(case, self._lines(case)), self.quantity)
        return [(bunch.line, bunch.units * bunch.price_minor) for bunch in free]

    def awards(self, case: Case) -> Iterable[Gift]:
        inside = sum(case.facts.lines[i].quantity for i in self._lines(case))
        rest = self.quantity - inside if self.hand_over else 0
        return [Gift(case.campaign, self.product, rest)] if rest > 0 else []

    def _lines(self, case: Case) -> list[int]:
        return [i for i, line in enumerate(case.facts.lines) if line.sku == self.product]

    def keys(self, program: Program) -> frozenset[str] | None:
        return None if self.hand_over else frozenset({f"s:{self.product}"})
