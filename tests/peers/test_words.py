"""Every word of the form is known: cases that nobody has seen yet are made of the same words."""

from typing import Any

import pytest

from tests.peers.cases import Case, Source
from tests.peers.report import judge

SCOPES: list[dict[str, Any]] = [
    {"all": True},
    {"skus": ["cup"]},
    {"products": ["Cup"]},
    {"categories": ["Kitchen"]},
    {"labels": {"color": "red"}},
    {"labels": ["color=red"]},
    {"min_unit_price": 500, "max_unit_price": 2000},
    {"skus": ["cup"], "products": ["Cup"], "categories": ["Kitchen"], "labels": {"color": "red"}},
]
LINES = [
    {
        "line": "cup", "sku": "cup", "qty": 6, "unit_price": 1000, "categories": ["Kitchen"],
        "product": "Cup", "labels": {"color": "red"},
    },
    {"line": "pot", "sku": "pot", "qty": 1, "unit_price": 3000, "discountable": False},
]  # fmt: skip
SHIPPING = [{"id": "courier", "price": 1500, "option": "express"}]

# Effect, and what it takes off the six cups and the shipping.
EFFECTS: list[tuple[dict[str, Any], int]] = [
    ({"type": "order_percent", "percent": 10}, 600),
    ({"type": "order_percent", "percent": 10, "max_amount": 400}, 400),
    ({"type": "order_fixed", "amount": 700}, 700),
    ({"type": "item_percent", "percent": 10, "per": "unit", "max_units": 2}, 200),
    ({"type": "item_percent", "percent": 10, "per": "line", "max_units_per_line": 3}, 300),
    ({"type": "item_percent", "percent": 10, "per": "matching_lines_shared"}, 600),
    ({"type": "item_percent", "percent": 10, "max_amount": 50}, 50),
    ({"type": "item_fixed", "amount": 100, "per": "unit", "pick": "cheapest"}, 600),
    ({"type": "item_fixed", "amount": 100, "per": "line"}, 100),
    ({"type": "item_fixed", "amount": 100, "per": "line", "max_units_per_line": 2}, 200),
    ({"type": "item_fixed", "amount": 100, "per": "matching_lines_shared"}, 100),
    ({"type": "item_fixed", "amount": 100, "per": "unit", "max_units": 4}, 400),
    ({"type": "bundle_price", "units": 3, "amount": 2500}, 1000),
    (
        {
            "type": "buy_get",
            "buy": {"scope": {"skus": ["cup"]}, "qty": 2},
            "get": {"scope": {"skus": ["cup"]}, "qty": 1, "percent": 100},
            "max_units": 1,
        },
        1000,
    ),
    ({"type": "cheapest_free"}, 1000),
    ({"type": "cheapest_free", "units": 2}, 2000),
    ({"type": "cheapest_percent", "percent": 50}, 500),
    ({"type": "cheapest_fixed", "amount": 300}, 300),
    ({"type": "item_group", "group_size": 4, "percent": 25}, 1000),
    (
        {
            "type": "item_group",
            "group_size": 4,
            "tiered_percent": {"base": 10, "tiers": [[4000, 20]]},
        },
        800,
    ),
    ({"type": "item_first_then_additional", "first": 100, "additional": 50, "max_units": 3}, 200),
    ({"type": "tiered_percent", "base": 5, "tiers": [[6000, 10], [9000, 20]]}, 600),
    ({"type": "tiered_percent", "tiers": [[9000, 20]], "basis": "order_item_total"}, 1200),
    ({"type": "tiered_percent", "tiers_by_quantity": [[6, 15]]}, 900),
    ({"type": "tiered_fixed", "base": 50, "tiers": [[6000, 350]]}, 350),
    ({"type": "tiered_fixed", "tiers_by_quantity": [[6, 15]], "per": "unit"}, 90),
    ({"type": "shipping_percent", "percent": 20}, 300),
    ({"type": "shipping_fixed", "amount": 400, "scope": {"shipping_options": ["express"]}}, 400),
    ({"type": "shipping_fixed", "amount": 400, "per": "all_methods_shared"}, 400),
    ({"type": "shipping_set_price", "amount": 1000}, 500),
    ({"type": "free_gift", "sku": "cup", "qty_per_match": 1, "once": True}, 1000),
    ({"type": "free_gift", "sku": "spoon", "qty_per_match": 1, "match_qty": 3}, 0),
    ({"type": "issue_coupon", "coupon": {"type": "order_fixed", "amount": 500}}, 0),
    ({"type": "catalog_percent", "percent": 10}, 600),
    ({"type": "catalog_fixed", "amount": 10}, 60),
]

