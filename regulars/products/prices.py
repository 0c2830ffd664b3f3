"""List prices and their history: what an article cost before it was reduced (T22).

Directive 98/6/EC, article 6a: whoever announces a reduction says the lowest price of at least 30
days before it. The list price of a unit stands from its instant until the next one.
"""

from collections.abc import Iterable

from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit
from regulars.activities.wants import Wants
from regulars.kit.http import Caller
from regulars.kit.problems import Invalid
from regulars.kit.requests import digest_of, encode, key_of
from regulars.products.wire import PriceIn, PricesIn, PricesOut

ALL_SHOPS = ""

Prices = Iterable[tuple[int, int]]
"""(instant, price of a unit), the oldest first."""


class TellPrices:
    """List prices, to be kept where they are new."""

    path = "/v1/products/prices"
    now: int | None = None

    def __init__(self, request: PricesIn, caller: Caller, *, key: str | None, at: int) -> None:
        self.request = request
        self.keys = key_of(key)
        self.digest = digest_of(self.path, request)
        self.at, self.shop = at, caller.shop

    def wants(self, wants: Wants, context: Context) -> None:
        """Nothing: what is in force is looked at as the new ones are written."""

    def decide(self, unit: Unit, context: Context) -> Record:
        told = {self._place(price): price.price_minor for price in self.request.prices}
        if len(told) < len(self.request.prices):
            raise Invalid("An article stands here twice for one shop and instant: keep one price.")
        for place, price_minor in told.items():
            unit.tell_price(*place, price_minor)
        activity_id = unit.make_id()
        answer = PricesOut(activity_id, len(told))
        return Record(
            activity_id, None, "prices", self.at, shop=self.shop, answer=encode(answer).decode()
        )

    def _place(self, price: PriceIn) -> tuple[str, str, int]:
        at = self.at if price.from_at is None else int(price.from_at.timestamp())
        return price.sku, price.shop or self.shop or ALL_SHOPS, at


def lowest(own: Prices, general: Prices, since: int, until: int) -> int | None:
    """The lowest price of a half-open time, of a shop and of all shops; None where none is known.
    A shop's own prices count from its first one on, those of all shops before.

    >>> lowest([(50, 300)], [(0, 500), (20, 400), (60, 100)], 10, 90)
    300
    >>> lowest([], [(0, 500), (95, 400)], 10, 90)
    500
    """
    own = list(own)
    begins = own[0][0] if own else until
    series = [(at, price) for at, price in general if at < begins] + own
    standing = [price for at, price in series if at <= since][-1:]
    return min(standing + [price for at, price in series if since < at < until], default=None)
