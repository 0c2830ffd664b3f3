"""Sets of units: never built one by one, and yet what building them would give."""

from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from regulars.engine.case import Case
from regulars.engine.cut import Part
from regulars.engine.effects.buy_x_get_y import BuyXGetY
from regulars.engine.evaluate import evaluate
from regulars.engine.sets import sets
from tests.engine.cases import facts, program

small = st.integers(0, 6)
prices = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 50)), min_size=1, max_size=4)


@given(small, small, small, st.integers(1, 3), st.integers(1, 3), st.none() | st.integers(1, 3))
def test_as_many_are_got_as_any_split_of_the_units_would_give(
    bought: int, shared: int, others: int, x: int, y: int, most: int | None
) -> None:
    offer = BuyXGetY(buy=Part(units=x), get=Part(units=y), max_sets=most)
    needed, got = offer._best(bought, shared, others)
    assert max(0, needed - bought) + max(0, got - others) <= shared
    assert got <= needed // x * y
    begun = [(bought + into) // x for into in range(shared + 1)]
    begun = [sets_ if most is None else min(sets_, most) for sets_ in begun]
    assert got == max(min(sets_ * y, others + shared - into) for into, sets_ in enumerate(begun))


@given(prices, st.integers(1, 4), st.none() | st.integers(1, 3), st.booleans())
def test_sets_hold_the_units_that_one_by_one_would(
    bunches: list[tuple[int, int]], size: int, most: int | None, dearest: bool
) -> None:
    basket = facts(*[[f"p{n}", units, units * price] for n, (units, price) in enumerate(bunches)])
    found = list(sets(Case(program(), basket), [Part(units=size)], most, dearest=dearest))
    each = sorted((p for units, p in bunches for _ in range(units)), reverse=dearest)
    count = len(each) // size if most is None else min(len(each) // size, most)
    assert sum(times for _, times in found) == count
    assert sum(sum(lines.values()) for lines, _ in found) == sum(each[: count * size])


def test_a_meal_is_found_however_the_lines_stand() -> None:
    meal = [{"on": {"categories": [c]}} for c in ("soup", "main")]
    effect: dict[str, Any] = {"kind": "bundle_price", "price_minor": 2500, "parts": meal}
    shop = program({"then": [effect]})
    lines = [["tomato", 2, 2000, "soup"], ["beef", 1, 2000, "main"], ["pea", 1, 900, "soup"]]
    for first, second, third in product(lines, repeat=3):
        if len({line[0] for line in (first, second, third)}) == 3:
            assert evaluate(shop, facts(first, second, third)).discount_minor == 500


def test_the_most_a_campaign_takes_off_is_shared_exactly() -> None:
    shop = program(
        {
            "max_minor": 100,
            "then": [
                {"kind": "percent_off", "percent": 50},
                {"kind": "amount_off", "off_minor": 300},
            ],
        }
    )
    decision = evaluate(shop, facts(*[[sku, 1, 1000] for sku in "abc"]))
    assert [line.amount_minor for line in decision.discounts] == [34, 33, 33]
