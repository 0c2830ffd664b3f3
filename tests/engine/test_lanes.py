"""Lanes, limits and budgets, as the policies say."""

from typing import Any

from regulars.engine.decision import Reason
from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Coupon
from regulars.engine.returns import totals
from tests.engine.cases import amount, facts, over, percent, points, program

JUICE = facts(["juice", 1, 1000])
WORTH = {"points": {"worth_minor": 1}}


def lane(combine: str, *campaigns: dict[str, Any], **rules: Any) -> Any:
    return program(*campaigns, lanes=[{"id": "main", "combine": combine}], **rules)


def test_all_of_a_lane_compound_between_campaigns() -> None:
    decision = evaluate(lane("all", {"then": [percent(10)]}, {"then": [percent(10)]}), JUICE)
    assert decision.paid_minor == 810


def test_two_percentages_of_one_campaign_see_the_same_price() -> None:
    decision = evaluate(lane("all", {"then": [percent(10), percent(10)]}), JUICE)
    assert decision.paid_minor == 800


def test_higher_priority_comes_first_then_the_order_of_the_document() -> None:
    order = evaluate(lane("all", {}, {"priority": 5}, {}, {"priority": 5}), JUICE).used
    assert order == ["c1", "c3", "c0", "c2"]


def test_a_later_threshold_sees_the_price_as_reduced() -> None:
    gone = lane("all", {"then": [percent(10)]}, {"when": [over(1000)], "then": [points(1)]})
    assert evaluate(gone, JUICE).awards == []
    kept = lane("all", {"then": [percent(10)]}, {"when": [over(1000, basis="list")]})
    assert totals(evaluate(kept, JUICE).awards) == {"points": 1}


def test_what_is_reduced_already_may_be_left_alone() -> None:
    milk = {"products": ["milk"]}
    shop = lane(
        "all", {"then": [percent(10, on=milk)]}, {"then": [percent(50, on={"unreduced": True})]}
    )
    decision = evaluate(shop, facts(["juice", 1, 1000], ["milk", 1, 1000]))
    assert decision.paid == [500, 900]


def test_lanes_are_taken_in_the_order_of_the_document() -> None:
    two = program(
        {"lane": "late", "then": [percent(50)]},
        {"lane": "early", "then": [amount(200)]},
        lanes=[{"id": "early"}, {"id": "late"}],
    )
    assert evaluate(two, JUICE).paid_minor == 400


def test_first_is_the_first_that_gives_something() -> None:
    first = lane(
        "first",
        {"then": [percent(10, on={"products": ["milk"]})]},
        {"then": [percent(20)]},
        {"then": [percent(30)]},
    )
    decision = evaluate(first, JUICE, full=True)
    assert decision.paid_minor == 800
    assert [(r.campaign, r.code) for r in decision.trace] == [
        ("c0", "nothing"),
        ("c2", "lane"),
        ("c1", "applied"),
    ]


def test_best_is_the_greatest_value_with_points_at_their_worth() -> None:
    best = lane("best", {"then": [percent(10)]}, {"then": [points(101)]}, assets=WORTH)
    assert evaluate(best, JUICE).used == ["c1"]
    even = lane("best", {"then": [percent(10)]}, {"then": [points(100)]}, assets=WORTH)
    assert evaluate(even, JUICE).used == ["c0"]


def test_a_multiplier_is_worth_what_it_would_add_to_the_lanes_before() -> None:
    double = {"lane": "offers", "then": [{"kind": "points_multiplier"}]}
    shop = program(
        {"lane": "base", "then": [points(101)]},
        {"lane": "offers", "then": [percent(10)]},
        double,
        lanes=[{"id": "base"}, {"id": "offers", "combine": "best"}],
        assets=WORTH,
    )
    decision = evaluate(shop, JUICE)
    assert decision.used == ["c0", "c2"]
    assert totals(decision.awards) == {"points": 202}


