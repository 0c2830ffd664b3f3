"""Whatever happens in whatever order, every account is its lots and nothing comes from nowhere."""

from itertools import count
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.kit.problems import Problem
from regulars.ledger.book import Book, InsufficientFunds
from regulars.ledger.records import NEVER
from tests.desk import DAY, Desk, Give
from tests.households import home
from tests.points.counter import correct, donate, join, sell, send, state

MEMBERS = 5
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("earn"), st.integers(0, 2), st.integers(1, 90), st.integers(0, 9)),
        st.tuples(st.just("send"), st.integers(0, 2), st.integers(1, 90), st.integers(0, 2)),
        st.tuples(st.just("spend"), st.integers(0, 2), st.integers(1, 90), st.just(0)),
        st.tuples(
            st.sampled_from(("owe", "clamp", "refuse")), st.integers(0, 2), st.integers(1, 90),
            st.just(0),
        ),
        st.tuples(st.just("wait"), st.just(0), st.integers(1, 4), st.just(0)),
    ),
    max_size=40,
)  # fmt: skip


@given(STEPS)
@settings(max_examples=200, deadline=None)
def test_three_books_that_give_to_each_other(steps: list[tuple[str, int, int, int]]) -> None:
    """Earned with an expiry in days (0 = pending for two days, undated), sent, spent, deducted."""
    numbers = count(1)
    books = [Book(UUID(int=n + 1), lambda: UUID(int=1000 + next(numbers))) for n in range(3)]
    day = 0
    for what, who, amount, more in steps:
        now, activity = day * DAY, UUID(int=10**9 + next(numbers))
        terms: dict[str, Any] = {"now": now, "at": now, "activity_id": activity}
        for book in books:
            book.bring_up_to_date(now, activity)
        before = [_lives(book) for book in books]
        try:
            if what == "earn":
                later = now if more else now + 2 * DAY
                ends = now + more * DAY if more else NEVER
                books[who].credit("p", amount, available_at=later, expires_at=ends, **terms)
            elif what == "send" and who != more:
                parts = books[who].send("p", amount, **terms)
                assert sum(part for part, _ in parts) == amount
                books[more].receive("p", parts, **terms)
                gone = {end: _lives(books[who]).get(end, 0) for _, end in parts}
                for part, end in parts:
                    assert before[who][end] - gone[end] == part, "expiry for expiry"
            elif what == "spend":
                books[who].debit("p", amount, **terms)
            elif what in ("owe", "clamp", "refuse"):
                books[who].deduct("p", amount, policy=what, **terms)  # type: ignore[arg-type]
            else:
                day += amount
        except InsufficientFunds:
            assert [_lives(book) for book in books] == before
        for book in books:
            _is_whole(book)
        moved = [p.amount for b in books for p in b.postings if p.against == "transferred"]
        assert sum(moved) == 0


def _lives(book: Book) -> dict[int, int]:
    """What is left, by expiry."""
    found: dict[int, int] = {}
    for lot in book.lots.get("p", ()):
        found[lot.expires_at] = found.get(lot.expires_at, 0) + lot.remaining
    return {end: amount for end, amount in found.items() if amount}


def _is_whole(book: Book) -> None:
    account = book.accounts.get("p")
    if account is None:
        return
    assert min(account.pending, account.available, account.owed) >= 0
    assert account.pending + account.available == sum(_lives(book).values())
    assert account.balance == sum(posting.amount for posting in book.postings)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_random_year_of_five_members_adds_up(desk: Desk, seed: int) -> None:
    """Gifts, households, rewards, donations, goodwill, expiry: after each of them what all have
    together changed by exactly what came in or went out, and in the end the books are proved."""
    chance = Random(seed)
    members = [join(desk) for _ in range(MEMBERS)]
    homes: list[str] = []
    held: list[Any] = []
    done = 0
    for _ in range(70):
        one, other = chance.sample(members, 2)
        amount = chance.choice([10, 30, 60, 100])
        before = _together(desk, members)
        operation, change = _step(desk, chance, one, other, amount, homes, held)
        if operation is None:
            continue
        try:
            answer = desk.do(operation)
        except Problem:
            change = 0
        else:
            done += 1
            if answer.get("state") == "held":
                held.append(answer)
            if answer.get("kind") in ("family", "team") and answer["id"] not in homes:
                homes.append(answer["id"])
        assert _together(desk, members) == before + change, type(operation).__name__
        if chance.random() < 0.2:
            desk.wait(days=chance.choice([1, 5, 20]))
    assert done > 20
    desk.verify()


def _step(
    desk: Desk, chance: Random, one: str, other: str, amount: int, homes: list[str], held: list[Any]
) -> tuple[Any, int]:
    """Something that may happen, and what it changes of the sum if it does."""
    ends = desk.now + chance.choice([3, 30, 90]) * DAY
    steps: list[tuple[Any, int]] = [
        (Give(("card", one[5:]), "points", amount, expires_at=ends), amount),
        (Give(("card", other[5:]), "points", amount, expires_at=ends), amount),
        (send(desk, one, other, amount), 0),
        (send(desk, other, one, amount), 0),
        (home.take(desk, one, amount), -amount),
        (home.take(desk, other, amount, hold=True), 0),
        (donate(desk, one, amount), -amount),
        (sell(desk, one, 100, 250), 100),
        (correct(desk, one, amount, actor=chance.choice("abc")), amount),
        (correct(desk, one, -amount, "mistake", text="x", actor=chance.choice("abc")), -amount),
        (home.found(desk, one, chance.choice(["family", "team"])), 0),
    ]
    if homes:
        where = chance.choice(homes)
        steps += [
            (home.invite(desk, where, one, other), 0),
            (home.accept(desk, where, other), 0),
            (home.accept(desk, where, one), 0),
            (home.leave(desk, where, other), 0),
            (home.dissolve(desk, where, one), 0),
        ]
    if held:
        redemption = held[-1]
        cost = sum(redemption["cost"].values())
        steps += [(home.settle(desk, redemption), -cost), (home.void(desk, redemption), 0)]
    return chance.choice(steps)


def _together(desk: Desk, members: list[str]) -> int:
    """What all of them have, reserved or not."""
    return sum(
        sum(amount if name != "owed" else -amount for name, amount in state(desk, one).items())
        for one in members
    )
