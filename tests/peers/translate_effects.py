"""Effects of a case as effects of the document, one small function for each type."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.peers.cases import Data
from tests.peers.draft import Draft
from tests.peers.scopes import NO_DISCOUNT, scope, without
from tests.peers.words import Fields, NotTranslated

Effects = list[Data]


@dataclass(frozen=True)
class Spot:
    """Where an effect stands: its draft, whether its campaign leaves alone what is cheaper already,
    and its conditions."""

    draft: Draft
    unreduced: bool = False
    conditions: list[Data] = field(default_factory=list)

    def on(self, spec: Data | None, *, role: str = "") -> Data:
        found = scope(self.draft, spec, role=role)
        if role:
            return found
        lines = self.draft.case.input.get("lines") or ()
        if any(line.get("discountable") is False for line in lines):
            found = without(self.draft, found, {"labels": [NO_DISCOUNT]})
        return {**found, "unreduced": True} if self.unreduced else found

    def counted(self) -> tuple[int, Data]:
        """Units and scope of the condition on a quantity, which sets are counted by."""
        for condition in self.conditions:
            if condition["type"] == "basket_quantity" and condition.get("op", ">=") == ">=":
                return condition["qty"], condition.get("scope") or {}
        return 1, {}


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
    return [_clean(kind="percent_off", percent=str(percent), on=on, per=per, **limits)]


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
        _clean(
            kind="amount_off", off_minor=amount, on=on, per=per, respread=respread or None, **limits
        )
    ]


def _order_percent(spot: Spot, fields: Fields) -> Effects:
    return _percent(spot, fields, spot.on(fields.take("scope")), "basket")


def _order_fixed(spot: Spot, fields: Fields) -> Effects:
    return _amount(spot, fields, spot.on(fields.take("scope")), "basket", respread=True)


PER = {"unit": "unit", "line": "line", "matching_lines_shared": "basket"}


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


def _bundle_price(spot: Spot, fields: Fields) -> Effects:
    part = {"units": fields.need("units"), "on": spot.on(fields.take("scope"))}
    return [
        _clean(
            kind="bundle_price", parts=[part], price_minor=fields.need("amount"),
            max_sets=fields.take("max_sets"), pick=fields.take("pick"),
        )
    ]  # fmt: skip


def _buy_get(spot: Spot, fields: Fields) -> Effects:
    buy = Fields("buy", fields.need("buy"))
    get = Fields("get", fields.need("get"))
    found = _clean(
        kind="buy_x_get_y",
        buy={"units": buy.take("qty", 1), "on": scope(spot.draft, buy.take("scope"))},
        get={"units": get.take("qty", 1), "on": spot.on(get.take("scope"))},
        cut=_cut(get), max_sets=fields.take("max_sets"),
        max_units=fields.take("max_units"), pick=fields.take("pick"),
    )  # fmt: skip
    buy.done()
    get.done()
    return [found]


def _cut(fields: Fields) -> Data:
    """What becomes of a unit's price: a percentage or an amount off, or a price."""
    if (percent := fields.take("percent")) is not None:
        return {"percent": str(percent)}
    if (amount := fields.take("amount", fields.take("fixed"))) is not None:
        return {"off_minor": amount}
    if (price := fields.take("price")) is not None:
        return {"price_minor": price}
    return {"percent": "100"}


def _cheapest(spot: Spot, fields: Fields) -> Effects:
    """The cheapest unit: of every full group the condition counts, or of the whole basket."""
    on, units, cut = spot.on(fields.take("scope")), fields.take("units", 1), _cut(fields)
    repeated = fields.take("per_condition")
    size = fields.take("group_size") or spot.counted()[0]
    return [
        _clean(
            kind="group_off", size=max(size, units), units=units, cut=cut, on=on,
            max_sets=None if repeated else fields.take("max_sets", 1),
        )
    ]  # fmt: skip


def _item_group(spot: Spot, fields: Fields) -> Effects:
    """A reduction of the units that make full groups."""
    size, on = fields.need("group_size"), spot.on(fields.take("scope"))
    if (tiered := fields.take("tiered_percent")) is not None:
        ladder = Fields("tiered_percent of a group", tiered)
        steps = _steps(ladder, "percent")
        ladder.done()
    elif (percent := fields.take("percent")) is not None:
        steps = [{"percent": str(percent)}]
    else:
        raise NotTranslated("item_group without a percentage")
    return [{"kind": "tiered_percent", "steps": steps, "on": on, "in_groups_of": size}]


