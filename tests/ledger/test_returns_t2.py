"""What is brought back was never earned (T2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.counter import Counter


def test_t2_returning_all_is_as_if_never_earned(counter: Counter) -> None:
    purchase = counter.earn(100, pending=14, valid=30)
    counter.bring_back(purchase, 100)
    assert (counter.has(), counter.total("issued")) == ({}, 0)


def test_t2_also_after_it_has_expired(counter: Counter) -> None:
    purchase = counter.earn(100, valid=5)
    counter.earn(50)
    counter.wait(6)
    counter.bring_back(purchase, 100)
    assert counter.has() == {"available": 50}
    assert (counter.total("issued"), counter.expired()) == (-50, 0)


def test_t2_also_after_it_was_spent_and_the_next_credit_repays(counter: Counter) -> None:
    purchase = counter.earn(100)
    counter.spend(100)
    counter.bring_back(purchase, 100)
    assert counter.has() == {"owed": 100}
    counter.earn(30)
    assert counter.has() == {"owed": 70}
    counter.earn(90, pending=3)
    assert counter.has() == {"pending": 20}
    counter.check()


def test_t2_partly_spent_partly_expired(counter: Counter) -> None:
    purchase = counter.earn(100, valid=5)
    counter.spend(40)
    counter.wait(5)
    counter.bring_back(purchase, 100)
    assert (counter.has(), counter.expired()) == ({"owed": 40}, 0)


def test_t2_written_off_where_the_policy_says_so(counter: Counter) -> None:
    purchase = counter.earn(100)
    counter.spend(70)
    counter.bring_back(purchase, 100, clamp=True)
    assert (counter.has(), counter.total("written_off")) == ({}, -70)
    counter.check()


def test_t2_bit_by_bit_is_all_at_once(counter: Counter) -> None:
    purchase = counter.earn(100, valid=9)
    counter.spend(30)
    for part in (10, 20, 30, 40):
        counter.bring_back(purchase, part)
    assert (counter.has(), counter.total("issued")) == ({"owed": 30}, 0)
    counter.check()


@given(
    valid=st.none() | st.integers(1, 10),
    pending=st.integers(0, 5),
    amount=st.integers(1, 100),
    moment=st.integers(0, 8),
    deeds=st.lists(
        st.tuples(st.sampled_from(["earn", "spend", "wait"]), st.integers(1, 60)), max_size=8
    ),
)
def test_t2_as_if_never_earned_whatever_happened_between(
    valid: int | None, pending: int, amount: int, moment: int, deeds: list[tuple[str, int]]
) -> None:
    """Two members do the same; one also buys something and brings it back in the end."""
    plain, other = Counter(), Counter()
    purchase = None
    for number, (deed, size) in enumerate([*deeds, ("wait", 1)]):
        if number == min(moment, len(deeds)):
            purchase = other.earn(amount, pending=pending, valid=valid)
        for counter in (plain, other):
            counter.activity()
        if deed == "wait":
            plain.wait(size % 7)
            other.wait(size % 7)
        elif deed == "earn":
            plain.earn(size)
            other.earn(size)
        elif size <= plain.has().get("available", 0):
            plain.spend(size)
            other.spend(size)
    assert purchase is not None
    other.bring_back(purchase, amount)
    other.check()
    assert other.has() == plain.has()
    assert other.expired() == plain.expired()


@pytest.mark.parametrize("days", [1, 20], ids=["in time", "after the points have expired"])
@pytest.mark.parametrize("end", ["void", "lapse"])
def test_t2_points_of_a_returned_purchase_do_not_come_back_out_of_a_hold(
    counter: Counter, days: int, end: str
) -> None:
    """Reserve, bring the goods back, cancel the reward: nothing may be left to spend."""
    purchase = counter.earn(100, valid=10)
    hold = counter.hold(100, days=days)
    counter.bring_back(purchase, 100)
    assert counter.has() == {"held": 100, "owed": 100}
    if end == "void":
        counter.void(hold)
    else:
        counter.wait(days)
    assert counter.has() == {}
    counter.check()
