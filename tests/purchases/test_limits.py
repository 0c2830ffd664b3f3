"""Limits and budgets hold exactly, also when everybody comes at once over several connections (T1).

A limited campaign that finds less left than it would give gives nothing: the budget is never
exceeded, by one grosz or one point.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.desk import Desk, plain
from tests.purchases.shop import bring_back, buy, buying, campaign, join, off, points

Opened = Callable[..., Desk]
CROWD = 64
ONE_ZLOTY = off(100)


def limited(effect: dict[str, Any], **limits: int) -> dict[str, Any]:
    lane = "basket" if effect["kind"] == "amount_off" else "points"
    return campaign("limited", effect, lane=lane, limits=limits)


def crowd(desk: Desk, members: list[str | None]) -> list[Any]:
    """One purchase each, all at the same time."""
    return [
        plain(answer)
        for answer in desk.at_once(
            [buying(desk, member, ("bread", 1, 1_000)) for member in members]
        )
    ]


def gave(answers: list[Any]) -> int:
    return sum(a["discount_minor"] + a.get("earned", {}).get("points", 0) for a in answers)


@pytest.mark.parametrize(
    ("effect", "limits", "given"),
    [
        (ONE_ZLOTY, {"total": 10}, 1_000),
        (ONE_ZLOTY, {"total": 1}, 100),
        (ONE_ZLOTY, {"per_day": 7}, 700),
        (ONE_ZLOTY, {"budget_minor": 1_000}, 1_000),
        (points(30), {"budget_points": 300}, 300),
        (points(30), {"total": 3, "budget_points": 300}, 90),
    ],
)
def test_everybody_at_once_gets_exactly_what_there_is(
    opened: Opened, effect: dict[str, Any], limits: dict[str, int], given: int
) -> None:
    desk = opened(limited(effect, **limits))
    members: list[str | None] = [join(desk) for _ in range(8)]
    answers = crowd(desk, members * (CROWD // 8))
    assert gave(answers) == given
    assert gave(crowd(desk, members)) == 0
    desk.verify()


@pytest.mark.parametrize(
    ("limits", "today", "tomorrow"),
    [
        ({"per_member": 3}, 3, 0),
        ({"per_member_per_day": 2}, 2, 2),
        ({"per_member_per_day": 2, "per_member": 3}, 2, 1),
    ],
)
def test_each_member_gets_exactly_their_share(
    opened: Opened, limits: dict[str, int], today: int, tomorrow: int
) -> None:
    desk = opened(limited(points(1), **limits))
    members: list[str | None] = [join(desk) for _ in range(4)]
    for share in (today, tomorrow):
        answers = crowd(desk, members * (CROWD // 4))
        by_member: dict[str, int] = {}
        for answer in answers:
            earned = answer.get("earned", {}).get("points", 0)
            by_member[answer["member"]] = by_member.get(answer["member"], 0) + earned
        assert set(by_member.values()) == {share}
        desk.wait(days=1)
    desk.verify()


def test_a_batch_counts_as_one_by_one_does(opened: Opened) -> None:
    """State carries over in memory: the eleventh of a batch sees what ten before it used."""
    desk = opened(limited(ONE_ZLOTY, total=10, budget_minor=950))
    anna = join(desk)
    answers = desk.batch(*(buying(desk, anna, ("bread", 1, 1_000)) for _ in range(CROWD)))
    assert gave([plain(answer) for answer in answers]) in (900, 950)
    desk.verify()


def test_a_day_is_a_day_where_the_program_is(opened: Opened) -> None:
    """23:30 in Warsaw is 22:30 UTC; half an hour later another day's share begins."""
    desk = opened(limited(points(5), per_day=1))
    anna = join(desk)
    desk.wait(seconds=10 * 3_600 + 1_800)
    earned = []
    for _ in range(2):
        earned += [buy(desk, anna, ("bread", 1, 100)).get("earned", {}) for _ in range(2)]
        desk.wait(seconds=1_800)
    assert earned == [{"points": 5}, {}, {"points": 5}, {}]


def test_what_a_return_frees_can_be_used_again(opened: Opened) -> None:
    desk = opened(limited(ONE_ZLOTY, total=1))
    anna, eve = join(desk), join(desk)
    first = buy(desk, anna, ("bread", 1, 1_000))
    assert buy(desk, eve, ("bread", 1, 1_000))["discount_minor"] == 0
    bring_back(desk, first)
    assert buy(desk, eve, ("bread", 1, 1_000))["discount_minor"] == 100
    assert buy(desk, anna, ("bread", 1, 1_000))["discount_minor"] == 0
