"""The examples: clean in every language, and they give what they say."""

from pathlib import Path
from typing import Any

import pytest

from regulars.engine.decision import Decision
from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Coupon, Facts, Line, Member
from regulars.engine.program import compile_rules
from regulars.programs.document import check, parse

EXAMPLES = sorted(Path("examples").glob("*.yaml"))
DAY = 17_600  # 2018-03-10, a Saturday


def judged(example: str, *lines: Line, member: Member | None = None, **facts: Any) -> Decision:
    program = compile_rules(parse(Path(f"examples/{example}.yaml").read_text("utf-8")))
    case = {"at": 0, "day": DAY, "minute": 720, "weekday": 6, **facts}
    regular = Member("m", purchases=3)
    return evaluate(program, Facts(lines=lines, member=member or regular, **case))


def points(decision: Decision, asset: str = "points") -> int:
    return sum(award.amount for award in decision.awards if award.asset == asset)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_is_clean(file: Path) -> None:
    assert check(file.read_text("utf-8"), "en").findings == ()


def test_there_are_the_three_that_were_promised() -> None:
    assert {file.stem for file in EXAMPLES} == {"supermarket", "shoe-shop", "cafe-stamps"}


def test_the_second_pair_costs_one_grosz() -> None:
    decision = judged(
        "shoe-shop",
        Line("boot", 1, 39900, "shoes/boots"),
        Line("sandal", 1, 19900, "shoes/sandals"),
        Line("laces", 1, 900, "shoes/laces"),
    )
    assert decision.paid == [39900, 1, 900]


def test_gold_has_its_price_where_the_second_pair_does_not_apply() -> None:
    decision = judged(
        "shoe-shop",
        Line("boot", 1, 39900, "shoes/boots"),
        member=Member("m", tier="gold", purchases=3),
    )
    assert decision.paid == [35910]


def test_a_card_is_ten_coffees() -> None:
    coffee = Line("latte", 1, 350, "drinks/coffee")
    paid = judged("cafe-stamps", coffee)
    assert (paid.paid, points(paid, "stamps")) == ([350], 1)
    free = judged("cafe-stamps", coffee, coupons=(Coupon("C1", "free-coffee"),))
    assert (free.paid, points(free, "stamps")) == ([0], 0)


def test_fuel_earns_one_point_a_dollar_up_to_twenty() -> None:
    fuel = Line("gas", 10, 4500, "FUEL/COUPON/MISC ITEMS", "Private")
    assert points(judged("supermarket", fuel)) == 20


def test_own_brands_earn_three_points_a_dollar_and_greens_two_on_wednesday() -> None:
    assert points(judged("supermarket", Line("x", 1, 1000, "GROCERY/SOUP", "Private"))) == 30
    greens = Line("x", 1, 1000, "PRODUCE/ONIONS", "National")
    assert points(judged("supermarket", greens)) == 10
    assert points(judged("supermarket", greens, weekday=3)) == 20


def test_families_earn_more_on_what_families_need() -> None:
    milk = Line("x", 1, 1000, "GROCERY/FLUID MILK PRODUCTS", "National")
    family = Member("m", attributes={"kids": "2"}, purchases=3)
    assert points(judged("supermarket", milk, member=family)) == 30


def test_the_purchase_that_passes_two_hundred_dollars_has_the_bonus() -> None:
    def bonus(before_minor: int) -> int:
        member = Member("m", purchases=3, windows={"month": (4, before_minor)})
        goods = Line("x", 1, 1000, "GROCERY/SOUP", "National")
        return points(judged("supermarket", goods, member=member)) - 10

    assert [bonus(18999), bonus(19000), bonus(19999), bonus(20000)] == [0, 300, 300, 0]


def test_a_large_basket_is_five_percent_off_and_brings_a_voucher() -> None:
    decision = judged("supermarket", Line("x", 10, 16000, "GROCERY/COFFEE", "National"))
    assert decision.paid == [15200]
    assert [grant.voucher for grant in decision.grants] == ["five-back"]


def test_a_voucher_takes_five_dollars_off_goods() -> None:
    decision = judged(
        "supermarket",
        Line("gas", 10, 4500, "FUEL/COUPON/MISC ITEMS", "Private"),
        Line("x", 1, 1000, "GROCERY/COFFEE", "National"),
        coupons=(Coupon("C1", "five-dollars"), Coupon("C2", "five-back")),
    )
    assert decision.paid == [4500, 500]
    assert decision.redeemed == [("five-off", "C1")]
