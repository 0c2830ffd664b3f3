"""Expiry is paired with spending (T8), and nothing is spent before it is there (T7)."""

from uuid import UUID

import pytest

from regulars.ledger.book import InsufficientFunds
from tests.ledger.counter import DAY, POINTS, Counter


def test_t8_what_was_spent_does_not_expire(counter: Counter) -> None:
    counter.earn(100, valid=10)
    counter.earn(50, valid=20)
    counter.spend(80)
    counter.wait(10)
    assert (counter.has(), counter.expired()) == ({"available": 50}, 20)
    counter.wait(10)
    assert (counter.has(), counter.expired()) == ({}, 70)


def test_t8_the_earliest_expiry_is_used_first_and_undated_last(counter: Counter) -> None:
    undated, late, soon = counter.earn(10), counter.earn(10, valid=30), counter.earn(10, valid=3)
    counter.spend(15)
    left = {lot.activity_id: lot.remaining for lot in counter.book.lots[POINTS]}
    assert left == {soon: 0, late: 5, undated: 10}


def test_t8_an_expiry_is_dated_when_it_fell_due_however_late_it_is_noticed(
    counter: Counter,
) -> None:
    counter.earn(10, valid=3)
    counter.wait(90)
    assert [(p.kind, p.at) for p in counter.book.postings] == [("earn", 0), ("expire", 3 * DAY)]


def test_t8_the_last_instant_does_not_belong_to_the_validity(counter: Counter) -> None:
    counter.earn(10, valid=3)
    counter.book.bring_up_to_date(3 * DAY - 1, UUID(int=7))
    assert counter.has() == {"available": 10}
    counter.book.bring_up_to_date(3 * DAY, UUID(int=8))
    assert counter.has() == {}


def test_pending_points_cannot_be_spent_until_their_day_comes(counter: Counter) -> None:
    counter.earn(10, pending=14)
    with pytest.raises(InsufficientFunds, match="10 points were asked for, 0 are available"):
        counter.spend(10)
    counter.wait(14)
    counter.spend(10)
    assert counter.has() == {}


def test_nothing_earned_leaves_no_lot(counter: Counter) -> None:
    counter.earn(0)
    assert counter.book.lots == {}
    counter.check()


def test_t7_points_cannot_be_spent_before_they_exist(counter: Counter) -> None:
    with pytest.raises(InsufficientFunds):
        counter.spend(1)
    assert counter.book.postings == []
