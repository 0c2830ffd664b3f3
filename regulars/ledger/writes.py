"""What the books of a batch have to write, as columns for the parts of `write.sql`."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from regulars.ledger.book import Book
from regulars.ledger.records import NEVER, Lot

Columns = dict[str, list[Any]]
"""Rows of a part by its name; transposed when the statement is made."""


def instant(at: int) -> int | None:
    """An instant as the database takes it: `NEVER` is null."""
    return None if at >= NEVER else at


def collect(books: Iterable[Book], rows: Columns) -> None:
    """Add the rows of every changed account, lot, hold and posting of ``books`` to ``rows``."""
    for book in books:
        member = book.member_id
        for account in book.accounts.values():
            if account.changed:
                rows["account"].append((
                    member, account.asset, account.pending, account.available, account.held,
                    account.owed, account.as_of, instant(account.next_due),
                ))  # fmt: skip
        credited: dict[UUID, Lot] = {}
        for lots in book.lots.values():
            for lot in lots:
                if lot.new:
                    credited[lot.id] = lot
                elif lot.changed:
                    rows["lot_change"].append((member, lot.id, lot.remaining, lot.expired))
        for p in book.postings:
            own = credited.get(p.id)
            if own is None or own.activity_id != p.activity_id:
                rows["posting"].append(
                    (p.id, member, p.activity_id, p.kind, p.at, p.asset, p.amount, p.against)
                )
                if own is not None:
                    rows["lot"].append((
                        p.id, member, own.activity_id, p.asset, own.amount, own.remaining,
                        own.expired, own.available_at, instant(own.expires_at),
                    ))  # fmt: skip
            else:
                rows["credit"].append((
                    p.id, member, p.activity_id, p.kind, p.at, p.asset, p.amount, p.against,
                    own.remaining, own.expired, own.available_at, instant(own.expires_at),
                ))  # fmt: skip
        for asset, until in book.prolonged.items():
            rows["lot_prolonged"].append((member, asset, until, book.accounts[asset].as_of))
        for lot in book.retermed:
            if not lot.new:
                rows["lot_terms"].append(
                    (member, lot.id, lot.available_at, instant(lot.expires_at))
                )
        for lot_id, posting_id, hold_id, amount in book.uses:
            rows["lot_use"].append((member, lot_id, posting_id, hold_id, amount))
        for hold in book.holds.values():
            if hold.new:
                rows["hold"].append((
                    hold.id, member, hold.activity_id, hold.asset, hold.amount,
                    ",".join(map(str, hold.lots)), ",".join(map(str, hold.amounts)), hold.lapses_at,
                    hold.reward, hold.taken_by,
                ))  # fmt: skip
            if hold.closed_at != NEVER:
                rows["hold_closed"].append((hold.id, hold.closed_at, hold.outcome))
