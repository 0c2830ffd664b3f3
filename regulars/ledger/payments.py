"""Payments: points used for a purchase, and given back to their lots by its returns."""

from uuid import UUID

from regulars.ledger.book import Book, short
from regulars.ledger.records import Hold


def pay(
    book: Book, asset: str, amount: int, *, now: int, at: int, hold_id: UUID, activity_id: UUID,
    kind: str = "pay", purpose: str = "redeemed",
) -> Hold:  # fmt: skip
    """Pay a purchase or a reward: used up at once. The hold, settled as it is made, keeps the lots
    in mind to which `pay_back` gives back what a return refunds."""
    account = book._touch(asset, now)
    if amount > account.available:
        raise short(asset, amount, account.available)
    posting = book._posting(kind, at, activity_id, asset, -amount, purpose)
    hold = Hold(hold_id, activity_id, asset, amount, [], [], at, "settled", new=True)
    hold.closed_at = at
    for lot, part in book._spendable(account, amount):
        book._take(account, lot, part, posting.id, None)
        hold.lots.append(lot.id)
        hold.amounts.append(part)
    book.holds[hold.id] = hold
    return hold


def pay_back(
    book: Book, hold: Hold, before: int, amount: int, *, now: int, at: int, activity_id: UUID
) -> None:
    """Refund a part of a payment to the lots it came from, the last used first; ``before`` is what
    was refunded earlier. What is owed is repaid first; what has expired meanwhile expires now, as
    if it had never been used."""
    account = book._touch(hold.asset, now)
    posting = book._posting("pay_back", at, activity_id, hold.asset, amount, "redeemed")
    by_id = {lot.id: lot for lot in book.lots.get(hold.asset, ())}
    for lot_id, used in zip(reversed(hold.lots), reversed(hold.amounts), strict=True):
        part = min(max(0, used - before), amount)
        before, amount = max(0, before - used), amount - part
        if part:
            lot = by_id[lot_id]
            book._refill(account, lot, part, account.as_of, activity_id, posting.id, None)