CONDITIONS: list[tuple[dict[str, Any], bool]] = [
    ({"type": "basket_subtotal", "op": ">=", "amount": 9000}, True),
    ({"type": "basket_subtotal", "op": ">", "amount": 9000, "basis": "gross"}, False),
    ({"type": "basket_subtotal", "op": "<", "amount": 9000, "basis": "net"}, False),
    ({"type": "basket_subtotal", "op": "<=", "amount": 6000, "scope": {"skus": ["cup"]}}, True),
    (
        {
            "type": "basket_subtotal",
            "op": "==",
            "amount": 9000,
            "basis": "after_earlier_discounts",
        },
        True,
    ),
    ({"type": "basket_quantity", "op": ">=", "qty": 7}, True),
    ({"type": "basket_quantity", "op": "<", "qty": 6, "scope": {"categories": ["Kitchen"]}}, False),
    ({"type": "contains", "scope": {"products": ["Cup"]}, "min_qty": 6}, True),
    ({"type": "member_group", "any_of": ["VIP", "Staff"]}, True),
    ({"type": "audience", "any_of": ["Other"]}, False),
    ({"type": "order_number", "eq": 3}, True),
    ({"type": "order_number", "op": ">=", "n": 4}, False),
    ({"type": "shipping_method", "any_of": ["courier"]}, True),
    ({"type": "shipping_method", "any_of": ["express"]}, True),
    ({"type": "shipping_method", "any_of": ["pickup"]}, False),
    ({"type": "order_total", "op": ">=", "amount": 9000}, True),
    ({"type": "order_total_with_shipping", "op": ">=", "amount": 10500}, True),
    ({"type": "one_use_per_member"}, True),
    ({"type": "last_purchase_at_least_days_ago", "days": 30}, True),
    ({"type": "last_purchase_at_least_days_ago", "days": 60}, False),
    ({"type": "date_window", "from": "now-1d", "to": "now+1h"}, True),
    ({"type": "date_window", "from": "now+1h", "to": "now+1mo"}, False),
    ({"type": "day_of_week", "iso_days": [1]}, True),
]
MEMBER = {"groups": ["VIP"]}
PRIOR = {"member_orders_placed": 3, "member_orders_cancelled": 1, "last_purchase_at": "now-45d"}


def why(setup: dict[str, Any], expected: dict[str, Any], **given: Any) -> str:
    """What went wrong with a case about the cups; nothing where all is well."""
    case_input = {"lines": LINES, "shipping": SHIPPING, "member": MEMBER, "prior": PRIOR, **given}
    return judge(Case("own", Source("own"), "discount", setup, case_input, expected)).why


def campaign(**fields: Any) -> dict[str, Any]:
    return {"campaigns": [{"id": "it", **fields}]}


