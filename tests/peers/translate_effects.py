"""Effects of a case as effects of the document, one small function for each type."""

from collections.abc import Callable, Iterable

from tests.peers import translate_sets as sets
from tests.peers.cases import Data
from tests.peers.spot import PER, Effects, Spot, clean
from tests.peers.words import Fields, NotTranslated


def effects(spot: Spot, specs: Iterable[Data]) -> Effects:
    """All effects of a campaign; one that gives nothing is left out."""
    found: Effects = []
    for spec in specs:
        fields = Fields(f"effect {spec.get('type')}", spec)
        kind = fields.need("type")
        if kind not in TYPES:
            raise NotTranslated(f"effect {kind}")
        found += TYPES[kind](spot, fields)
        fields.done()
    return found


def _percent(spot: Spot, fields: Fields, on: Data, per: str) -> Effects:
    percent = fields.take("percent", fields.take("amount", 0))
    limits = {
        "max_minor": fields.take("max_amount"),
        "max_units": fields.take("max_units"),
        "max_units_per_line": fields.take("max_units_per_line"),
        "pick": fields.take("pick"),
    }
    if not percent:
        return []
    return [clean(kind="percent_off", percent=str(percent), on=on, per=per, **limits)]


def _amount(spot: Spot, fields: Fields, on: Data, per: str, *, respread: bool = False) -> Effects:
    amount = fields.take("amount", 0)
    limits = {
        "max_units": fields.take("max_units"),
        "max_units_per_line": fields.take("max_units_per_line"),
        "pick": fields.take("pick"),
    }
    if per == "line" and limits["max_units_per_line"]:
        per = "unit"  # a bound on units of each line says that units are meant
    if per != "basket":
        respread = False
    if not amount:
        return []
    return [
        clean(
            kind="amount_off", off_minor=amount, on=on, per=per, respread=respread or None, **limits
        )
    ]


def _order_percent(spot: Spot, fields: Fields) -> Effects:
    return _percent(spot, fields, spot.on(fields.take("scope")), "basket")


def _order_fixed(spot: Spot, fields: Fields) -> Effects:
    return _amount(spot, fields, spot.on(fields.take("scope")), "basket", respread=True)


def _item_percent(spot: Spot, fields: Fields) -> Effects:
    return _percent(spot, fields, spot.on(fields.take("scope")), PER[_per(fields)])


def _item_fixed(spot: Spot, fields: Fields) -> Effects:
    return _amount(spot, fields, spot.on(fields.take("scope")), PER[_per(fields)])


def _per(fields: Fields) -> str:
    per = str(fields.take("per", "unit"))
    if per not in PER:
        raise NotTranslated(f"{fields.what} per {per}")
    return per


METHODS = {"method": "line", "all_methods_shared": "basket", "unit": "line", "line": "line"}


def _shipping(spot: Spot, fields: Fields) -> tuple[Data, str]:
    per = str(fields.take("per", "method"))
    if per not in METHODS:
        raise NotTranslated(f"{fields.what} per {per}")
    return spot.on(fields.take("scope"), role="shipping"), METHODS[per]


def _shipping_percent(spot: Spot, fields: Fields) -> Effects:
    on, _ = _shipping(spot, fields)
    return _percent(spot, fields, on, "line")


def _shipping_fixed(spot: Spot, fields: Fields) -> Effects:
    return _amount(spot, fields, *_shipping(spot, fields))


def _shipping_set_price(spot: Spot, fields: Fields) -> Effects:
    on, _ = _shipping(spot, fields)
    return [{"kind": "set_price", "price_minor": fields.need("amount"), "on": on, "per": "line"}]


def _catalog_percent(spot: Spot, fields: Fields) -> Effects:
    return _percent(spot, fields, spot.on(fields.take("scope")), "unit")


def _catalog_fixed(spot: Spot, fields: Fields) -> Effects:
    return _amount(spot, fields, spot.on(fields.take("scope")), "unit")


TYPES: dict[str, Callable[[Spot, Fields], Effects]] = {
    "order_percent": _order_percent,
    "order_fixed": _order_fixed,
    "item_percent": _item_percent,
    "item_fixed": _item_fixed,
    "bundle_price": sets.bundle_price,
    "buy_get": sets.buy_get,
    "cheapest_free": sets.cheapest,
    "cheapest_percent": sets.cheapest,
    "cheapest_fixed": sets.cheapest,
    "item_group": sets.item_group,
    "item_first_then_additional": sets.first_then,
    "tiered_percent": sets.tiered("percent"),
    "tiered_fixed": sets.tiered("amount"),
    "shipping_percent": _shipping_percent,
    "shipping_fixed": _shipping_fixed,
    "shipping_set_price": _shipping_set_price,
    "free_gift": sets.free_gift,
    "issue_coupon": sets.issue_coupon,
    "catalog_percent": _catalog_percent,
    "catalog_fixed": _catalog_fixed,
}
