"""Stamp cards: stamps are an asset, full cards give prizes, returns reopen them."""

from collections.abc import Callable
from typing import Any

from tests.desk import Desk
from tests.progress.games import badges, moved
from tests.purchases.shop import balance, bring_back, buy, join, state


def coffees(desk: Desk, member: str, count: int) -> Any:
    return buy(desk, member, ("coffee", count, 0))


def vouchers(desk: Desk, member: str, definition: str = "coffee") -> int:
    return sum(row[0] == definition for row in state(desk, member)["vouchers"])


def test_a_full_card_gives_its_prize_and_begins_anew(desk: Desk) -> None:
    anna = join(desk)
    assert moved(coffees(desk, anna, 4), "stamp_card", "coffee") == []
    bought = coffees(desk, anna, 2)
    ((code, figures),) = moved(bought, "stamp_card", "coffee")
    assert code == "full"
    assert (figures["left"], figures["assets"], figures["voucher"]) == (1, {"points": 10}, "coffee")
    assert [given["voucher"] for given in bought["vouchers"]] == ["coffee"]
    assert balance(desk, anna, "stamps") == (0, 1, 0, 0)


def test_several_cards_at_a_time(desk: Desk) -> None:
    anna = join(desk)
    bought = coffees(desk, anna, 13)
    assert len(moved(bought, "stamp_card", "coffee")) == 2
    assert balance(desk, anna, "stamps") == (0, 3, 0, 0)
    assert vouchers(desk, anna) == 2
    assert "drinker" in badges(desk, anna)
    back = bring_back(desk, bought, (1, 4))
    assert moved(back, "stamp_card", "coffee") == [("reopened", {"size": 5})]
    assert back["vouchers_withdrawn"] == 1
    assert balance(desk, anna, "stamps") == (0, 4, 0, 0)
    assert "drinker" not in badges(desk, anna)


def test_a_prize_that_was_used_stays_and_the_stamps_are_owed(desk: Desk) -> None:
    anna = join(desk)
    bought = coffees(desk, anna, 5)
    code = bought["vouchers"][0]["code"]
    free = buy(desk, anna, ("bread", 1, 50), ("coffee", 1, 0), codes=(code,))
    assert free["codes"][0]["status"] == "not_used", "a coffee for nothing cannot be reduced"
    buy(desk, anna, ("coffee", 1, 700), codes=(code,))
    back = bring_back(desk, bought)
    assert moved(back, "stamp_card", "coffee") == [("owed", {"missing": 3})]
    assert balance(desk, anna, "stamps") == (0, 0, 0, 3)
    coffees(desk, anna, 4)
    assert balance(desk, anna, "stamps") == (0, 1, 0, 0)


def test_by_policy_a_full_card_stays_full(opened: Callable[..., Desk]) -> None:
    card = {"size": 5, "gives": {"voucher": "coffee"}, "on_return": "keep"}
    desk = opened(stamp_cards={"coffee": card}, badges={})
    anna = join(desk)
    bought = coffees(desk, anna, 5)
    bring_back(desk, bought)
    assert balance(desk, anna, "stamps") == (0, 0, 0, 5)
    assert vouchers(desk, anna) == 1


def test_stamps_expire_and_a_reopened_card_has_the_same_ends(desk: Desk) -> None:
    anna = join(desk)
    coffees(desk, anna, 4)
    desk.wait(days=20)
    second = coffees(desk, anna, 2)
    assert balance(desk, anna, "stamps") == (0, 1, 0, 0)
    bring_back(desk, second)
    assert balance(desk, anna, "stamps") == (0, 4, 0, 0)
    desk.wait(days=11)
    buy(desk, anna, ("milk", 1, 0))
    assert balance(desk, anna, "stamps") == (0, 0, 0, 0)
    desk.verify()
