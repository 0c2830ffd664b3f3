"""Hold, settle, void and lapse, each once (T9)."""

from uuid import UUID

import pytest

from regulars.ledger.book import HoldClosed
from tests.ledger.counter import DAY, Counter


@pytest.mark.parametrize("first", ["settle", "void", "lapse"])
@pytest.mark.parametrize("second", ["settle", "void"])
def test_t9_a_hold_is_closed_once(counter: Counter, first: str, second: str) -> None:
    counter.earn(100)
    hold = counter.hold(60, days=2)
    assert counter.has() == {"available": 40, "held": 60}
    if first == "lapse":
        counter.wait(2)
    else:
        getattr(counter, first)(hold)
    after = {"available": 40} if first == "settle" else {"available": 100}
    assert counter.has() == after
    with pytest.raises(HoldClosed):
        getattr(counter, second)(hold)
    counter.wait(5)
    assert counter.has() == after
    counter.check()


def test_t9_what_expired_while_it_was_held_expires_when_it_is_given_back(
    counter: Counter,
) -> None:
    counter.earn(100, valid=5)
    hold = counter.hold(60, days=10)
    counter.wait(5)
    assert (counter.has(), counter.expired()) == ({"held": 60}, 40)
    counter.wait(2)
    counter.void(hold)
    assert (counter.has(), counter.expired()) == ({}, 100)
    assert [p.at for p in counter.book.postings if p.kind == "expire"] == [5 * DAY, 7 * DAY]


def test_t9_what_expired_while_it_was_held_can_still_be_settled(counter: Counter) -> None:
    counter.earn(100, valid=5)
    hold = counter.hold(60, days=10)
    counter.wait(7)
    counter.settle(hold)
    assert (counter.has(), counter.expired()) == ({}, 40)


def test_t9_voiding_takes_effect_even_where_the_account_was_not_brought_up_to_date(
    counter: Counter,
) -> None:
    counter.earn(100, valid=5)
    hold = counter.hold(60, days=10)
    counter.today = 7
    counter.book.void(hold, now=counter.now, at=counter.now, activity_id=UUID(int=9))
    assert counter.has() == {}
    counter.check()
