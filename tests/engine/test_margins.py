"""What a program sells below cost, or would sell below a minimum price, is found before it does."""

from typing import Any

from regulars.engine.check import doubts
from regulars.engine.facts import Line
from regulars.engine.margins import Stocked
from tests.engine.cases import amount, over, percent, points, program


def found(stock: list[Stocked], *campaigns: dict[str, Any], **rules: Any) -> list[Any]:
    return [
        (doubt.campaign, doubt.code, doubt.figures["sku"], doubt.figures["units"],
         doubt.figures["paid_minor"], doubt.figures["least_minor"])
        for doubt in doubts(program(*campaigns, **rules).rules, stock=stock)
        if doubt.code.startswith("below")
    ]  # fmt: skip


def of(sku: str, price: int, cost: int | None = None, minimum: int = 0, **more: Any) -> Stocked:
    return Stocked(Line(sku, 1, price, floor_minor=minimum, **more), cost)


TEA, HAT = of("tea", 1_000, cost=700), of("hat", 5_000, cost=1_000)
FIFTH, QUARTER = {"then": [percent(20)]}, {"then": [percent(25)]}


def test_two_discounts_that_are_fine_alone_sell_below_cost_together() -> None:
    assert found([TEA, HAT], FIFTH) == []
    (doubt,) = found([TEA, HAT], FIFTH, QUARTER)
    assert doubt == (0, "below_cost_with", "tea", 1, 600, 700)
    assert found([TEA, HAT], FIFTH, QUARTER, lanes=[{"id": "main", "combine": "best"}]) == []


def test_one_is_enough_where_the_margin_is_thin() -> None:
    assert found([TEA], {"then": [percent(31)]}) == [(0, "below_cost", "tea", 1, 690, 700)]
    assert found([of("tea", 1_000)], {"then": [percent(90)]}) == [], "nothing is known of its cost"


def test_the_basket_that_reaches_a_threshold_is_tried() -> None:
    tenner = {"when": [over(5_000)], "then": [amount(2_000)]}
    assert found([TEA], tenner) == [(0, "below_cost", "tea", 5, 3_000, 3_500)]


def test_only_products_the_campaign_is_for_are_tried() -> None:
    food = {"then": [percent(50, on={"categories": ["food"]})]}
    assert found([TEA], food) == []
    assert len(found([of("tea", 1_000, cost=700, category="food/tea")], food)) == 1


def test_a_minimum_price_holds_and_says_that_less_is_given_than_promised() -> None:
    held = of("tea", 1_000, cost=700, minimum=800)
    assert found([held], {"then": [percent(50)]}) == [(0, "below_minimum", "tea", 1, 500, 800)]
    assert found([held], {"then": [percent(20)]}) == []


def test_what_gives_no_money_off_is_not_asked() -> None:
    assert found([TEA], {"then": [points(1_000)]}) == []
