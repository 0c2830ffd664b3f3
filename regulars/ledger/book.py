"""Book: the accounts of one member while a transaction works on them. Sans-IO.

Every change of a balance goes through one of the verbs here, each of which writes a balanced
posting, keeps the lots in step with the balances, and refuses what would overdraw. The book is
loaded under the lock of the member's row; `regulars.ledger.queries` writes it back.
"""

from collections.abc import Callable, Iterable
from typing import Literal
from uuid import UUID

from regulars.kit.problems import Conflict
from regulars.ledger.records import Account, Hold, Lot, Posting

MakeId = Callable[[], UUID]
Short = Literal["refuse", "owe", "clamp"]
"""What becomes of a deduction that there is not enough for."""


class InsufficientFunds(Conflict):
    """More was asked for than is available (policy: refused)."""

    code = "insufficient_funds"
    title = "There is not enough on the account"


class HoldClosed(Conflict):
    """A hold is settled, voided or lapsed once (T9)."""

    code = "hold_closed"
    title = "This redemption is already closed"


class Book:
    """One member's accounts, lots and holds, and what this transaction adds to the log."""

    __slots__ = (
        "accounts", "holds", "lots", "make_id", "member_id", "postings", "prolonged", "retermed",
        "uses",
    )  # fmt: skip

    def __init__(self, member_id: UUID, make_id: MakeId) -> None:
        self.member_id = member_id
        self.make_id = make_id
        self.accounts: dict[str, Account] = {}
        self.lots: dict[str, list[Lot]] = {}
        self.holds: dict[UUID, Hold] = {}
        self.postings: list[Posting] = []
        self.uses: list[tuple[UUID, UUID | None, UUID | None, int]] = []
        """(lot, posting, hold, amount): which lots a debit or a hold took from."""
        self.prolonged: dict[str, int] = {}
        self.retermed: list[Lot] = []
        """What changed of the terms of lots; see `regulars.ledger.terms`."""

    def account(self, asset: str, now: int) -> Account:
        """The account of an asset, opened when first needed."""
        found = self.accounts.get(asset)
        if found is None:
            found = self.accounts[asset] = Account(asset, as_of=now)
        return found

    def bring_up_to_date(self, now: int, activity_id: UUID) -> None:
        """Let everything due by ``now`` happen: holds lapse, pending matures, lots expire (T8).

        An expiry is posted at the instant it fell due, whenever that is noticed.
        """
        for hold in self.holds.values():
            if hold.outcome is None and hold.lapses_at <= now:
                self._give_back(hold, hold.lapses_at, "lapsed", activity_id)
        for account in self.accounts.values():
            if account.next_due <= now:
                self._mature(account, now)
                self._expire(account, now, activity_id)
                account.next_due = self._next_due(account)

    def credit(
        self,
        asset: str,
        amount: int,
        *,
        now: int,
        at: int,
        available_at: int,
        expires_at: int,
        activity_id: UUID,
        kind: str = "earn",
        purpose: str = "issued",
        earned_by: UUID | None = None,
    ) -> Posting | None:
        """Earn: a new lot, named like its posting. What is owed is repaid first. ``earned_by``: by
        what it is found to be taken back, where that is not the activity."""
        if not amount:
            return None
        account = self._touch(asset, now)
        posting = self._posting(kind, at, activity_id, asset, amount, purpose)
        lot = Lot(
            posting.id, asset, earned_by or activity_id, amount, amount, available_at, expires_at,
            new=True,
        )  # fmt: skip
        self.lots.setdefault(asset, []).append(lot)
        if available_at > account.as_of:
            account.pending += amount
        else:
            account.available += amount
        if account.owed:
            repaid = min(account.owed, amount)
            self._take(account, lot, repaid, posting.id, None)
            account.owed -= repaid
        for due in (available_at, expires_at):
            if due > account.as_of and lot.remaining:
                account.next_due = min(account.next_due, due)
        if expires_at <= account.as_of and lot.remaining:
            self._expire(account, account.as_of, activity_id)
        return posting

    def debit(
        self,
        asset: str,
        amount: int,
        *,
        now: int,
        at: int,
        activity_id: UUID,
        kind: str = "redeem",
        purpose: str = "redeemed",
    ) -> Posting:
        """Redeem: earliest expiry first; refused when more is asked than is available."""
        account = self._touch(asset, now)
        if amount > account.available:
            raise short(asset, amount, account.available)
        posting = self._posting(kind, at, activity_id, asset, -amount, purpose)
        for lot, part in self._spendable(account, amount):
            self._take(account, lot, part, posting.id, None)
        return posting

    def claw_back(
        self,
        asset: str,
        amount: int,
        *,
        now: int,
        at: int,
        activity_id: UUID,
        earned_by: UUID,
        clamp: bool,
    ) -> None:
        """Take back what a returned purchase earned, from its own lots first.

        What of it has expired meanwhile is gone already; what was spent is taken from other lots,
        and what they cannot cover is owed, or written off where the policy is ``clamp``.
        """
        if not amount:
            return
        account = self._touch(asset, now)
        own = [lot for lot in self.lots.get(asset, ()) if lot.activity_id == earned_by]
        posting = self._posting("return", at, activity_id, asset, -amount, "issued")
        left = amount
        for lot in own:
            gone = min(left, lot.expired)
            if gone:
                lot.expired -= gone
                lot.changed = True
                left -= gone
        if left < amount:
            self._posting("return", at, activity_id, asset, amount - left, "expired")
        left = self._drain(account, own, left, posting.id)
        rest = sorted(
            (lot for lot in self.lots.get(asset, ()) if lot.activity_id != earned_by),
            key=lambda lot: (lot.available_at > account.as_of, *lot.order),
        )
        left = self._drain(account, rest, left, posting.id)
        self._make_up(account, left, at, activity_id, clamp)

    def deduct(
        self, asset: str, amount: int, *, now: int, at: int, activity_id: UUID, policy: Short,
        kind: str = "correct", purpose: str = "corrected",
    ) -> Posting:  # fmt: skip
        """Take off what somebody decided to: from what is available, then from what is pending.
        What is not there is refused, owed or written off, as the ``policy`` says."""
        account = self._touch(asset, now)
        if policy == "refuse" and amount > account.available:
            raise short(asset, amount, account.available)
        posting = self._posting(kind, at, activity_id, asset, -amount, purpose)
        lots = sorted(
            self.lots.get(asset, ()), key=lambda lot: (lot.available_at > account.as_of, *lot.order)
        )
        left = self._drain(account, lots, amount, posting.id)
        self._make_up(account, left, at, activity_id, policy == "clamp")
        return posting

    def send(
        self, asset: str, amount: int, *, now: int, at: int, activity_id: UUID
    ) -> list[tuple[int, int]]:
        """Give to another member, whose book is to ``receive`` what this says was taken:
        (amount, expires_at) by expiry. Both go through the program's account ``transferred``, which
        a whole transfer leaves at nothing (0002)."""
        before = len(self.uses)
        self.debit(
            asset, amount, now=now, at=at, activity_id=activity_id, kind="transfer",
            purpose="transferred",
        )  # fmt: skip
        lots = {lot.id: lot for lot in self.lots[asset]}
        parts: dict[int, int] = {}
        for lot_id, _, _, part in self.uses[before:]:
            expires_at = lots[lot_id].expires_at
            parts[expires_at] = parts.get(expires_at, 0) + part
        return [(part, expires_at) for expires_at, part in parts.items()]

    def receive(
        self, asset: str, parts: Iterable[tuple[int, int]], *, now: int, at: int, activity_id: UUID
    ) -> None:
        """Take what another member's book has sent: a lot for each expiry, usable at once."""
        for amount, expires_at in parts:
            self.credit(
                asset, amount, now=now, at=at, available_at=at, expires_at=expires_at,
                activity_id=activity_id, kind="transfer", purpose="transferred",
            )  # fmt: skip

    def reserve(
        self, asset: str, amount: int, *, now: int, lapses_at: int, hold_id: UUID,
        activity_id: UUID, reward: str = "", taken_by: UUID | None = None,
    ) -> Hold:  # fmt: skip
        """Hold: available becomes held until it is settled, voided or lapses."""
        account = self._touch(asset, now)
        if amount > account.available:
            raise short(asset, amount, account.available)
        hold = Hold(hold_id, activity_id, asset, amount, [], [], lapses_at, new=True, reward=reward)
        hold.taken_by = taken_by
        for lot, part in self._spendable(account, amount):
            self._take(account, lot, part, None, hold.id)
            hold.lots.append(lot.id)
            hold.amounts.append(part)
        account.held += amount
        account.next_due = min(account.next_due, lapses_at)
        self.holds[hold.id] = hold
        return hold

    def settle(self, hold: Hold, *, now: int, at: int, activity_id: UUID) -> Posting:
        """Use the reserve: the value leaves the account."""
        _refuse_closed(hold)
        account = self._touch(hold.asset, now)
        posting = self._posting("redeem", at, activity_id, hold.asset, -hold.amount, "redeemed")
        account.held -= hold.amount
        hold.outcome, hold.closed_at = "settled", at
        return posting

    def void(self, hold: Hold, *, now: int, at: int, activity_id: UUID) -> None:
        """Give the reserve back to the lots it came from; what expired meanwhile expires now."""
        _refuse_closed(hold)
        self._give_back(hold, at, "voided", activity_id)
        account = self._touch(hold.asset, now)
        self._mature(account, now)
        self._expire(account, account.as_of, activity_id)
        account.next_due = self._next_due(account)

    # What the verbs are made of.

    def _touch(self, asset: str, now: int) -> Account:
        account = self.account(asset, now)
        account.changed = True
        if now > account.as_of and account.next_due > now:
            account.as_of = now
        return account

    def _posting(
        self, kind: str, at: int, activity_id: UUID, asset: str, amount: int, against: str
    ) -> Posting:
        posting = Posting(self.make_id(), kind, at, activity_id, asset, amount, against)
        self.postings.append(posting)
        return posting

    def _take(
        self, account: Account, lot: Lot, amount: int, posting: UUID | None, hold: UUID | None
    ) -> None:
        lot.remaining -= amount
        lot.changed = True
        if lot.available_at > account.as_of:
            account.pending -= amount
        else:
            account.available -= amount
        self.uses.append((lot.id, posting, hold, amount))

    def _spendable(self, account: Account, amount: int) -> list[tuple[Lot, int]]:
        """Lots to take ``amount`` from, earliest expiry first."""
        found = []
        for lot in sorted(self.lots.get(account.asset, ()), key=lambda lot: lot.order):
            if not amount:
                break
            if lot.remaining and lot.available_at <= account.as_of:
                part = min(amount, lot.remaining)
                found.append((lot, part))
                amount -= part
        if amount:
            raise LookupError(f"lots of {account.asset} do not cover the balance")
        return found

    def _drain(self, account: Account, lots: list[Lot], amount: int, posting: UUID) -> int:
        """Take up to ``amount`` from ``lots`` in their order; say what is left to take."""
        for lot in lots:
            part = min(amount, lot.remaining)
            if part:
                self._take(account, lot, part, posting, None)
                amount -= part
        return amount

    def _make_up(
        self, account: Account, left: int, at: int, activity_id: UUID, clamp: bool
    ) -> None:
        """What the lots could not cover is written off or owed."""
        if left and clamp:
            self._posting("write_off", at, activity_id, account.asset, left, "written_off")
        elif left:
            account.owed += left

    def _mature(self, account: Account, now: int) -> None:
        for lot in self.lots.get(account.asset, ()):
            if lot.remaining and account.as_of < lot.available_at <= now:
                account.pending -= lot.remaining
                account.available += lot.remaining
        account.as_of = max(account.as_of, now)
        account.changed = True

    def _expire(self, account: Account, now: int, activity_id: UUID) -> None:
        lots = self.lots.get(account.asset, ())
        over = [lot for lot in lots if lot.remaining and lot.expires_at <= now]
        for lot in sorted(over, key=lambda lot: lot.order):
            self._expire_part(account, lot, lot.remaining, lot.expires_at, activity_id)

    def _expire_part(
        self, account: Account, lot: Lot, amount: int, at: int, activity_id: UUID
    ) -> None:
        posting = self._posting("expire", at, activity_id, account.asset, -amount, "expired")
        self._take(account, lot, amount, posting.id, None)
        lot.expired += amount

    def _next_due(self, account: Account) -> int:
        due = account.later
        for lot in self.lots.get(account.asset, ()):
            if lot.remaining:
                if account.as_of < lot.available_at < due:
                    due = lot.available_at
                if account.as_of < lot.expires_at < due:
                    due = lot.expires_at
        for hold in self.holds.values():
            if hold.outcome is None and hold.asset == account.asset and hold.lapses_at < due:
                due = hold.lapses_at
        return due

    def _give_back(self, hold: Hold, at: int, outcome: str, activity_id: UUID) -> None:
        """Back to the lots. What a return has made the member owe meanwhile is repaid first; what
        expired while it was held expires ``at`` this instant."""
        account = self.account(hold.asset, at)
        account.changed = True
        account.held -= hold.amount
        hold.outcome, hold.closed_at = outcome, at
        by_id = {lot.id: lot for lot in self.lots.get(hold.asset, ())}
        for lot_id, amount in zip(hold.lots, hold.amounts, strict=True):
            self._refill(account, by_id[lot_id], amount, at, activity_id, None, hold.id)

    def _refill(
        self, account: Account, lot: Lot, amount: int, at: int, activity_id: UUID,
        posting: UUID | None, hold: UUID | None,
    ) -> None:  # fmt: skip
        """Put back what a posting or a hold had taken; what is owed is repaid from it first."""
        lot.remaining += amount
        lot.changed = True
        account.available += amount
        self.uses.append((lot.id, posting, hold, -amount))
        repaid = min(account.owed, amount)
        if repaid:
            self._take(account, lot, repaid, posting, hold)
            account.owed -= repaid
        if repaid < amount and lot.expires_at <= at:
            self._expire_part(account, lot, amount - repaid, at, activity_id)
        elif repaid < amount:
            account.next_due = min(account.next_due, lot.expires_at)


def short(asset: str, asked: int, available: int) -> InsufficientFunds:
    return InsufficientFunds(
        f"{asked} {asset} were asked for, {available} are available: ask for no more than that.",
        asset=asset,
        asked=asked,
        available=available,
    )


def _refuse_closed(hold: Hold) -> None:
    if hold.outcome is not None:
        raise HoldClosed(
            f"It was {hold.outcome}; nothing more can be done with it. Start a new redemption.",
            outcome=hold.outcome,
        )
