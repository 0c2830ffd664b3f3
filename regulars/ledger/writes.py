"""What the books of a batch have to write, as columns for the parts of `write.sql`."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from regulars.ledger.book import Book
from regulars.ledger.records import NEVER

Columns = dict[str, list[Any]]
"""Rows of a part by its name; transposed when the statement is made."""


def instant(at: int) -> int | None:
    """An instant as the database takes it: `NEVER` is null."""
    return None if at >= NEVER else at


def collect(program_id: UUID, books: Iterable[Book], rows: Columns) -> None:
    """Add the rows of every changed account, lot, hold and posting of ``books`` to ``rows``."""
    for book in books:
        member = book.member_id
        for account in book.accounts.values():
            if account.changed:
                rows["account"].append((
                    member, account.asset, account.pending, account.available, account.held,
                    account.owed, account.as_of, instant(account.next_due),
                ))  # fmt: skip
        if book.postings:
            _postings(program_id, book, rows)
        for lots in book.lots.values():
            for lot in lots:
                if lot.new:
                    rows["lot"].append((
                        member, lot.id, lot.posting_id, lot.activity_id, lot.asset, lot.amount,
                        lot.remaining, lot.expired, lot.available_at, instant(lot.expires_at),
                    ))  # fmt: skip
                elif lot.changed:
                    rows["lot_change"].append((member, lot.id, lot.remaining, lot.expired))
        for lot_id, posting_id, hold_id, amount in book.uses:
            rows["lot_use"].append((member, lot_id, posting_id, hold_id, amount))
        for hold in book.holds.values():
            if hold.new:
                rows["hold"].append((
                    hold.id, member, hold.activity_id, hold.asset, hold.amount,
                    ",".join(map(str, hold.lots)), ",".join(map(str, hold.amounts)), hold.lapses_at,
                ))  # fmt: skip
            if hold.closed_at != NEVER:
                rows["hold_closed"].append((hold.id, hold.closed_at, hold.outcome))


def _postings(program_id: UUID, book: Book, rows: Columns) -> None:
    postings, entries = rows["posting"], rows["entry"]
    for posting in book.postings:
        if not posting.entries:
            continue
        postings.append((posting.id, book.member_id, posting.activity_id, posting.kind, posting.at))
        for no, (own, purpose, asset, amount, campaign) in enumerate(posting.entries):
            holder = book.member_id if own else program_id
            entries.append((posting.id, no, holder, purpose, asset, amount, campaign))
