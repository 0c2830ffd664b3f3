"""A member's book as the tests of its behaviour keep it: what a till does, said in days."""

from itertools import count
from uuid import UUID

from regulars.ledger.book import Book
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
