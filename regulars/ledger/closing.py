"""The books of somebody who goes for good: what is reserved is given back, what is left lapses."""

from uuid import UUID

from regulars.ledger.book import Book


def give_back(book: Book, *, now: int, activity_id: UUID) -> None:
    """Void every open hold."""
    for hold in book.holds.values():
        if hold.outcome is None:
            book.void(hold, now=now, at=now, activity_id=activity_id)


def empty(book: Book, *, now: int, activity_id: UUID) -> None:
    """Nothing is left on any account: what could be used is taken, what was owed is written off."""
    for asset, account in book.accounts.items():
        left = account.available + account.pending
        if left:
            book.deduct(
                asset, left, now=now, at=now, activity_id=activity_id, policy="clamp",
                kind="erase",
            )  # fmt: skip
        if account.owed:
            book._touch(asset, now)
            book._posting("write_off", now, activity_id, asset, account.owed, "written_off")
            account.owed = 0
