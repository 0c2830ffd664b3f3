"""Points that live as long as their member does something, and points that wait for an activity."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.activities.operations import BringUpToDate
from regulars.kit.problems import Problem
from regulars.members.queries import balances
from regulars.purchases.operations import RecordActivity
from regulars.purchases.wire import ActivityIn
from tests.corner import words
from tests.desk import Desk, open_desk
from tests.lengths import examples
from tests.purchases.shop import (
    BASE,
    balance,
    bring_back,
    buy,
    campaign,
    join,
    points,
    quoting,
    shop,
    spend,
    state,
)

Opened = Callable[..., Desk]
SLIDING = {
    "points": {
        "name": words("points"),
        "expires": {"days": 10, "prolonged_by": ["purchase", "visit"]},
        "pays": {"minor": 1},
    }
}
WAITING = {"points": {"name": words("points"), "pending_until": "delivered"}}
VISIT = campaign("visit", points(1), lane="points", trigger="visit")


def do(desk: Desk, member: str, type: str, **more: Any) -> Any:
    request = ActivityIn(type, member, **more)
    return desk.do(RecordActivity(request, desk.caller, key=None, at=desk.now))


def delivered(desk: Desk, member: str, purchase: Any) -> Any:
    return do(desk, member, "delivered", purchase=UUID(purchase["id"]))


def told(desk: Desk, member: str) -> Any:
    kind, _, value = member.partition(":")
    return desk.read(balances(desk.program_id, (kind, value), desk.now, "Europe/Warsaw"))


def test_every_activity_prolongs_everything(opened: Opened) -> None:
    desk = opened(BASE, VISIT, assets=SLIDING)
    anna = join(desk)
    buy(desk, anna, ("bread", 1, 10_000))
    for _ in range(5):
        desk.wait(days=9)
        do(desk, anna, "visit")
    assert balance(desk, anna)[1] == 105
    (asset,) = told(desk, anna).assets
    assert [(e.last_day.isoformat(), e.amount) for e in asset.expiring] == [("2026-04-26", 105)]
    desk.wait(days=11)
    assert told(desk, anna).assets[0].available == 0
    do(desk, anna, "visit")
    assert balance(desk, anna)[1] == 1
    desk.verify()


def test_another_activity_prolongs_nothing(opened: Opened) -> None:
    desk = opened(BASE, VISIT, assets=SLIDING)
    anna = join(desk)
    buy(desk, anna, ("bread", 1, 10_000))
    desk.wait(days=9)
    do(desk, anna, "review")
    desk.wait(days=2)
    do(desk, anna, "visit")
    assert balance(desk, anna)[1] == 1
    desk.verify()


def test_what_is_held_is_prolonged_with_the_rest(opened: Opened) -> None:
    desk = opened(BASE, VISIT, assets=SLIDING)
    anna = join(desk)
    buy(desk, anna, ("bread", 1, 10_000))
    desk.do(quoting(desk, anna, ("milk", 1, 100), pay_with={"points": 100}, hold_seconds=86_400))
    desk.wait(seconds=80_000)
    do(desk, anna, "visit")
    desk.wait(days=10)
    do(desk, anna, "visit")
    assert balance(desk, anna) == (0, 102, 0, 0)
    desk.verify()


def test_what_paid_and_came_back_lives_as_if_never_used(opened: Opened) -> None:
    desk = opened(BASE, VISIT, assets=SLIDING)
    anna = join(desk)
    buy(desk, anna, ("bread", 1, 10_000))
    bought = buy(desk, anna, ("milk", 1, 50), pay_with={"points": "most"})
    desk.wait(days=8)
    do(desk, anna, "visit")
    desk.wait(days=8)
    bring_back(desk, bought)
    assert balance(desk, anna) == (0, 101, 0, 0)
    desk.verify()


def test_points_wait_for_the_delivery(opened: Opened) -> None:
    desk = opened(BASE, assets=WAITING)
    anna = join(desk)
    first, second = (buy(desk, anna, ("bread", 1, 1_000)) for _ in range(2))
    desk.wait(days=400)
    assert balance(desk, anna) == (20, 0, 0, 0)
    assert told(desk, anna).assets[0].maturing == []
    delivered(desk, anna, first)
    assert balance(desk, anna) == (10, 10, 0, 0)
    delivered(desk, anna, first)
    bring_back(desk, second)
    assert balance(desk, anna) == (0, 10, 0, 0)
    delivered(desk, anna, second)
    bring_back(desk, first)
    assert balance(desk, anna) == (0, 0, 0, 0)
    desk.verify()


def test_some_days_after_the_delivery(opened: Opened) -> None:
    desk = opened(BASE, assets={"points": WAITING["points"] | {"pending_days": 14}})
    anna = join(desk)
    bought = buy(desk, anna, ("bread", 1, 1_000))
    desk.wait(days=3)
    delivered(desk, anna, bought)
    desk.wait(days=13)
    assert told(desk, anna).assets[0].pending == 10
    desk.wait(days=1)
    assert told(desk, anna).assets[0].available == 10
    desk.verify()


def test_a_part_returned_after_the_delivery(opened: Opened) -> None:
    """Kept goods that earn more than before earn it at once: they are delivered."""
    fewer = campaign(
        "fewer", points(30), lane="points",
        when=[{"kind": "not", "condition": {"kind": "basket_quantity", "at_least": 2}}],
    )  # fmt: skip
    desk = opened(BASE, fewer, assets=WAITING)
    anna = join(desk)
    bought = buy(desk, anna, ("bread", 2, 1_000))
    delivered(desk, anna, bought)
    bring_back(desk, bought, (1, 1))
    assert balance(desk, anna) == (0, 40, 0, 0)
    bring_back(desk, bought)
    assert balance(desk, anna) == (0, 0, 0, 0)
    desk.verify()


def test_delivered_in_the_batch_of_the_purchase_and_only_ones_own(opened: Opened) -> None:
    desk = opened(BASE, assets=WAITING)
    anna, eve = join(desk), join(desk)
    bought = buy(desk, anna, ("bread", 1, 1_000))
    with pytest.raises(Problem, match="no purchase of this id"):
        delivered(desk, eve, bought)
    do(desk, anna, "called", purchase=UUID(bought["id"]))
    assert balance(desk, anna) == (10, 0, 0, 0)


def test_from_a_day_on(opened: Opened) -> None:
    """The desk begins on 2 March."""
    points = {"name": words("points"), "usable_from": "2026-03-10"}
    desk = opened(BASE, assets={"points": points})
    anna = join(desk)
    buy(desk, anna, ("bread", 1, 1_000))
    desk.wait(days=7)
    assert told(desk, anna).assets[0].pending == 10
    desk.wait(days=1)
    assert told(desk, anna).assets[0].available == 10
    buy(desk, anna, ("bread", 1, 1_000))
    assert balance(desk, anna) == (0, 20, 0, 0)


@pytest.fixture(scope="module")
def both(database_url: str) -> Iterator[Desk]:
    assets = {
        "points": SLIDING["points"],
        "stamps": {
            "name": words("stamps"),
            "pending_until": "delivered",
            "expires": {"days": 7, "prolonged_by": ["visit"]},
            "pays": {"minor": 10},
        },
    }
    stamps = campaign(
        "stamps", {"kind": "points_per_spend", "per_minor": 1_000, "asset": "stamps"}, lane="points"
    )
    with open_desk(database_url, shop(BASE, VISIT, stamps, assets=assets)) as desk:
        yield desk
        desk.verify()


deeds = st.lists(
    st.tuples(st.integers(0, 11), st.sampled_from(["buy", "visit", "spend", "review"])),
    min_size=1, max_size=9,
)  # fmt: skip


@examples(30, 500)
@given(deeds)
def test_the_balance_is_what_the_last_activity_left(both: Desk, did: list[Any]) -> None:
    """The model: everything is gone ten days after the last purchase or visit, nothing before."""
    anna, has, idle = join(both), 0, 0
    for wait, deed in did:
        both.wait(days=wait)
        idle += wait
        has = has if idle <= 10 else 0
        if deed == "buy":
            has += buy(both, anna, ("bread", 1, 700))["earned"]["points"]
        elif deed == "spend" and has:
            spend(both, anna, 1)
            has -= 1
        elif deed in ("visit", "review"):
            has += do(both, anna, deed).get("earned", {}).get("points", 0)
        idle = 0 if deed in ("buy", "visit") else idle
        assets = {asset.asset: asset.available for asset in told(both, anna).assets}
        assert assets.get("points", 0) == has


@examples(30, 500)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.integers(0, 9_999)), min_size=1,
                max_size=5), st.randoms(use_true_random=False))  # fmt: skip
def test_t2_all_returned_however_far_it_got(both: Desk, bought: list[Any], order: Any) -> None:
    anna = join(both)
    do(both, anna, "visit")
    before = state(both, anna, "figures")["accounts"]
    made = []
    for wait, arrived, amount in bought:
        made.append(buy(both, anna, ("bread", 2, amount)))
        both.wait(days=wait)
        if arrived:
            delivered(both, anna, made[-1])
    order.shuffle(made)
    for one in made:
        bring_back(both, one, (1, 1))
        bring_back(both, one)
    assert state(both, anna)["accounts"] == before


def test_the_worker_finds_what_activity_has_moved_on(opened: Opened) -> None:
    """The account knows of the old day; nothing expires then, and all of it on the new one."""
    desk = opened(BASE, VISIT, assets=SLIDING)
    anna = join(desk)
    bought = buy(desk, anna, ("bread", 1, 10_000))
    desk.wait(days=8)
    do(desk, anna, "visit")
    for days, left in ((3, 101), (7, 101), (1, 0)):
        desk.wait(days=days)
        desk.batch(BringUpToDate([UUID(bought["member"])]))
        assert balance(desk, anna)[1] == left
    desk.verify()
