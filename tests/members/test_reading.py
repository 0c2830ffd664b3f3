"""What a member has, what expires when, and what happened: true as of now, written or not."""

from datetime import date
from uuid import UUID

import pytest

from regulars.identifiers.resolve import resolve
from regulars.members.operations import Join
from regulars.members.queries import Happened, balances, history
from regulars.members.wire import AssetOut, ExpiringOut, IdentifierIn, JoinIn, MaturingOut
from tests.desk import DAY, Desk, Give

CARD = ("card", "2900000000000007")


@pytest.fixture(autouse=True)
def anna(desk: Desk) -> UUID:
    request = JoinIn((IdentifierIn(*CARD),))
    return UUID(desk.do(Join(request, desk.caller, key=desk.key(), at=desk.now))["id"])


def points(desk: Desk) -> AssetOut:
    found = desk.read(balances(desk.program_id, CARD, desk.now, "Europe/Warsaw"))
    (asset,) = found.assets
    assert isinstance(asset, AssetOut)
    return asset


def page(desk: Desk, before: UUID | None = None, limit: int = 100) -> list[Happened]:
    found: list[Happened] = desk.read(history(desk.program_id, CARD, before=before, limit=limit))
    return found


def midnight(desk: Desk, days: int) -> int:
    """The start of the local day in so many days (Warsaw, one hour ahead of UTC until 29 March)."""
    return desk.now - 13 * 3600 + days * DAY


def test_t8_the_list_says_what_expires_when_by_the_last_day_it_can_be_used(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 10, expires_at=midnight(desk, 2)))
    desk.do(Give(CARD, "points", 20, expires_at=midnight(desk, 2)))
    desk.do(Give(CARD, "points", 30, expires_at=midnight(desk, 9)))
    desk.do(Give(CARD, "points", 40))
    found = points(desk)
    assert found.available == 100
    assert found.expiring == [
        ExpiringOut(date(2026, 3, 3), 30),
        ExpiringOut(date(2026, 3, 10), 30),
    ]


def test_what_is_pending_is_said_with_its_first_day(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 10, available_at=midnight(desk, 14)))
    found = points(desk)
    assert (found.available, found.pending) == (0, 10)
    assert found.maturing == [MaturingOut(date(2026, 3, 16), 10)]


def test_balances_are_as_of_now_though_nothing_was_written(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 10, expires_at=midnight(desk, 2)))
    desk.do(Give(CARD, "points", 20, available_at=midnight(desk, 2)))
    assert (points(desk).available, points(desk).pending) == (10, 20)
    desk.wait(days=2)
    assert (points(desk).available, points(desk).pending) == (20, 0)
    stored = desk.connection.execute(
        "select available, pending from account where program_id = %s", (desk.program_id,)
    ).fetchall()
    assert stored == [(10, 20)]
    desk.verify()


def test_history_is_told_newest_first_page_by_page(desk: Desk) -> None:
    for amount in range(1, 8):
        desk.do(Give(CARD, "points", amount))
        desk.wait(seconds=1)
    told = [item.amounts[0][2] for item in page(desk) if item.amounts]
    assert told == [7, 6, 5, 4, 3, 2, 1]
    paged: list[UUID] = []
    before = None
    while found := page(desk, before, 3):
        paged += [item.id for item in found]
        before = found[-1].id
    assert paged == [item.id for item in page(desk)]


def test_several_of_one_second_are_told_apart(desk: Desk) -> None:
    desk.batch(*(Give(CARD, "points", amount) for amount in (1, 2, 3)))
    assert [item.amounts for item in page(desk)] == [
        [("earn", "points", 3)], [("earn", "points", 2)], [("earn", "points", 1)], [],
    ]  # fmt: skip


def test_a_member_without_anything_has_nothing(desk: Desk) -> None:
    found = desk.read(balances(desk.program_id, resolve("2900000000000007"), desk.now, "UTC"))
    assert found.assets == []
    assert [item.kind for item in page(desk)] == ["join"]
