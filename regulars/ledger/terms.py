"""Terms of lots that change: an activity makes pending ones usable, or prolongs all of them."""

from regulars.ledger.book import Book
from regulars.ledger.records import AWAITED, NEVER, Lot


def prolong(book: Book, asset: str, until: int, *, now: int) -> None:
    """Let every lot of an asset that is still good be good until an instant at least; of those that
    are not loaded the database takes care. What expired before is gone, also where it is held."""
    account = book.accounts.get(asset)
    if account is None:
        return
    account.changed = True
    book.prolonged[asset] = max(until, book.prolonged.get(asset, 0))
    for lot in book.lots.get(asset, ()):
        if now < lot.expires_at < until:
            lot.expires_at = until


def make_usable(book: Book, lot: Lot, available_at: int, *, now: int) -> None:
    """End the waiting of a lot that was pending until an activity: it can be used from an instant
    on, at the earliest now."""
    account = book._touch(lot.asset, now)
    if available_at > account.as_of:
        lot.available_at = available_at
        account.next_due = min(account.next_due, available_at)
    else:
        lot.available_at = account.as_of
        account.pending -= lot.remaining
        account.available += lot.remaining
    book.retermed.append(lot)


def revive(book: Book, lot: Lot, until: int) -> None:
    """A lot that is about to get back what was taken from it is good as long as if it had never
    been taken: prolonged meanwhile with the others."""
    if lot.expires_at < until and lot.expires_at != NEVER:
        lot.expires_at = until
        book.retermed.append(lot)


def awaited(lot: Lot) -> bool:
    """Whether it is pending until an activity."""
    return lot.available_at >= AWAITED
