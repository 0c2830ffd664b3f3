"""The book of a member: whatever happens in whatever order, the sums hold."""

from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from regulars.ledger.book import HoldClosed, InsufficientFunds
from regulars.ledger.records import NEVER, Hold
from tests.ledger.counter import DAY, POINTS, Counter


class AnyOrder(RuleBasedStateMachine):
    """Earning, spending, returning, holding and waiting, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.counter = Counter()
        self.earned: dict[UUID, list[int]] = {}
        self.holds: list[Hold] = []
        self.seen: list[tuple[int, int]] = []
        """(how long the log was, the balance then)."""

    @rule(
        amount=st.integers(1, 100),
        pending=st.integers(0, 4),
        valid=st.none() | st.integers(1, 8),
    )
    def earn(self, amount: int, pending: int, valid: int | None) -> None:
        purchase = self.counter.earn(amount, pending=pending, valid=valid)
        self.earned[purchase] = [amount, amount]

    @rule(late=st.integers(1, 6), amount=st.integers(1, 100), valid=st.integers(1, 8))
    def earn_offline(self, late: int, amount: int, valid: int) -> None:
        """A till that was offline: bought days ago, perhaps expired before it is recorded."""
        counter = self.counter
        activity = counter.activity()
        at = counter.now - late * DAY
        counter.book.credit(
            POINTS,
            amount,
            now=counter.now,
            at=at,
            available_at=at,
            expires_at=at + valid * DAY,
            activity_id=activity,
        )
        self.earned[activity] = [amount, amount]

    @rule(days=st.integers(1, 5))
    def wait(self, days: int) -> None:
        self.counter.wait(days)

    @rule(amount=st.integers(1, 120))
    def spend(self, amount: int) -> None:
        self.counter.activity()
        available = self.counter.has().get("available", 0)
        if amount <= available:
            self.counter.spend(amount)
        else:
            with pytest.raises(InsufficientFunds):
                self.counter.spend(amount)

    @rule(amount=st.integers(1, 120), days=st.integers(1, 6))
    def hold(self, amount: int, days: int) -> None:
        self.counter.activity()
        if amount <= self.counter.has().get("available", 0):
            self.holds.append(self.counter.hold(amount, days=days))

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), settle=st.booleans())
    def close(self, data: st.DataObject, settle: bool) -> None:
        """A hold is closed once; the second time is refused and changes nothing."""
        hold = data.draw(st.sampled_from(self.holds))
        self.counter.activity()
        was, had = hold.outcome, self.counter.has()
        close = self.counter.settle if settle else self.counter.void
        if was is None:
            close(hold)
            assert hold.outcome == ("settled" if settle else "voided")
        else:
            with pytest.raises(HoldClosed):
                close(hold)
            assert (hold.outcome, self.counter.has()) == (was, had)

    @precondition(lambda self: self.earned)
    @rule(data=st.data(), clamp=st.booleans())
    def bring_back(self, data: st.DataObject, clamp: bool) -> None:
        purchase = data.draw(st.sampled_from(sorted(self.earned)))
        left, whole = self.earned[purchase]
        if left:
            # All or some of it; parts by campaign never exceed what that campaign gave.
            amount = left if left < whole else data.draw(st.sampled_from([left, left // 3 + 1]))
            self.counter.bring_back(purchase, amount, clamp=clamp)
            self.earned[purchase][0] -= amount

    @invariant()
    def the_sums_hold(self) -> None:
        self.counter.check()

    @invariant()
    def the_balance_is_noted(self) -> None:
        book = self.counter.book
        self.seen.append((len(book.postings), book.account(POINTS, self.counter.now).balance))

    @invariant()
    def nothing_due_is_left_undone(self) -> None:
        self.counter.activity()
        book, now = self.counter.book, self.counter.now
        for lots in book.lots.values():
            assert all(lot.expires_at > now for lot in lots if lot.remaining)
        assert all(hold.lapses_at > now for hold in book.holds.values() if hold.outcome is None)
        for account in book.accounts.values():
            assert account.next_due > now

    def teardown(self) -> None:
        """In the end every hold has lapsed, every lot with an end is gone, and any beginning of the
        log still rebuilds the balance of its time."""
        self.counter.wait(1000)
        self.counter.check()
        for length, balance in self.seen:
            assert sum(p.amount for p in self.counter.book.postings[:length]) == balance
        assert not self.counter.has().get("held")
        for lots in self.counter.book.lots.values():
            assert all(lot.expires_at == NEVER for lot in lots if lot.remaining)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
