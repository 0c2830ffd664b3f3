"""A gift of one's choice."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveInt

from regulars.engine.case import Case
from regulars.engine.decision import Gift
from regulars.engine.kinds import Effect, Texts
from regulars.engine.scope import Sku
from regulars.engine.units import Bunch, Offs, pick, units_of


class GiftChoice(Effect):
    """One of several products for nothing: the cheapest of them in the basket becomes free (as far
    as its minimum price allows), else the member chooses. What was chosen comes in the basket's
    ``gifts``, by campaign; until then the first one stands, with the others as choices.
    """

    sentence: ClassVar[Texts] = {
        "en": "a gift to choose: {products:names}, {quantity:units}",
        "pl": "prezent do wyboru: {products:names}, {quantity:units}",
        "bg": "подарък по избор: {products:names}, {quantity:units}",
    }
    kind: Literal["gift_choice"] = "gift_choice"
    products: Annotated[tuple[Sku, ...], Field(min_length=1, max_length=50)]
    quantity: PositiveInt = 1

    def discounts(self, case: Case) -> Offs:
        return [(bunch.line, bunch.units * bunch.price_minor) for bunch in self._inside(case)]

    def awards(self, case: Case) -> Iterable[Gift]:
        lines = case.facts.lines
        inside = sum(lines[i].quantity for i in case.goods if lines[i].sku in self.products)
        rest = self.quantity - inside
        if rest <= 0:
            return []
        chosen = self._chosen(case)
        if chosen in self.products:
            return [Gift(case.campaign, str(chosen), rest)]
        first, *others = self.products
        return [Gift(case.campaign, first, rest, tuple(others))]

    def _chosen(self, case: Case) -> object:
        """What was chosen of this campaign, else of any."""
        detail = case.facts.detail
        by_campaign = detail.get("gifts")
        chosen = by_campaign.get(case.campaign) if isinstance(by_campaign, dict) else None
        return detail.get("gift") if chosen is None else chosen

    def _inside(self, case: Case) -> list[Bunch]:
        lines = [i for i in case.goods if case.facts.lines[i].sku in self.products]
        return pick(units_of(case, lines), self.quantity)
