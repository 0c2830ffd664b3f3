"""Caps: points are given as far as they go, exactly, also when everybody comes at once (T1)."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.purchases.operations import RecordActivity
from regulars.purchases.wire import ActivityIn
from tests.corner import words
from tests.desk import DAY, Desk, open_desk, plain
from tests.lengths import examples
from tests.purchases.shop import BASE, bring_back, buy, buying, campaign, join, points, shop, state

Opened = Callable[..., Desk]
CROWD = 64


def capped(**caps: int) -> dict[str, Any]:
    return BASE | {"caps": {"points": caps}}


def assets(**caps: int) -> dict[str, Any]:
    return {
        "points": {"name": words("points"), "caps": caps},
        "stamps": {"name": words("stamps")},
    }


def earned(answer: Any) -> int:
    found: int = answer.get("earned", {}).get("points", 0)
    return found


def test_t1_sixty_four_at_once_get_exactly_what_the_caps_leave(opened: Opened) -> None:
    """Ten points each would be 640; of all together there are 125, of one member 33."""
    desk = opened(capped(total=125, per_member=33))
    members: list[str] = [join(desk) for _ in range(4)]
    asked = [buying(desk, member, ("bread", 1, 1_000)) for member in members * (CROWD // 4)]
    answers = [plain(answer) for answer in desk.at_once(asked)]
    by_member: dict[str, int] = {}
    for answer in answers:
        by_member[answer["member"]] = by_member.get(answer["member"], 0) + earned(answer)
    assert sum(by_member.values()) == 125
    assert max(by_member.values()) <= 33
    desk.verify()


def test_t1_a_cap_of_the_asset_holds_for_all_campaigns_together(opened: Opened) -> None:
    desk = opened(BASE, campaign("more", points(7), lane="points"), assets=assets(per_day=100))
    members: list[str] = [join(desk) for _ in range(8)]
    asked = [buying(desk, member, ("bread", 1, 1_000)) for member in members * (CROWD // 8)]
    assert sum(earned(plain(answer)) for answer in desk.at_once(asked)) == 100
    desk.wait(days=1)
    assert earned(buy(desk, members[0], ("bread", 1, 1_000))) == 17
    desk.verify()


@pytest.mark.parametrize(
    ("scope", "days", "expected"),
    [
        ("per_purchase", (0, 0, 1), (15, 15, 15)),
        ("per_member_per_day", (0, 0, 1), (15, 0, 15)),
        # From 2 March, noon: 31 March is still March, 1 April is not.
        ("per_member_per_month", (0, 29, 30), (15, 0, 15)),
        ("per_member_per_year", (0, 300, 305), (15, 0, 15)),
        ("per_member", (0, 1, 400), (15, 0, 0)),
    ],
)
def test_the_calendar_is_the_programs(
    opened: Opened, scope: str, days: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    desk = opened(capped(**{scope: 15}))
    anna, begun = join(desk), desk.now
    got = []
    for day in days:
        desk.now = begun + day * DAY
        got.append(earned(buy(desk, anna, ("bread", 2, 1_000))))
    assert tuple(got) == expected


def test_new_year_begins_where_the_program_is(opened: Opened) -> None:
    """23:30 UTC on 31 December is the new year in Warsaw."""
    desk = opened(capped(per_member_per_year=15))
    anna = join(desk)
    desk.now = 1_798_756_200  # 2026-12-31 22:30 UTC: half past eleven at night in Warsaw
    assert earned(buy(desk, anna, ("bread", 2, 1_000))) == 15
    desk.wait(seconds=3_600)
    assert earned(buy(desk, anna, ("bread", 2, 1_000))) == 15


@pytest.mark.parametrize(
    ("scope", "days", "expected"),
    [
        ("per_member_per_month", (0, 29, 30), (5, 0, 5)),
        ("per_member_per_year", (0, 300, 305), (5, 0, 5)),
    ],
)
def test_uses_by_month_and_year(
    opened: Opened, scope: str, days: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    desk = opened(campaign("five", points(5), lane="points", limits={scope: 1}))
    anna, begun = join(desk), desk.now
    got = []
    for day in days:
        desk.now = begun + day * DAY
        got.append(earned(buy(desk, anna, ("bread", 1, 100))))
    assert tuple(got) == expected


def test_what_was_left_out_is_said(opened: Opened) -> None:
    desk = opened(capped(per_member_per_day=15))
    anna = join(desk)
    first, second = (buy(desk, anna, ("bread", 2, 1_000)) for _ in range(2))
    assert first["reasons"] == [
        {"campaign": "base", "code": "applied", "figures": {"assets": {"points": 15}, "capped": 5}}
    ]
    assert second["reasons"] == [{"campaign": "base", "code": "capped", "figures": {"over": 20}}]


def test_discounts_go_on_where_points_have_ended(opened: Opened) -> None:
    both = campaign(
        "both", {"kind": "amount_off", "off_minor": 100}, points(10), lane="points",
        caps={"points": {"per_member": 10}},
    )  # fmt: skip
    desk = opened(both)
    anna = join(desk)
    told = [buy(desk, anna, ("bread", 1, 1_000)) for _ in range(2)]
    assert [answer["discount_minor"] for answer in told] == [100, 100]
    assert [earned(answer) for answer in told] == [10, 0]


def test_a_return_gives_back_what_it_no_longer_uses(opened: Opened) -> None:
    desk = opened(capped(per_member_per_day=15))
    anna = join(desk)
    bought = buy(desk, anna, ("bread", 2, 1_000))
    assert bring_back(desk, bought, (1, 1))["earned"] == {"points": -5}
    assert earned(buy(desk, anna, ("bread", 2, 1_000))) == 5
    bring_back(desk, bought)
    assert earned(buy(desk, anna, ("bread", 2, 1_000))) == 10


def test_other_activities_are_capped_too(opened: Opened) -> None:
    visit = campaign("visit", points(10), lane="points", trigger="visit")
    desk = opened(
        BASE | {"limits": {"total": 5}}, visit, assets=assets(per_member_per_day=25)
    )  # fmt: skip
    anna = join(desk)
    buy(desk, anna, ("bread", 1, 1_000))
    request = ActivityIn("visit", anna)
    got = [
        earned(desk.do(RecordActivity(request, desk.caller, key=None, at=desk.now)))
        for _ in range(3)
    ]
    assert got == [10, 5, 0]


CAPPED = (
    BASE | {"caps": {"points": {"per_purchase": 80, "per_member_per_day": 150}}},
    campaign("double", {"kind": "points_multiplier"}, lane="points",
             caps={"points": {"per_member_per_month": 60, "total": 1_000_000}}),
    campaign("units", {"kind": "fixed_points", "points": 3, "per": "unit", "asset": "stamps"},
             lane="points"),
)  # fmt: skip


@pytest.fixture(scope="module")
def capping(database_url: str) -> Any:
    changed = assets(per_member_per_day=180, per_member_per_year=100_000)
    with open_desk(database_url, shop(*CAPPED, assets=changed)) as desk:
        yield desk
        desk.verify()


baskets = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.integers(1, 4), st.integers(0, 9_000)),
    min_size=1, max_size=4,
).map(tuple)  # fmt: skip


@examples(30, 500)
@given(st.lists(baskets, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_t2_all_returned_the_counters_stand_as_before(
    capping: Desk, purchases: Any, order: Random
) -> None:
    anna = join(capping)
    before = state(capping, anna)
    made = [buy(capping, anna, *lines) for lines in purchases]
    assert sum(map(earned, made)) <= 180
    order.shuffle(made)
    for bought in made:
        if bought["lines"][0]["quantity"] > 1:
            bring_back(capping, bought, (1, 1))
        bring_back(capping, bought)
    assert state(capping, anna) == before