def test_a_later_multiplier_multiplies_the_earlier_one_too() -> None:
    double = {"then": [{"kind": "points_multiplier"}]}
    shop = program({"then": [points(3)]}, double, double)
    assert totals(evaluate(shop, JUICE).awards) == {"points": 12}


def test_exclusive_shuts_out_its_lane_whatever_the_priority() -> None:
    shop = program(
        {"priority": 9, "then": [percent(50)]},
        {"exclusive": True, "then": [percent(5)]},
        {"lane": "other", "then": [points(1)]},
        lanes=[{"id": "main"}, {"id": "other"}],
    )
    decision = evaluate(shop, JUICE)
    assert decision.used == ["c1", "c2"]
    assert Reason("c0", "exclusive", "", {"by": "c1"}) in decision.trace


def test_an_exclusive_campaign_that_does_not_apply_shuts_out_nobody() -> None:
    shop = program(
        {"then": [percent(50)]}, {"exclusive": True, "when": [over(9999)], "then": [percent(5)]}
    )
    assert evaluate(shop, JUICE).used == ["c0"]


def test_a_used_up_limit_refuses() -> None:
    shop = program({"limits": {"per_member": 1}})
    assert evaluate(shop, facts(left={"c0/per_member": 1})).used == ["c0"]
    decision = evaluate(shop, facts(left={"c0/per_member": 0}))
    assert decision.trace == [Reason("c0", "limit", "per_member")]


def test_a_money_budget_refuses_rather_than_overshoots() -> None:
    shop = program({"limits": {"budget_minor": 5000}, "then": [percent(10)]})
    assert evaluate(shop, facts(["juice", 1, 1000], left={"c0/budget_minor": 100})).used == ["c0"]
    decision = evaluate(shop, facts(["juice", 1, 1000], left={"c0/budget_minor": 99}))
    assert decision.paid_minor == 1000
    assert decision.trace == [Reason("c0", "budget", "budget_minor", {"left": 99})]


def test_a_points_budget_refuses_rather_than_overshoots() -> None:
    shop = program({"limits": {"budget_points": 100}, "then": [points(10)]})
    decision = evaluate(shop, facts(left={"c0/budget_points": 9}))
    assert (decision.awards, decision.used) == ([], [])
    assert decision.trace == [Reason("c0", "budget", "budget_points", {"left": 9})]


def test_a_discount_stays_where_only_the_points_burst_their_budget() -> None:
    shop = program({"limits": {"budget_points": 100}, "then": [points(10), percent(10)]})
    decision = evaluate(shop, facts(["juice", 1, 1000], left={"c0/budget_points": 9}))
    assert (decision.paid_minor, decision.awards, decision.used) == (900, [], ["c0"])
    assert decision.trace[0].figures == {"off_minor": 100, "refused": "budget_points"}


def test_a_burst_points_budget_leaves_the_lane_to_the_next() -> None:
    shop = lane(
        "first", {"limits": {"budget_points": 100}, "then": [points(10)]}, {"then": [points(1)]}
    )
    assert evaluate(shop, facts(left={"c0/budget_points": 9})).used == ["c1"]


def test_a_code_counts_once_and_only_where_it_did_something() -> None:
    coupon = {"kind": "coupon_presented", "codes": ["SPRING"]}
    shop = program(
        {"when": [coupon], "then": [percent(10)]},
        {"when": [coupon], "then": [points(5)]},
        {"when": [{"kind": "coupon_presented", "voucher": "late"}, over(9999)]},
    )
    codes = ["spring", "SPRING", Coupon("K7QM", "late")]
    decision = evaluate(shop, facts(["juice", 1, 1000], coupons=codes))
    assert decision.used == ["c0", "c1"]
    assert decision.redeemed == [("c0", "spring")]


def test_an_activity_meets_only_campaigns_of_its_trigger() -> None:
    shop = program({"then": [points(1)]}, {"trigger": "review", "then": [points(5)]})
    assert evaluate(shop, facts(trigger="review")).used == ["c1"]
