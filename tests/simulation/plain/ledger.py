"""A plain ledger: points, holds, payments and gift cards.

Like all files of this folder it is written from docs/policies.md and shares no code with the
product. It is slow, keeps everything in lists, and does one thing at a time; so it can be read and
believed.
"""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.simulation.plain.times import EVER, day_start


class Refused(Exception):
    """It would not be done, and has changed nothing."""


@dataclass(frozen=True)
class Terms:
    """What a program's document says of one asset."""

    pending_days: int = 0
    expires_days: int | None = None
    clamp: bool = False
    fee: int = 0


@dataclass
class Lot:
    source: Any
    amount: int
    usable: int
    expires: int
    order: tuple[int, int, int]
    expired: int = 0


@dataclass
class Hold:
    parts: list[tuple[Lot, int]]
    lapses: int

    @property
    def amount(self) -> int:
        return sum(part for _, part in self.parts)


@dataclass
class Account:
    lots: list[Lot] = field(default_factory=list)
    holds: dict[Any, Hold] = field(default_factory=dict)
    owed: int = 0


class Ledger:
    """Every member's accounts, and what went where in all (``totals``, from the members' side)."""

    def __init__(self, terms: dict[str, Terms]) -> None:
        self.terms = terms
        self.accounts: dict[tuple[int, str], Account] = {}
        self.totals: dict[tuple[str, str], int] = {}
        self.cards: dict[Any, int] = {}
        """What is left on each gift card."""
        self.payments: dict[Any, list[tuple[Lot, int]]] = {}
        """The lots a purchase was paid with, and what of it was not given back."""
        self.now = 0
        self.moments: set[int] = set()
        """All instants at which something is to happen by itself, past ones too."""
        self._numbers = count()

    # What can be asked.

    def account(self, who: int, asset: str) -> Account:
        return self.accounts.setdefault((who, asset), Account())

    def usable(self, who: int, asset: str) -> list[Lot]:
        """Lots that can be spent, in the order in which they are: earliest expiry first."""
        lots = [lot for lot in self.account(who, asset).lots if lot.usable <= self.now]
        return sorted((lot for lot in lots if lot.amount), key=lambda lot: lot.order)

    def available(self, who: int, asset: str) -> int:
        return sum(lot.amount for lot in self.usable(who, asset))

    def state(self, who: int, asset: str) -> tuple[int, int, int, int]:
        """Pending, available, held, owed."""
        account = self.account(who, asset)
        available = self.available(who, asset)
        pending = sum(lot.amount for lot in account.lots) - available
        held = sum(hold.amount for hold in account.holds.values())
        return pending, available, held, account.owed

    # What time does.

    def until(self, now: int) -> None:
        """Holds lapse and lots expire, each at its instant, in order."""
        self.now = now
        for (_, asset), account in self.accounts.items():
            for name, hold in sorted(account.holds.items(), key=lambda item: item[1].lapses):
                if hold.lapses <= now:
                    del account.holds[name]
                    self._give_back(asset, account, hold, hold.lapses)
            self._expire(asset, account, now)

    # What members do.

    def earn(
        self, who: int, asset: str, amount: int, at: int, source: Any, *, purpose: str = "issued",
        pending: bool = True, least_days: int = 0,
    ) -> None:  # fmt: skip
        """A lot by the asset's terms, as of ``at``; what is owed is repaid first."""
        terms = self.terms[asset]
        days = max(terms.pending_days, least_days) if pending else 0
        usable = day_start(at, days) if days else at
        expires = EVER
        if terms.expires_days is not None:
            expires = day_start(at, terms.expires_days + 1)
        self._open(who, asset, amount, usable, expires, source, purpose)

    def spend(self, shares: list[tuple[int, str, int]], purpose: str) -> None:
        """Take (member, asset, amount), all or nothing."""
        self._require(shares)
        for who, asset, amount in shares:
            self._total(asset, purpose, -amount)
            self._take(self.usable(who, asset), amount)

    def hold(self, name: Any, shares: list[tuple[int, str, int]], lapses: int) -> None:
        self._require(shares)
        for who, asset, amount in shares:
            parts = self._take(self.usable(who, asset), amount)
            self.account(who, asset).holds[name] = Hold(parts, lapses)
        self.moments.add(lapses)

    def close(self, name: Any, use: bool) -> None:
        """Settle or void what is held under this name, of however many members."""
        found = [
            (asset, account) for (_, asset), account in self.accounts.items()
            if name in account.holds
        ]  # fmt: skip
        if not found:
            raise Refused("closed")
        for asset, account in found:
            hold = account.holds.pop(name)
            if use:
                self._total(asset, "redeemed", -hold.amount)
            else:
                self._give_back(asset, account, hold, self.now)

    def transfer(self, who: int, to: int, asset: str, amount: int, at: int) -> None:
        """What is given keeps its expiry; the fee is taken besides."""
        fee = self.terms[asset].fee
        self._require([(who, asset, amount + fee)])
        by_expiry: dict[int, int] = {}
        for lot, part in self._take(self.usable(who, asset), amount):
            by_expiry[lot.expires] = by_expiry.get(lot.expires, 0) + part
        self._total(asset, "transferred", -amount)
        for expires, part in by_expiry.items():
            self._open(to, asset, part, at, expires, None, "transferred")
        if fee:
            self.spend([(who, asset, fee)], "fees")

    def take_back(self, who: int, asset: str, amount: int, source: Any) -> None:
        """A return: what has expired is gone already, then the purchase's own lots, then others;
        the rest is owed, or written off."""
        account = self.account(who, asset)
        own = [lot for lot in account.lots if lot.source == source]
        self._total(asset, "issued", -amount)
        for lot in own:
            gone = min(amount, lot.expired)
            lot.expired -= gone
            amount -= gone
            self._total(asset, "expired", gone)
        amount -= sum(part for _, part in self._take(own, amount, short=True))
        self._deduct(asset, account, amount, "clamp" if self.terms[asset].clamp else "owe")

    def correct(self, who: int, asset: str, amount: int, on_short: str) -> None:
        """A debit by staff: of what is available, where the program says so also of what is
        pending."""
        if on_short == "refuse":
            self._require([(who, asset, amount)])
        self._total(asset, "corrected", -amount)
        self._deduct(asset, self.account(who, asset), amount, on_short)

    def shares(
        self, who: int, others: list[int], cost: dict[str, int], pooled: set[str]
    ) -> list[tuple[int, str, int]]:
        """Who gives what: one's own first, then of the others whatever expires first."""
        found: dict[tuple[int, str], int] = {}
        for asset, amount in cost.items():
            own = min(amount, self.available(who, asset))
            lots = sorted(
                (lot.order, other, lot.amount)
                for other in others if asset in pooled
                for lot in self.usable(other, asset)
            )  # fmt: skip
            for _, giver, there in [((), who, own), *lots]:
                part = min(amount, there)
                amount -= part
                if part:
                    found[giver, asset] = found.get((giver, asset), 0) + part
            if amount:
                raise Refused("short")
        return [(giver, asset, amount) for (giver, asset), amount in found.items()]

    # Paying with points: they come back to the lots they were taken from, the last used first.

    def pay(self, purchase: Any, who: int, asset: str, amount: int) -> None:
        self._require([(who, asset, amount)])
        self._total(asset, "redeemed", -amount)
        self.payments[purchase] = self._take(self.usable(who, asset), amount)

    def pay_back(self, purchase: Any, who: int, asset: str, amount: int) -> None:
        self._total(asset, "redeemed", amount)
        account, paid = self.account(who, asset), self.payments[purchase]
        back: list[tuple[Lot, int]] = []
        while amount:
            lot, used = paid.pop()
            part = min(used, amount)
            amount -= part
            back.append((lot, part))
            if used > part:
                paid.append((lot, used - part))
        self._give_back(asset, account, Hold(back, EVER), self.now)

    # Gift cards: money, sold for money. It does not expire here.

    def sell_card(self, card: Any, amount: int, at: int) -> None:
        self.cards[card] = amount
        self.moments.add(at)

    def pay_with_card(self, card: Any, amount: int, to_pay: int) -> int:
        """What was taken; ``amount`` 0 is as much as possible."""
        there = self.cards[card]
        taken = amount or min(there, to_pay)
        if not there or taken > min(there, to_pay):
            raise Refused("not that much on the card, or to be paid")
        self.cards[card] -= taken
        return taken

    # What these are made of.

    def _require(self, shares: list[tuple[int, str, int]]) -> None:
        if any(amount > self.available(who, asset) for who, asset, amount in shares):
            raise Refused("short")

    def _total(self, asset: str, purpose: str, amount: int) -> None:
        self.totals[asset, purpose] = self.totals.get((asset, purpose), 0) + amount

    def _open(
        self, who: int, asset: str, amount: int, usable: int, expires: int, source: Any,
        purpose: str,
    ) -> None:  # fmt: skip
        if not amount:
            return
        account = self.account(who, asset)
        self._total(asset, purpose, amount)
        repaid = min(account.owed, amount)
        account.owed -= repaid
        order = (expires, usable, next(self._numbers))
        self.moments |= {usable, expires}
        account.lots.append(Lot(source, amount - repaid, usable, expires, order))
        self._expire(asset, account, self.now)

    def _take(self, lots: list[Lot], amount: int, short: bool = False) -> list[tuple[Lot, int]]:
        parts = []
        for lot in lots:
            part = min(amount, lot.amount)
            if part:
                lot.amount -= part
                amount -= part
                parts.append((lot, part))
        assert short or not amount
        return parts

    def _deduct(self, asset: str, account: Account, amount: int, on_short: str) -> None:
        lots = sorted(account.lots, key=lambda lot: (lot.usable > self.now, *lot.order))
        amount -= sum(part for _, part in self._take(lots, amount, short=True))
        if on_short == "clamp":
            self._total(asset, "written_off", amount)
        else:
            account.owed += amount

    def _give_back(self, asset: str, account: Account, hold: Hold, at: int) -> None:
        for lot, part in hold.parts:
            repaid = min(account.owed, part)
            account.owed -= repaid
            lot.amount += part - repaid
        self._expire(asset, account, at)

    def _expire(self, asset: str, account: Account, now: int) -> None:
        for lot in account.lots:
            if lot.amount and lot.expires <= now:
                self._total(asset, "expired", -lot.amount)
                lot.expired += lot.amount
                lot.amount = 0
