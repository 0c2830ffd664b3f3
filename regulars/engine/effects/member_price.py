"""A price list for members."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, NonNegativeInt

from regulars.engine.case import Case
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Sku
from regulars.engine.units import Offs


class MemberPrice(Effect):
    """Unit prices of products for those the campaign is for; never dearer than without it."""

    sentence: ClassVar[Texts] = {
        "en": "member prices: {prices:prices}",
        "pl": "ceny dla uczestników: {prices:prices}",
        "bg": "цени за участници: {prices:prices}",
    }
    kind: Literal["member_price"] = "member_price"
    prices: Annotated[dict[Sku, NonNegativeInt], Field(min_length=1)]
    """By article number, in minor units for one unit."""

    def discounts(self, case: Case) -> Offs:
        offs = []
        for i in case.goods:
            line = case.facts.lines[i]
            price = self.prices.get(line.sku)
            if price is not None:
                offs.append((i, max(0, case.amounts[i] - price * line.quantity)))
        return offs

    def keys(self, program: Program) -> frozenset[str] | None:
        return frozenset(f"s:{sku}" for sku in self.prices)
