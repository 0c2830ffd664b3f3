"""Effects that count units: bundles, groups, gifts, and reductions that grow."""

from collections.abc import Callable

from tests.peers.cases import Data
from tests.peers.scopes import scope
from tests.peers.spot import PER, Effects, Spot, clean, cut
from tests.peers.words import Fields, NotTranslated


def bundle_price(spot: Spot, fields: Fields) -> Effects:
    part = {"units": fields.need("units"), "on": spot.on(fields.take("scope"))}
    return [
        clean(
            kind="bundle_price", parts=[part], price_minor=fields.need("amount"),
            max_sets=fields.take("max_sets"), pick=fields.take("pick"),
        )
    ]  # fmt: skip


def buy_get(spot: Spot, fields: Fields) -> Effects:
    buy = Fields("buy", fields.need("buy"))
    get = Fields("get", fields.need("get"))
    found = clean(
        kind="buy_x_get_y",
        buy={"units": buy.take("qty", 1), "on": scope(spot.draft, buy.take("scope"))},
        get={"units": get.take("qty", 1), "on": spot.on(get.take("scope"))},
        cut=cut(get), max_sets=fields.take("max_sets"),
        max_units=fields.take("max_units"), pick=fields.take("pick"),
    )  # fmt: skip
    buy.done()
    get.done()
    return [found]


def cheapest(spot: Spot, fields: Fields) -> Effects:
    """The cheapest unit: of every full group the condition counts, or of the whole basket."""
    on, units = spot.on(fields.take("scope")), fields.take("units", 1)
    reduced = cut(fields)
    repeated = fields.take("per_condition")
    size = fields.take("group_size") or spot.counted()[0]
    return [
        clean(
            kind="group_off", size=max(size, units), units=units, cut=reduced, on=on,
            max_sets=None if repeated else fields.take("max_sets", 1),
        )
    ]  # fmt: skip


def item_group(spot: Spot, fields: Fields) -> Effects:
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


def first_then(spot: Spot, fields: Fields) -> Effects:
    cuts = {
        name: {"off_minor": amount} if (amount := fields.take(word)) else None
        for name, word in (("first", "first"), ("more", "additional"))
    }
    most, on = fields.take("max_units"), spot.on(fields.take("scope"))
    if not any(cuts.values()):
        return []
    return [clean(kind="first_then_more", on=on, max_units=most, **cuts)]


def tiered(name: str) -> Callable[[Spot, Fields], Effects]:
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
        return [clean(**found)] if found["steps"] else []

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


def free_gift(spot: Spot, fields: Fields) -> Effects:
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


def issue_coupon(spot: Spot, fields: Fields) -> Effects:
    """A voucher for another time; what it will do is another campaign's business."""
    fields.take("coupon")
    count, days = fields.take("count", 1), fields.take("valid_days")
    spot.draft.vouchers["next-purchase"] = {"valid_days": days} if days else {}
    return [{"kind": "issue_voucher", "voucher": "next-purchase", "count": count}]
