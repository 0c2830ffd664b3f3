"""Streaks follow the local calendar of the program (T15), survive freezes, and climb."""

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.desk import Desk
from tests.progress.games import badges, moved
from tests.progress.test_challenges import points, shown
from tests.purchases.shop import bring_back, buy, buying, join

SOFIA = ZoneInfo("Europe/Sofia")


def on(desk: Desk, *wall: int) -> None:
    """The clock shows this in Sofia."""
    desk.now = int(datetime(*wall, tzinfo=SOFIA).timestamp())  # type: ignore[arg-type,misc]


def length(desk: Desk, member: str, name: str = "daily") -> int:
    (found,) = [one for one in shown(desk, member).streaks if one.id == name]
    return int(found.length)


def test_t15_days_begin_at_local_midnight_also_of_23_and_25_hours(desk: Desk) -> None:
    """28 March 2027 has 23 hours in Sofia, 31 October 2027 has 25."""
    for month, day in ((3, 27), (10, 30)):
        anna = join(desk)
        for wall in ((month, day, 23, 59), (month, day + 1, 0, 1), (month, day + 1, 23, 59)):
            on(desk, 2027, *wall)
            buy(desk, anna, ("milk", 1, 100))
        assert length(desk, anna) == 2
        desk.wait(seconds=120)
        assert length(desk, anna) == 2, "the day after can still go on with it"
        buy(desk, anna, ("milk", 1, 100))
        assert length(desk, anna) == 3


def test_t15_months_are_calendar_months(desk: Desk) -> None:
    anna = join(desk)
    for wall in ((2028, 1, 31, 12), (2028, 2, 29, 12)):
        on(desk, *wall)
        told = buy(desk, anna, ("milk", 1, 50))
    assert moved(told, "streak", "monthly")[-1] == (
        "reached", {"length": 2, "voucher": "cake", "vouchers": 1}
    )  # fmt: skip
    on(desk, 2028, 4, 30, 23)
    assert length(desk, anna, "monthly") == 0, "March was missed"


def test_lengths_are_rewarded_once_or_again_and_a_purchase_too_small_does_not_count(
    desk: Desk,
) -> None:
    anna = join(desk)
    on(desk, 2029, 5, 1, 12)
    gained = []
    for _ in range(4):
        buy(desk, anna, ("milk", 1, 50))
        before = points(desk, anna)
        told = buy(desk, anna, ("milk", 1, 99), ("bread", 1, 1))
        weekly = sum(
            figures.get("assets", {}).get("points", 0)
            for _, figures in moved(told, "challenge", "weekly")
        )
        gained.append(points(desk, anna) - before - weekly - 1)
        desk.wait(days=1)
    assert gained == [0, 1, 30, 1]
    assert "faithful" in badges(desk, anna)


def test_one_missed_day_is_frozen_and_the_second_ends_it(desk: Desk) -> None:
    anna = join(desk)
    on(desk, 2030, 5, 1, 12)
    lengths = []
    for days in (1, 2, 1, 2):
        buy(desk, anna, ("milk", 1, 100))
        lengths.append(length(desk, anna))
        desk.wait(days=days)
    buy(desk, anna, ("milk", 1, 100))
    assert [*lengths, length(desk, anna)] == [1, 2, 3, 4, 1]


def test_a_return_breaks_it_and_takes_the_prize(desk: Desk) -> None:
    anna = join(desk)
    on(desk, 2031, 5, 5, 12)
    made = []
    for _ in range(4):
        made.append(buy(desk, anna, ("milk", 2, 100)))
        desk.wait(days=1)
    back = bring_back(desk, made[1], (1, 1))
    assert moved(back, "streak", "daily") == [], "something of it is kept"
    back = bring_back(desk, made[1])
    assert ("taken_back", {"assets": {"points": 1}}) in moved(back, "streak", "daily")
    assert "faithful" in badges(desk, anna), "one missed day is frozen"
    bring_back(desk, made[2])
    assert "faithful" not in badges(desk, anna)


def test_the_order_in_which_tills_send_does_not_matter(desk: Desk) -> None:
    """A till was offline: its purchase of the day between comes last (T10)."""
    anna, ben = join(desk), join(desk)
    on(desk, 2032, 5, 5, 12)
    days = [desk.now + n * 86_400 for n in range(5)]
    desk.now = days[-1]
    for member, order in ((anna, (0, 1, 2, 3, 4)), (ben, (4, 0, 3, 1, 2))):
        for n in order:
            desk.do(buying(desk, member, ("milk", 1, 100), at=days[n]))
    assert length(desk, anna) == length(desk, ben) == 5
    assert points(desk, anna) == points(desk, ben)
