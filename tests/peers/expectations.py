"""Expectations: for each key a case may expect of a basket, how it is read off the view."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.peers.view import View


def _only_line(view: View) -> int:
    """The one line that a price without a line speaks of."""
    return 0


def _shelf(view: View) -> Callable[[str], bool]:
    return view.draft.shelf.__contains__


def _item_level(view: View) -> Callable[[str], bool]:
    """Campaigns that reduce items, not the order as a whole."""
    order = {
        str(campaign["id"])
        for campaign in view.draft.case.setup.get("campaigns") or ()
        if any(effect["type"].startswith("order_") for effect in campaign["effects"])
    }
    return lambda campaign: view.draft.names[campaign] not in order


def _unit_price(view: View) -> Fraction:
    i = _only_line(view)
    return view.per_unit(view.decision.paid[i], i)


READ: dict[str, Callable[[View], Any]] = {
    "order_total": lambda v: v.sum(v.decision.paid),
    "order_total_net": lambda v: v.sum(v.taxed(v.decision.paid, "net")),
    "order_total_gross": lambda v: v.sum(v.taxed(v.decision.paid, "gross")),
    "to_pay": lambda v: v.sum(v.taxed(v.decision.paid, "gross")),
    "goods_total": lambda v: v.sum(v.decision.paid, shipping=False),
    "goods_total_net": lambda v: v.sum(v.taxed(v.decision.paid, "net"), shipping=False),
    "goods_total_gross": lambda v: v.sum(v.taxed(v.decision.paid, "gross"), shipping=False),
    "tax_total": lambda v: (
        v.sum(v.taxed(v.decision.paid, "gross")) - v.sum(v.taxed(v.decision.paid, "net"))
    ),
    "discount_total": View.discount_total,
    "discount_total_gross": lambda v: (
        v.sum(v.taxed(v.lists, "gross")) - v.sum(v.taxed(v.decision.paid, "gross"))
    ),
    "discount_total_net": lambda v: (
        v.sum(v.taxed(v.lists, "net")) - v.sum(v.taxed(v.decision.paid, "net"))
    ),
    "line_discounts": lambda v: v.by_line(lambda i: v.off[i]),
    "line_discounts_any_order": lambda v: sorted(v.by_line(lambda i: v.off[i]).values()),
    "line_totals": lambda v: v.by_line(lambda i: v.decision.paid[i]),
    "unit_discounts": lambda v: v.by_line(v.units),
    "unit_discount": lambda v: v.per_unit(v.off[0], 0),
    "unit_price": _unit_price,
    "unit_price_after": _unit_price,
    "unit_prices_after": lambda v: v.by_line(lambda i: v.per_unit(v.decision.paid[i], i)),
    "original_unit_price": lambda v: v.per_unit(v.lists[0], 0),
    "catalogue_discount_per_unit": lambda v: v.per_unit(v.off_by(0, _shelf(v)), 0),
    "unit_price_after_item_discounts": lambda v: v.by_line(
        lambda i: v.per_unit(v.lists[i] - v.off_by(i, _item_level(v)), i)
    ),
    "shipping_total": lambda v: v.sum(v.decision.paid, shipping=True),
    "shipping_discount": lambda v: v.sum(v.off, shipping=True),
    "shipping_discounts": lambda v: v.by_line(lambda i: v.off[i], shipping=True),
    "adjustments": View.adjustments,
    "applied": View.applied,
    "error": View.refusals,
    "points": View.points,
    "free_units": View.free_units,
    "issued_coupons": lambda v: sum(grant.count for grant in v.decision.grants),
    "available": lambda v: bool(v.decision.used),
    "satisfied": lambda v: bool(v.decision.used),
    "campaign_uses": lambda v: len(v.decision.used),
    "budget_used": lambda v: (
        sum(v.off) + (v.draft.case.input.get("prior") or {}).get("budget_used", 0)
    ),
    "uses_left": lambda v: min(
        (
            max(0, n)
            for key, n in v.facts.left.items()
            if key.rpartition("/")[2] in ("total", "per_member")
        ),
        default=None,
    ),
}
