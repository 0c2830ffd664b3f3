"""Every way of earning that programs use can be written down: one row each."""

from typing import Any

import pytest

from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Member
from regulars.engine.returns import totals
from tests.engine.cases import facts, points, program

SPEND = {"kind": "points_per_spend", "per_minor": 100}
DOUBLE = {"then": [{"kind": "points_multiplier", "multiplier_percent": 200}], "lane": "more"}
LANES = [{"id": "base"}, {"id": "more"}]
BREAD = ("bread", 3, 1_000, "food/bread")
SOAP = ("soap", 1, 500, "home")


def earned(*campaigns: dict[str, Any], **case: Any) -> dict[str, int]:
    """What bread for 10.00 and soap for 5.00, on Monday at noon, give Anna."""
    lines = case.pop("basket", [BREAD, SOAP])
    member = Member("anna", **case.pop("member", {}))
    rules = program(*campaigns, lanes=LANES, tiers=["silver", "gold"])
    return totals(evaluate(rules, facts(*lines, member=member, **case)).awards)


WAYS: list[tuple[str, list[dict[str, Any]], dict[str, Any], int]] = [
    ("for money spent", [{"then": [SPEND]}], {}, 15),
    ("in a category", [{"then": [SPEND | {"on": {"categories": ["food"]}}]}], {}, 10),
    ("on a product", [{"then": [SPEND | {"on": {"products": ["soap"]}}]}], {}, 5),
    ("for each unit", [{"then": [points(2, per="unit", on={"products": ["bread"]})]}], {}, 6),
    (
        "for each unit, up to a number",
        [{"then": [points(2, per="unit", cap=4, on={"products": ["bread"]})]}], {}, 4,
    ),
    ("for each visit", [{"then": [points(5)]}], {}, 5),
    (
        "for coming without buying", [{"trigger": "visit", "then": [points(5)]}],
        {"trigger": "visit", "basket": []}, 5,
    ),
    (
        "for an activity", [{"trigger": "review", "then": [points(20)]}],
        {"trigger": "review", "basket": [], "detail": {"stars": 5}}, 20,
    ),
    (
        "for an activity of one sort only",
        [{"trigger": "review", "then": [points(20)],
          "when": [{"kind": "activity_field", "field": "photo", "equals": True}]}],
        {"trigger": "review", "basket": [], "detail": {"photo": False}}, 0,
    ),
    (
        "for the first purchase",
        [{"then": [points(100)], "when": [{"kind": "first_purchase"}]}], {}, 100,
    ),
    (
        "for the first purchase only",
        [{"then": [points(100)], "when": [{"kind": "first_purchase"}]}],
        {"member": {"purchases": 1}}, 0,
    ),
    (
        "on the birthday", [{"then": [points(50)], "when": [{"kind": "birthday"}]}],
        {"member": {"attributes": {"birthday": "1990-03-02"}}}, 50,
    ),
    (
        "double on the birthday",
        [{"then": [SPEND]}, DOUBLE | {"when": [{"kind": "birthday"}]}],
        {"member": {"attributes": {"birthday": "1990-03-02"}}}, 30,
    ),
    (
        "double in happy hours",
        [{"then": [SPEND]},
         DOUBLE | {"when": [{"kind": "weekday_and_hours", "from": "11:00", "until": "13:00"}]}],
        {}, 30,
    ),
    (
        "not after them",
        [{"then": [SPEND]},
         DOUBLE | {"when": [{"kind": "weekday_and_hours", "from": "11:00", "until": "13:00"}]}],
        {"time": "2026-03-02 13:00"}, 15,
    ),
    (
        "double on Mondays",
        [{"then": [SPEND]}, DOUBLE | {"when": [{"kind": "weekday_and_hours", "days": ["mon"]}]}],
        {}, 30,
    ),
    (
        "double for gold",
        [{"then": [SPEND]}, DOUBLE | {"when": [{"kind": "tier", "one_of": ["gold"]}]}],
        {"member": {"tier": "gold"}}, 30,
    ),
    (
        "half as much again for silver",
        [{"then": [SPEND]},
         {"then": [{"kind": "points_multiplier", "multiplier_percent": 150}], "lane": "more",
          "when": [{"kind": "tier", "one_of": ["silver"]}]}],
        {"member": {"tier": "silver"}}, 22,
    ),
    (
        "double for a segment",
        [{"then": [SPEND]}, DOUBLE | {"when": [{"kind": "segment", "any_of": ["parents"]}]}],
        {"member": {"segments": ("parents",)}}, 30,
    ),
    (
        "for gold parents on Mondays, four times",
        [{"then": [SPEND]}, DOUBLE | {"when": [{"kind": "tier", "one_of": ["gold"]}]},
         DOUBLE | {"when": [{"kind": "segment", "any_of": ["parents"]},
                            {"kind": "weekday_and_hours", "days": ["mon"]}]}],
        {"member": {"tier": "gold", "segments": ("parents",)}}, 60,
    ),
    (
        "as many as one purchase may give",
        [{"then": [SPEND], "caps": {"points": {"per_purchase": 12}}}], {}, 12,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("campaigns", "case", "expected"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS]
)
def test_points(campaigns: list[dict[str, Any]], case: dict[str, Any], expected: int) -> None:
    assert earned(*campaigns, **case).get("points", 0) == expected


def test_several_kinds_at_once_and_each_multiplied_by_itself() -> None:
    miles = SPEND | {"asset": "miles", "points": 3}
    stamps = points(1, asset="stamps", per="unit", on={"products": ["bread"]})
    double_miles = {
        "lane": "more",
        "then": [{"kind": "points_multiplier", "asset": "miles", "multiplier_percent": 200}],
    }
    assets = {"points": {"caps": {"per_purchase": 11}}, "stamps": {}, "miles": {}}
    rules = program({"then": [SPEND, miles, stamps]}, double_miles, lanes=LANES, assets=assets)
    assert totals(evaluate(rules, facts(BREAD, SOAP)).awards) == {
        "points": 11, "miles": 90, "stamps": 3,
    }  # fmt: skip
