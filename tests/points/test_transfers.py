"""Points given to another member: limited, whole, each once (T9, T11, T13)."""

from typing import Any

import pytest

from regulars.kit.problems import Invalid
from regulars.ledger.book import InsufficientFunds
from regulars.ledger.records import NEVER
from regulars.members.known import MemberBlocked, UnknownMember
from regulars.members.operations import BlockMember
from regulars.members.refusals import UnknownAsset
from regulars.members.wire import BlockIn
from regulars.points.limits import OutsideLimits
from regulars.points.operations import NotTransferable
from tests.desk import DAY, Desk, Give, open_desk, plain, refusals
from tests.points.counter import (
    DOCUMENT,
    correct,
    expiring,
    has,
    join,
    lived,
    send,
    state,
)


def test_what_one_gives_the_other_has(desk: Desk) -> None:
    anna, boris = join(desk, ("points", 100)), join(desk)
    answer = desk.do(send(desk, anna, boris, 30))
    assert (answer["amount"], answer["balances"]["points"]["available"]) == (30, 70)
    assert (has(desk, anna), has(desk, boris)) == (70, 30)
    desk.verify()


def test_the_receivers_points_expire_when_the_senders_would_have(desk: Desk) -> None:
    anna, boris = join(desk, ("points", 30), expires_at=desk.now + 5 * DAY), join(desk)
    card = ("card", anna.removeprefix("card:"))
    desk.do(Give(card, "points", 30, expires_at=desk.now + 9 * DAY))
    desk.do(Give(card, "points", 30, expires_at=desk.now + 5 * DAY))
    desk.do(Give(card, "points", 30, expires_at=NEVER))
    desk.do(send(desk, anna, boris, 100))
    assert expiring(desk, boris) == [("2026-03-07", 60), ("2026-03-11", 30)]
    assert expiring(desk, anna) == []
    desk.wait(days=10)
    assert (has(desk, anna), has(desk, boris)) == (20, 10)
    desk.do(send(desk, boris, anna, 10))
    assert has(desk, anna) == 30
    desk.verify()


def test_unless_the_document_says_that_they_begin_anew(desk: Desk) -> None:
    anna, boris = join(desk, ("stamps", 12), expires_at=desk.now + DAY), join(desk)
    desk.do(send(desk, anna, boris, 10, "stamps"))
    assert has(desk, anna, "stamps") == 0, "the fee is one, and ten percent"
    assert expiring(desk, boris, "stamps") == []
    desk.wait(days=2)
    assert has(desk, boris, "stamps") == 10
    desk.verify()


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (9, "At least 10 points"),
        (501, "At most 500 points at once"),
        (301, "Available: 300 points"),
    ],
)
def test_too_little_and_too_much_are_refused_in_three_languages(
    desk: Desk, amount: int, said: str
) -> None:
    anna, boris = join(desk, ("points", 300)), join(desk)
    with pytest.raises((OutsideLimits, InsufficientFunds), match=said) as refused:
        desk.do(send(desk, anna, boris, amount))
    told: dict[str, str] = refused.value.extra["told"]
    assert set(told) == {"en", "pl", "bg"}
    assert "punktów" in told["pl"]
    assert "точки" in told["bg"]
    assert (has(desk, anna), has(desk, boris)) == (300, 0)


def test_a_day_a_month_and_a_year_have_their_limits(desk: Desk) -> None:
    anna, boris = join(desk, ("points", 5_000)), join(desk)
    desk.do(send(desk, anna, boris, 400))
    with pytest.raises(OutsideLimits, match="today: 200 points"):
        desk.do(send(desk, anna, boris, 201))
    desk.do(send(desk, anna, boris, 200))
    desk.wait(days=1)
    with pytest.raises(OutsideLimits, match="this month: 300 points"):
        desk.do(send(desk, anna, boris, 301))
    desk.wait(days=30)
    with pytest.raises(OutsideLimits, match="this year: 400 points"):
        desk.do(send(desk, anna, boris, 401))
    desk.do(send(desk, anna, boris, 400))
    with pytest.raises(OutsideLimits, match="this year: 0 points"):
        desk.do(send(desk, anna, boris, 10))
    desk.do(send(desk, boris, anna, 10))
    desk.wait(days=300)
    desk.do(send(desk, anna, boris, 500))
    desk.verify()