def _first_then(spot: Spot, fields: Fields) -> Effects:
    cuts = {
        name: {"off_minor": amount} if (amount := fields.take(word)) else None
        for name, word in (("first", "first"), ("more", "additional"))
    }
    most, on = fields.take("max_units"), spot.on(fields.take("scope"))
    if not any(cuts.values()):
        return []
    return [_clean(kind="first_then_more", on=on, max_units=most, **cuts)]


def _tiered(name: str) -> Callable[[Spot, Fields], Effects]:
    def translated(spot: Spot, fields: Fields) -> Effects:
        spec = fields.take("scope")
        basis = str(fields.take("basis", "eligible"))
        found: Data = {"kind": KINDS[name], "on": spot.on(spec)}
        if "order" in basis:
            found["counted"] = {}
        elif not basis.startswith(("eligible", "line", "item")):
            raise NotTranslated(f"{fields.what} by {basis}")
        if name == "amount" and (per := fields.take("per")):
            found["per"] = PER.get(per, per)
        found["max_minor"] = fields.take("max_amount") if name == "percent" else None
        found["steps"] = _steps(fields, name)
        return [_clean(**found)] if found["steps"] else []

    return translated


KINDS = {"percent": "tiered_percent", "amount": "tiered_amount"}


def _steps(fields: Fields, name: str) -> Effects:
    """The base that always holds, and the steps by money or by units."""
    gives = "percent" if name == "percent" else "off_minor"
    base, money = fields.take("base", 0), fields.take("tiers", ())
    units = fields.take("tiers_by_quantity", ())
    steps = [({}, base)]
    steps += [({"from_minor": least} if least else {}, value) for least, value in money]
    steps += [({"from_units": least} if least else {}, value) for least, value in units]
    return [
        {**at, gives: str(value) if name == "percent" else value} for at, value in steps if value
    ]


def _free_gift(spot: Spot, fields: Fields) -> Effects:
    """A product for nothing. Where it is the product that has to be bought, what is in the basket
    is paid for and the gift comes on top; else one in the basket becomes free."""
    sku, each = fields.need("sku"), fields.take("qty_per_match", fields.take("qty", 1))
    every, once = fields.take("match_qty"), fields.take("once")
    fields.take("gift_price")  # what the peer's price list says; ours needs none
    counted = spot.counted()[1]
    found = {"kind": "gift_product", "product": sku, "quantity": each}
    if every and not once:
        found |= {"for_every": every, "of": scope(spot.draft, counted)}
    if sku in (counted.get("skus") or ()):
        found["in_basket"] = False
    return [found]


def _issue_coupon(spot: Spot, fields: Fields) -> Effects:
    """A voucher for another time; what it will do is another campaign's business."""
    fields.take("coupon")
    count, days = fields.take("count", 1), fields.take("valid_days")
    spot.draft.vouchers["next-purchase"] = {"valid_days": days} if days else {}
    return [{"kind": "issue_voucher", "voucher": "next-purchase", "count": count}]


def _clean(**fields: Any) -> Data:
    return {name: value for name, value in fields.items() if value is not None}


TYPES: dict[str, Callable[[Spot, Fields], Effects]] = {
    "order_percent": _order_percent,
    "order_fixed": _order_fixed,
    "item_percent": _item_percent,
    "item_fixed": _item_fixed,
    "bundle_price": _bundle_price,
    "buy_get": _buy_get,
    "cheapest_free": _cheapest,
    "cheapest_percent": _cheapest,
    "cheapest_fixed": _cheapest,
    "item_group": _item_group,
    "item_first_then_additional": _first_then,
    "tiered_percent": _tiered("percent"),
    "tiered_fixed": _tiered("amount"),
    "shipping_percent": _shipping_percent,
    "shipping_fixed": _shipping_fixed,
    "shipping_set_price": _shipping_set_price,
    "free_gift": _free_gift,
    "issue_coupon": _issue_coupon,
    "catalog_percent": _catalog_percent,
    "catalog_fixed": _catalog_fixed,
}
