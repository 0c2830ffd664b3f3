"""Points given to a cause, and points bought for money."""

import pytest

from regulars.ledger.book import InsufficientFunds
from regulars.points.limits import OutsideLimits
from regulars.points.operations import CauseClosed, NotForSale, UnknownCause
from regulars.points.queries import causes
from tests.desk import Desk, plain, refusals
from tests.points.counter import donate, expiring, has, join, lived, sell


def given(desk: Desk, cause: str = "shelter") -> tuple[int, bool]:
    _, program = desk.context.revisions.at(desk.now)
    found = desk.read(causes(desk.program_id, program, "pl")).causes
    (one,) = [one for one in found if one.cause == cause]
    return one.given, one.open


def test_a_cause_is_given_points_and_counts_them(desk: Desk) -> None:
    anna, boris = join(desk, ("points", 100)), join(desk, ("points", 100))
    assert desk.do(donate(desk, anna, 30))["total"] == 30
    assert desk.do(donate(desk, boris, 12))["total"] == 42
    assert (has(desk, anna), given(desk)) == (70, (42, True))
    desk.verify()


def test_what_cannot_be_given_is_refused(desk: Desk) -> None:
    anna = join(desk, ("points", 100))
    for operation, problem, said in (
        (donate(desk, anna, 10, "shleter"), UnknownCause, "shleter"),
        (donate(desk, anna, 10, "forest"), CauseClosed, "no more donations"),
        (donate(desk, anna, 4), OutsideLimits, "At least 5 points"),
        (donate(desk, anna, 101), InsufficientFunds, "Available: 100 points"),
    ):
        with pytest.raises(problem, match=said):
            desk.do(operation)
    assert (has(desk, anna), given(desk)) == (100, (0, True))


def test_t1_a_cause_takes_exactly_what_it_asked_for_however_many_give_at_once(desk: Desk) -> None:
    members = [join(desk, ("points", 300)) for _ in range(8)]
    answers = desk.at_once([donate(desk, member, 150) for member in members])
    assert len(refusals(answers)) == 2
    assert given(desk) == (900, True)
    with pytest.raises(CauseClosed, match="no more than 100 points"):
        desk.do(donate(desk, members[0], 101))
    desk.do(donate(desk, members[0], 100))
    assert given(desk) == (1_000, False)
    with pytest.raises(CauseClosed):
        desk.do(donate(desk, members[1], 5))
    desk.verify()


def test_t11_a_donation_is_answered_again_as_it_was(desk: Desk) -> None:
    anna = join(desk, ("points", 100))
    operation = donate(desk, anna, 30)
    first = desk.do(operation)
    desk.do(donate(desk, anna, 20))
    (again,) = desk.batch(operation)
    assert (plain(again), given(desk)) == (first, (50, True))


def test_points_are_sold_at_the_programs_price(desk: Desk) -> None:
    anna = join(desk)
    answer = desk.do(sell(desk, anna, 300, 750))
    assert (answer["paid_minor"], has(desk, anna)) == (750, 300)
    assert expiring(desk, anna) == [("2026-05-01", 300)]
    assert lived(desk, anna)[0].paid_minor == 750
    for operation, problem, said in (
        (sell(desk, anna, 300, 700), NotForSale, "7.50"),
        (sell(desk, anna, 150, 375), NotForSale, "multiples of 100 points"),
        (sell(desk, anna, 100, 250, "stamps"), NotForSale, "stamps"),
        (sell(desk, anna, 800, 2_000), OutsideLimits, "this month: 700 points"),
    ):
        with pytest.raises(problem, match=said):
            desk.do(operation)
    assert has(desk, anna) == 300
    desk.verify()