def test_who_and_what_must_be_known_and_allowed(desk: Desk) -> None:
    anna, boris = join(desk, ("points", 100), ("miles", 50)), join(desk)
    refused: list[tuple[Any, type[Exception]]] = [
        (send(desk, anna, boris, 10, "milse"), UnknownAsset),
        (send(desk, anna, boris, 10, "miles"), NotTransferable),
        (send(desk, anna, anna, 10), Invalid),
        (send(desk, anna, "card:2900000000000007", 10), UnknownMember),
    ]
    for operation, problem in refused:
        with pytest.raises(problem):
            desk.do(operation)
    desk.do(BlockMember(boris, BlockIn(), desk.caller, key=desk.key(), at=desk.now))
    with pytest.raises(MemberBlocked):
        desk.do(send(desk, anna, boris, 10))
    assert has(desk, anna) == 100


def test_t11_sent_twice_it_is_given_once(desk: Desk) -> None:
    anna, boris = join(desk, ("points", 100)), join(desk)
    operation = send(desk, anna, boris, 60)
    first = desk.do(operation)
    (again,) = desk.batch(operation)
    assert (plain(again), again.replayed) == (first, True)
    assert (has(desk, anna), has(desk, boris)) == (40, 60)


def test_in_one_batch_what_was_received_can_be_given_on(desk: Desk) -> None:
    """The second transfer meets the lots of the first, which no database has seen yet."""
    anna, boris, vera = join(desk, ("points", 100)), join(desk), join(desk)
    answers = desk.batch(
        send(desk, anna, boris, 100), send(desk, boris, vera, 70), send(desk, vera, anna, 50)
    )
    assert refusals(answers) == []
    assert [has(desk, who) for who in (anna, boris, vera)] == [50, 30, 20]
    desk.verify()


def test_t13_both_ways_at_once_nothing_is_lost_and_nobody_waits_for_ever(desk: Desk) -> None:
    anna, boris = join(desk, ("points", 300)), join(desk, ("points", 300))
    operations = [send(desk, *((anna, boris) if n % 2 else (boris, anna)), 10) for n in range(32)]
    answers = desk.at_once(operations)
    assert [answer.bug for answer in answers if answer.bug] == []
    assert refusals(answers) == []
    assert (has(desk, anna), has(desk, boris)) == (300, 300)
    desk.verify()


def test_t13_the_same_points_are_given_to_one_of_many(desk: Desk) -> None:
    anna, others = join(desk, ("points", 50)), [join(desk) for _ in range(16)]
    answers = desk.at_once([send(desk, anna, other, 50) for other in others])
    assert len(refusals(answers)) == 15
    assert all(isinstance(problem, InsufficientFunds) for problem in refusals(answers))
    assert sorted(has(desk, other) for other in others) == [0] * 15 + [50]
    desk.verify()


def test_t13_the_limit_of_the_day_is_exact_with_many_at_once(desk: Desk) -> None:
    anna, boris = join(desk, ("points", 5_000)), join(desk)
    answers = desk.at_once([send(desk, anna, boris, 100) for _ in range(12)])
    assert len(refusals(answers)) == 6
    assert has(desk, boris) == 600


def test_t9_a_refused_transfer_leaves_nothing_behind(desk: Desk) -> None:
    """Both books, the limits and the log are as before, also beside others in a batch."""
    anna, boris = join(desk, ("points", 50)), join(desk, ("points", 20))
    answers = desk.batch(
        send(desk, anna, boris, 60), send(desk, boris, anna, 20), send(desk, boris, anna, 10)
    )
    assert [type(problem) for problem in refusals(answers)] == [InsufficientFunds] * 2
    assert (has(desk, anna), has(desk, boris)) == (70, 0)
    assert [one.kind for one in lived(desk, anna)].count("transfer") == 1
    assert [one.kind for one in lived(desk, boris)].count("transfer") == 1
    desk.verify()


def test_what_is_owed_is_repaid_by_what_is_received(database_url: str) -> None:
    document = DOCUMENT.replace("per_staff_per_day: 500", "on_short: owe")
    with open_desk(database_url, document) as desk:
        anna, boris = join(desk, ("points", 100)), join(desk, ("points", 10))
        desk.do(correct(desk, boris, -40, "mistake", text="counted twice"))
        assert state(desk, boris) == {"owed": 30}
        desk.do(send(desk, anna, boris, 50))
        assert state(desk, boris) == {"available": 20}
        desk.verify()
