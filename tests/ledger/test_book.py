"""The book of a member: whatever happens in whatever order, the sums hold (T2, T8, T9)."""

from itertools import count
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from regulars.ledger.book import Book, HoldClosed, InsufficientFunds
from regulars.ledger.records import NEVER, Hold

MEMBER = UUID(int=1)
DAY = 86_400
POINTS = "points"


def a_book() -> Book:
    numbers = count(1000)
    return Book(MEMBER, lambda: UUID(int=next(numbers)))


class Counter:
    """A till's counter for one member: what it does, said in days."""

    def __init__(self) -> None:
        self.book = a_book()
        self.activities = count(1)
        self.today = 0

    @property
    def now(self) -> int:
        return self.today * DAY

    def activity(self) -> UUID:
        """Something happens: whatever is due happens first."""
        activity = UUID(int=next(self.activities))
        self.book.bring_up_to_date(self.now, activity)
        return activity

    def wait(self, days: int) -> None:
        self.today += days
        self.activity()

    def earn(
        self, amount: int, *, asset: str = POINTS, pending: int = 0, valid: int | None = None
    ) -> UUID:
        activity = self.activity()
        self.book.credit(
            asset,
            amount,
            now=self.now,
            at=self.now,
            available_at=self.now + pending * DAY,
            expires_at=NEVER if valid is None else self.now + valid * DAY,
            activity_id=activity,
        )
        return activity

    def spend(self, amount: int, asset: str = POINTS) -> None:
        activity = self.activity()
        self.book.debit(asset, amount, now=self.now, at=self.now, activity_id=activity)

    def bring_back(
        self, purchase: UUID, amount: int, *, asset: str = POINTS, clamp: bool = False
    ) -> None:
        activity = self.activity()
        self.book.claw_back(
            asset,
            amount,
            now=self.now,
            at=self.now,
            activity_id=activity,
            earned_by=purchase,
            clamp=clamp,
        )

    def hold(self, amount: int, *, days: int = 3, asset: str = POINTS) -> Hold:
        activity = self.activity()
        return self.book.reserve(
            asset,
            amount,
            now=self.now,
            lapses_at=self.now + days * DAY,
            hold_id=self.book.make_id(),
            activity_id=activity,
        )

    def settle(self, hold: Hold) -> None:
        activity = self.activity()
        self.book.settle(hold, now=self.now, at=self.now, activity_id=activity)

    def void(self, hold: Hold) -> None:
        activity = self.activity()
        self.book.void(hold, now=self.now, at=self.now, activity_id=activity)

    def has(self, asset: str = POINTS) -> dict[str, int]:
        """What there is, without what is nothing."""
        account = self.book.account(asset, self.now)
        figures = {
            "available": account.available,
            "pending": account.pending,
            "held": account.held,
            "owed": account.owed,
        }
        return {name: value for name, value in figures.items() if value}

    def expired(self, asset: str = POINTS) -> int:
        return self.total("expired", asset)

    def total(self, purpose: str, asset: str = POINTS) -> int:
        """What the program's account of this purpose has got so far."""
        return sum(
            -posting.amount
            for posting in self.book.postings
            if posting.against == purpose and posting.asset == asset
        )

    def check(self) -> None:
        """Every sum that must hold at any time."""
        assert all(posting.amount for posting in self.book.postings), "a posting of nothing"
        for asset in self.book.accounts:
            self.check_account(asset)
        assert all(amount for _, _, _, amount in self.book.uses), "a use of nothing"
        assert all((p is None) != (h is None) for _, p, h, _ in self.book.uses)

    def check_account(self, asset: str) -> None:
        account = self.book.accounts[asset]
        lots = self.book.lots.get(asset, [])
        holds = [hold for hold in self.book.holds.values() if hold.asset == asset]
        assert min(account.pending, account.available, account.held, account.owed) >= 0
        for lot in lots:
            assert lot.remaining >= 0
            assert lot.expired >= 0
            assert lot.remaining + lot.expired <= lot.amount
            taken = sum(use[3] for use in self.book.uses if use[0] == lot.id)
            assert lot.remaining == lot.amount - taken, "the trace says otherwise"
        remaining = {
            pending: sum(
                lot.remaining for lot in lots if (lot.available_at > account.as_of) == pending
            )
            for pending in (True, False)
        }
        assert remaining == {True: account.pending, False: account.available}
        assert sum(hold.amount for hold in holds if hold.outcome is None) == account.held
        own = sum(posting.amount for posting in self.book.postings if posting.asset == asset)
        assert own == account.balance, "the balance is not the fold of its entries"
        assert not (account.owed and account.available + account.pending), "owes, and could pay"
        due = [
            at
            for lot in lots
            if lot.remaining
            for at in (lot.available_at, lot.expires_at)
            if account.as_of < at < NEVER
        ] + [hold.lapses_at for hold in holds if hold.outcome is None]
        assert account.next_due <= min(due, default=NEVER), "something due is not known of"
        issued, expired = -self.total("issued", asset), self.total("expired", asset)
        assert expired >= 0
        assert (
            issued - expired - self.total("redeemed", asset) - self.total("written_off", asset)
            == account.balance
        )


@pytest.fixture
def counter() -> Counter:
    return Counter()


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


# T8: expiry is paired with spending.


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


# T9: hold, settle, void and lapse, each once.


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


# T2: what is brought back was never earned.


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


def test_t7_points_cannot_be_spent_before_they_exist(counter: Counter) -> None:
    with pytest.raises(InsufficientFunds):
        counter.spend(1)
    assert counter.book.postings == []
