"""Hints: what is missing for the nearest campaigns, at a bounded cost."""

from typing import Any

import pytest

from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Facts, Member
from regulars.engine.hints import LOOKED_AT, hints
from regulars.engine.program import Program
from tests.engine.cases import facts, over, percent, points, program

JUICE = facts(["juice", 1, 1760])


def said(shop: Program, basket: Facts, language: str = "en", **how: Any) -> list[str]:
    return [h.text for h in hints(shop, basket, evaluate(shop, basket), language, **how)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "12.40 PLN more is needed: 10% off"),
        ("pl", "brakuje 12,40 PLN: 10% rabatu"),
        ("bg", "не достигат 12,40 PLN: 10% отстъпка"),
    ],
)
def test_so_much_more(language: str, text: str) -> None:
    shop = program({"when": [over(3000)], "then": [percent(10)]})
    assert said(shop, JUICE, language) == [text]


def test_the_nearest_first_and_only_a_few() -> None:
    shop = program(*({"when": [over(n * 1000)], "then": [points(n)]} for n in range(9, 1, -1)))
    assert said(shop, JUICE, most=2) == [
        "2.40 PLN more is needed: 2 points",
        "12.40 PLN more is needed: 3 points",
    ]


def test_an_item_more_is_a_pair() -> None:
    shop = program({"then": [{"kind": "nth_unit_price", "price_minor": 1}]})
    assert said(shop, JUICE)[0].startswith("1 more item is needed: ")
    assert said(shop, facts(["juice", 2, 3520])) == []


def test_the_next_step_of_a_ladder() -> None:
    steps = [{"percent": 5}, {"from_minor": 2000, "percent": 10}, {"from_units": 3, "percent": 7}]
    shop = program({"then": [{"kind": "tiered_percent", "steps": steps}]})
    assert said(shop, JUICE)[0].startswith("2.40 PLN more is needed: ")


def test_only_what_can_be_bought_now_and_where_nothing_else_is_missing() -> None:
    gold = {"kind": "tier", "one_of": ["gold"]}
    shop = program({"when": [over(3000), gold]}, {"when": [gold]})
    assert said(shop, JUICE) == []
    assert len(said(shop, facts(["juice", 1, 1760], member=Member("bo", tier="gold")))) == 1


def test_of_several_ways_the_one_that_can_be_bought() -> None:
    way = {"kind": "any", "of": [{"kind": "tier", "one_of": ["gold"]}, over(3000)]}
    assert said(program({"when": [way]}), JUICE) == ["12.40 PLN more is needed: 1 point"]


def test_however_many_campaigns_miss_something_only_so_many_are_looked_at() -> None:
    shop = program(*({"when": [over(9000 - n)]} for n in range(LOOKED_AT + 20)))
    assert len(said(shop, JUICE, most=1000)) == LOOKED_AT