@pytest.mark.parametrize(("effect", "off"), EFFECTS, ids=lambda value: str(value)[:60])
def test_every_effect_is_known(effect: dict[str, Any], off: int) -> None:
    trigger = "catalogue" if effect["type"].startswith("catalog") else "automatic"
    assert why(campaign(effects=[effect], trigger=trigger), {"discount_total": off}) == ""


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS, ids=lambda value: str(value)[:60])
def test_every_condition_is_known(condition: dict[str, Any], holds: bool) -> None:
    off = {"type": "order_fixed", "amount": 100}
    setup = campaign(effects=[off], conditions=[condition])
    assert why(setup, {"applied": ["it"] if holds else []}) == ""


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_every_scope_is_known(scope: dict[str, Any]) -> None:
    effect = {"type": "item_fixed", "amount": 100, "per": "unit", "scope": scope}
    assert why(campaign(effects=[effect]), {"line_discounts": {"cup": 600, "pot": 0}}) == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"priority": 3, "order": 1, "exclusive": True, "lane": "first", "channels": ["web"]},
        {"exclusive_group": "best only", "starts_on": "2026-03-01", "ends_on": "2026-03-02"},
        {"starts_at": "now-13mo", "ends_at": "now+1d", "skip_already_discounted_items": True},
        {"trigger": "coupon", "codes": ["Cup"], "codes_case_sensitive": False},
        {"limits": {"total": 3, "per_member": 1, "budget_amount": 5000}},
        {"limits": {"per_code": 2}, "trigger": "coupon", "codes": ["CUP"]},
        {"reuse_after_cancel": True},
    ],
    ids=str,
)
def test_every_field_of_a_campaign_is_known(fields: dict[str, Any]) -> None:
    setup = campaign(effects=[{"type": "order_fixed", "amount": 100}], **fields)
    expected = {"order_total": 10400, "shipping_total": 1500, "error": None}
    assert why(setup, expected, codes=["cup"] if "codes" in fields else [], channel="web") == ""


@pytest.mark.parametrize(
    ("rules", "points"),
    [
        ([{"type": "points_per_amount", "points": 2, "per": 100}], 180),
        ([{"type": "points_per_amount", "points": 1, "per": 100, "only": {"skus": ["cup"]}}], 60),
        (
            [{"type": "points_per_amount", "points": 1, "per": 100, "exclude": {"skus": ["cup"]}}],
            30,
        ),
        ([{"type": "points_per_amount", "points": 1, "per": 100, "min_order_value": 9001}], 0),
        (
            [
                {"type": "points_per_amount", "points": 1, "per": 100, "priority": 1},
                {"type": "points_fixed", "points": 7, "priority": 3},
                {"type": "points_fixed", "points": 5, "priority": 2, "stop_further": True},
            ],
            12,
        ),
        (
            [
                {"type": "points_per_amount", "points": 1, "per": 100},
                {"type": "points_multiplier", "multiplier": 0.5},
            ],
            45,
        ),
        ([{"type": "points_fixed_for_sku", "points": 9, "skus": ["cup"]}], 9),
    ],
    ids=str,
)
def test_every_rule_of_points_is_known(rules: list[dict[str, Any]], points: int) -> None:
    assert why({"points": {"rules": rules}}, {"points": points}, operation="earn") == ""


def test_a_code_of_one_member_is_not_for_another() -> None:
    effects = [{"type": "order_fixed", "amount": 100}]
    own = campaign(effects=effects, trigger="coupon", codes=["MINE"], code_owner="anna")
    anna, ben = {"id": "anna"}, {"id": "ben"}
    assert why(own, {"applied": ["it"], "error": None}, codes=["mine"], member=anna) == ""
    assert why(own, {"applied": [], "error": "coupon_invalid"}, codes=["mine"], member=ben) == ""


def test_a_use_counts_for_the_next_order_unless_that_one_was_cancelled() -> None:
    effects = [{"type": "order_fixed", "amount": 100}]
    once = campaign(effects=effects, trigger="coupon", codes=["A"], limits={"per_member": 1})
    for status, applied in (("done", []), ("cancelled", ["it"])):
        earlier = {"lines": LINES[:1], "codes": ["A"], "status": status}
        expected = {"applied": applied}
        assert why(once, expected, codes=["A"], prior={"orders": [earlier]}) == ""


def test_points_of_a_cancelled_order_are_taken_back_as_the_policy_says() -> None:
    entries = [
        {"kind": "earn_order", "order": "A", "points": 100},
        {"kind": "manual_debit", "points": 30},
        {"kind": "cancel_order", "order": "A"},
    ]
    given = {"operation": "ledger", "entries": entries, "lines": None, "shipping": None}
    for policy, balance in (("clamp", 0), ("allow_negative", -30)):
        case = {"clawback_policy": policy}
        assert why(case, {"balance": balance}, prior=None, **given) == ""


def test_an_event_earns() -> None:
    rule = {"type": "points_on_event", "event": "Review written", "points": 20}
    given = {"operation": "event", "event": "Review written", "lines": [], "shipping": []}
    assert why({"points": {"rules": [rule]}}, {"points": 20}, **given) == ""
