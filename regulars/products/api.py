"""Products on the wire: what they cost, and from when on."""

from regulars.kit.http import Route
from regulars.products.prices import TellPrices
from regulars.products.wire import PricesIn, PricesOut

ROUTES = (
    Route(
        "POST", "/v1/products/prices", "products:write",
        "Tell list prices; they are kept as history",
        PricesOut, body=PricesIn,
        operation=lambda call: TellPrices(call.body, call.caller, key=call.key, at=call.now),
    ),
)  # fmt: skip
