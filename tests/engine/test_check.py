"""A check of the rules finds what they can hardly mean, and is silent about what is fine."""

from datetime import date
from typing import Any

import pytest

from regulars.engine.check import Doubt, doubts
from tests.engine.cases import amount, over, percent, points, program


def found(*campaigns: dict[str, Any], today: date | None = None, **rules: Any) -> list[Doubt]:
    return list(doubts(program(*campaigns, **rules).rules, today=today))


def codes(*campaigns: dict[str, Any], **rules: Any) -> list[tuple[int, str]]:
    return [(doubt.campaign, doubt.code) for doubt in found(*campaigns, **rules)]


TIERS = [{"kind": "tier", "one_of": [name]} for name in ("gold", "silver")]
MANY = {"kind": "spend_in_window", "window": "month", "at_least_minor": 500}
FEW = {"kind": "spend_in_window", "window": "month", "below_minor": 500}
FIRST = {"kind": "first_purchase"}
CODE = {"kind": "coupon_presented", "codes": ["SPRING"]}
BACK = {"kind": "coupon_presented", "voucher": "back"}


def test_a_usual_program_is_fine() -> None:
    assert codes({"when": [over(5000)], "then": [percent(10)]}, {"when": [FIRST]}) == []


@pytest.mark.parametrize(
    "when",
    [
        TIERS,
        [MANY, FEW],
        [FIRST, {"kind": "purchase_number", "every": 5, "at_least": 2}],
        [FIRST, {"kind": "days_since_purchase", "at_least": 30}],
        [{"kind": "all", "of": TIERS}],
        [{"kind": "segment", "any_of": ["a"]}, {"kind": "segment", "none_of": ["a", "b"]}],
        [{"kind": "purchase_number", "one_of": [3], "every": 2}],
        [{"kind": "weekday_and_hours", "days": [day]} for day in (1, 2)],
    ],
)
def test_conditions_that_contradict_each_other(when: list[Any]) -> None:
    assert codes({"when": when}) == [(0, "contradiction")]


def test_the_same_figures_with_this_purchase_are_no_contradiction() -> None:
    assert codes({"when": [{**MANY, "including_this": True}, FEW]}) == []
    assert codes({"when": [{"kind": "any", "of": TIERS}]}) == []


def test_an_activity_has_no_basket() -> None:
    assert codes({"trigger": "review", "when": [over(1)]}) == [(0, "no_basket")]
    assert codes({"trigger": "review", "then": [percent(5)]}) == [(0, "no_prices")]


def test_what_always_applies_shuts_out_the_rest() -> None:
    always = {"exclusive": True, "then": [percent(5)]}
    assert codes({"when": [over(1)], "then": [points(5)]}, always) == [(0, "shut_out")]
    first = [{"id": "main", "combine": "first"}]
    assert codes({"then": [percent(5)]}, {}, lanes=first) == [(1, "shut_out")]
    assert codes({"then": [percent(5)], "limits": {"total": 1}}, {}, lanes=first) == []


def test_exclusive_campaigns_that_meet() -> None:
    gold, silver = ({"exclusive": True, "when": [tier]} for tier in TIERS)
    assert codes(gold, silver) == []
    assert codes(gold, {"exclusive": True, "when": [over(1)]}) == [(1, "both_exclusive")]
    spring, autumn = {"ends": "2026-06-30"}, {"starts": "2026-07-01"}
    other = {"exclusive": True, "when": [over(1)]}
    assert codes({**gold, **spring}, {**other, **autumn}) == []


def test_two_coupons_that_give_a_basket_away() -> None:
    doubt = found({"when": [CODE], "then": [amount(1000)]}, {"then": [percent(50)]})
    assert doubt == []
    half = {"then": [amount(1000)]}
    assert found({"when": [CODE], **half}, half) == [
        Doubt(1, "stacked", {"by": "c0", "name": "c1", "list_minor": 2000, "percent": 100})
    ]
    best = [{"id": "main", "combine": "best"}]
    assert codes({"when": [CODE], **half}, half, lanes=best) == []
    assert codes({"when": [over(10_000)], **half}, half) == []


def test_two_coupons_that_give_the_shipping_away() -> None:
    free = {"kind": "amount_off", "off_minor": 1000, "on": {"roles": ["shipping"]}}
    assert codes({"when": [CODE], "then": [free]}, {"then": [free]}) == []


def test_what_earns_itself() -> None:
    assert codes(
        {"when": [BACK], "then": [{"kind": "issue_voucher", "voucher": "back"}]},
        vouchers={"back": {}},
    ) == [(0, "earns_itself")]
    reward = {
        "vouchers": {"back": {}},
        "rewards": {"r": {"cost": {"points": 9}, "voucher": "back"}},
    }
    assert codes({"when": [BACK], "then": [points(9)]}, **reward) == [(0, "earns_itself")]
    assert codes({"when": [BACK], "then": [points(8)]}, **reward) == []


def test_what_has_ended_by_then() -> None:
    issue = {"starts": "2026-07-01", "then": [{"kind": "issue_voucher", "voucher": "back"}]}
    taker = {"when": [BACK], "ends": "2026-06-30", "then": [percent(5)]}
    assert codes(taker, issue, vouchers={"back": {}}) == [(1, "voucher_too_late")]
    assert codes({"ends": "2026-06-30"}, today=date(2026, 7, 1)) == [(0, "over")]
    assert codes({"ends": "2026-06-30"}, today=date(2026, 6, 30)) == []


def test_a_multiplier_comes_after_what_it_multiplies_and_in_its_time() -> None:
    double = {"then": [{"kind": "points_multiplier", "campaigns": ["base"]}]}
    base = {"id": "base"}
    assert codes(base, double) == []
    assert codes(double, base) == [(0, "multiplies_later")]
    spring, autumn = {"ends": "2026-06-30"}, {"starts": "2026-07-01"}
    assert codes({**base, **spring}, {**double, **autumn}) == [(1, "not_together")]
