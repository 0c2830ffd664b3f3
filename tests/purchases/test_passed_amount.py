"""A prize for passing an amount: what was counted is not counted again, also after returns."""

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desk import DAY, Desk, open_desk, plain
from tests.lengths import examples
from tests.purchases.shop import bring_back, buy, buying, campaign, join, shop, state

Opened = Callable[..., Desk]
EVERY = 50_000


def prize(**fields: Any) -> dict[str, Any]:
    effect = {"kind": "passed_amount", "every_minor": EVERY, "points": 1, **fields}
    return campaign("prize", effect, lane="points")


def story(desk: Desk, *purchases: tuple[int, int]) -> list[int]:
    """Prizes of purchases of (day, amount) of a new member."""
    anna, begun = join(desk), desk.now
    got = []
    for day, amount in purchases:
        desk.now = begun + day * DAY
        got.append(buy(desk, anna, ("coat", 1, amount)).get("earned", {}).get("points", 0))
    desk.now = begun
    return got


def test_over_the_last_thirty_days(opened: Opened) -> None:
    desk = opened(prize(window="days:30"))
    # What the prize of day 20 counted of day 1 and day 20 counts no more on day 40.
    assert story(desk, (1, 30_000), (20, 30_000), (40, 40_000)) == [0, 1, 1]
    assert story(desk, (1, 30_000), (20, 30_000), (40, 39_999)) == [0, 1, 0]
    assert story(desk, (1, 30_000), (31, 20_000), (32, 29_999)) == [0, 0, 0]
    assert story(desk, (1, 30_000), (30, 20_000)) == [0, 1]
    assert story(desk, (1, 120_000), (2, 30_000)) == [2, 1]


def test_once_as_long_as_it_lies_in_the_window(opened: Opened) -> None:
    desk = opened(prize(window="days:30", max_times=1))
    assert story(desk, (1, 120_000), (2, 90_000), (31, 90_000)) == [1, 0, 1]


def test_calendar_windows(opened: Opened) -> None:
    """From 2 March: day 29 is the last of the month."""
    desk = opened(prize(window="month"))
    assert story(desk, (0, 40_000), (29, 10_000), (30, 40_000), (31, 70_000)) == [0, 1, 0, 2]
    desk = opened(prize(window="month", max_times=1))
    assert story(desk, (0, 140_000), (29, 60_000), (30, 60_000)) == [1, 0, 1]


@pytest.mark.parametrize("window", ["ever", "month", "days:30"])
def test_goods_that_came_back_do_not_pass_it_a_second_time(opened: Opened, window: str) -> None:
    desk = opened(prize(window=window))
    anna = join(desk)
    first = buy(desk, anna, ("coat", 1, 40_000))
    assert buy(desk, anna, ("coat", 1, 20_000))["earned"] == {"points": 1}
    bring_back(desk, first)
    assert "earned" not in buy(desk, anna, ("coat", 1, 40_000))
    assert buy(desk, anna, ("coat", 1, 40_000))["earned"] == {"points": 1}


@pytest.mark.parametrize("window", ["ever", "days:30"])
def test_t1_sixty_four_at_once_pass_it_exactly_as_often_as_they_should(
    opened: Opened, window: str
) -> None:
    desk = opened(prize(window=window))
    anna = join(desk)
    answers = desk.at_once([buying(desk, anna, ("coat", 1, 10_000)) for _ in range(64)])
    got = Counter(plain(answer).get("earned", {}).get("points", 0) for answer in answers)
    assert got == {1: 12, 0: 52}


@pytest.fixture(scope="module")
def prizes(database_url: str) -> Iterator[Desk]:
    windows = ("ever", "month", "days:7", "days:30")
    campaigns = [
        campaign(
            f"prize{n}",
            {"kind": "passed_amount", "every_minor": 7_000, "points": 1, "window": window},
            lane="points",
        )
        for n, window in enumerate(windows)
    ]
    with open_desk(database_url, shop(*campaigns)) as desk:
        yield desk
        desk.verify()


purchases = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 20_000)), min_size=1, max_size=6
)  # fmt: skip


@examples(30, 500)
@given(purchases, st.randoms(use_true_random=False))
def test_t2_all_returned_it_is_as_if_never_bought(
    prizes: Desk, bought: list[tuple[int, int]], order: Random
) -> None:
    anna = join(prizes)
    before = state(prizes, anna)
    made = []
    for days, amount in bought:
        made.append(buy(prizes, anna, ("coat", 2, amount)))
        prizes.wait(days=days)
    order.shuffle(made)
    for one in made:
        bring_back(prizes, one, (1, 1))
        bring_back(prizes, one)
    assert state(prizes, anna) == before


@examples(30, 500)
@given(purchases)
def test_no_amount_is_counted_twice(opened_week: Desk, bought: list[tuple[int, int]]) -> None:
    """Over a week: never more prizes than what was spent pays for, and one whenever what is not
    yet counted of the last seven days suffices (a model of single groszy by day)."""
    desk = opened_week
    anna, day = join(desk), 0
    free: dict[int, int] = {}
    for wait, amount in bought:
        free[day] = free.get(day, 0) + amount
        free = {on: minor for on, minor in free.items() if on > day - 7}
        times = sum(free.values()) // 7_000
        left = times * 7_000
        for on in sorted(free):
            part = min(left, free[on])
            free[on], left = free[on] - part, left - part
        told = buy(desk, anna, ("coat", 1, amount))
        assert told.get("earned", {}).get("points", 0) == times
        desk.wait(days=wait)
        day += wait


@pytest.fixture(scope="module")
def opened_week(database_url: str) -> Iterator[Desk]:
    effect = {"kind": "passed_amount", "every_minor": 7_000, "points": 1, "window": "days:7"}
    with open_desk(database_url, shop(campaign("prize", effect, lane="points"))) as desk:
        yield desk
