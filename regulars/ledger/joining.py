"""Two accounts become one: all of it goes over by postings of one transfer, the lots under their
own names.

What a lot is called, what was taken from it and by what goes along, so that whatever refers to it
(a reservation, a payment that may come back, a purchase that may be returned) finds it at the
survivor as it was. The log stays as it is: postings are where they were made.
"""

from uuid import UUID

from regulars.kit.sql import statements
from regulars.kit.steps import Step
from regulars.ledger.book import Book
from regulars.ledger.records import NEVER, Account, Lot

_SQL = statements("regulars.ledger", "joining.sql")
_KIND, _AGAINST = "merge", "transferred"


def join(kept: Book, gone: Book, *, now: int, activity_id: UUID) -> list[UUID]:
    """Both books are up to date, with all lots that hold anything. The postings at ``gone``, which
    `follow` has to know. What is owed is repaid from what there is now."""
    emptied: list[UUID] = []
    for asset in gone.accounts:
        account, theirs = gone._touch(asset, now), kept._touch(asset, now)
        has = account.pending + account.available + account.held
        into = UUID(int=0)
        for amount in (has, -account.owed):
            if amount:
                out = gone._posting(_KIND, now, activity_id, asset, -amount, _AGAINST)
                into = kept._posting(_KIND, now, activity_id, asset, amount, _AGAINST).id
                emptied.append(out.id)
        if has:
            _lots(kept, gone, account, theirs, emptied[-1 if not account.owed else -2])
        theirs.held, account.held = theirs.held + account.held, 0
        theirs.owed, account.owed = theirs.owed + account.owed, 0
        theirs.next_due = min(theirs.next_due, account.next_due)
        account.next_due = NEVER
        _repay(kept, theirs, into)
    opened = {id: hold for id, hold in gone.holds.items() if hold.outcome is None}
    kept.holds.update(opened)
    for id in opened:
        del gone.holds[id]
    return emptied


def follow(program_id: UUID, kept: UUID, gone: UUID, emptied: list[UUID]) -> list[Step]:
    """What the database copies when the books are written: every lot with its trace, also those
    that nothing is left of; and whose the reservations are."""
    return [
        Step(_SQL["lots"], (program_id, gone, kept, emptied)),
        Step(_SQL["uses"], (program_id, gone, kept, emptied)),
        Step(_SQL["holds"], (program_id, gone, kept)),
    ]


def _lots(kept: Book, gone: Book, account: Account, theirs: Account, posting: UUID) -> None:
    """Take what is left of each lot of one; let the other know it."""
    for lot in gone.lots.get(account.asset, ()):
        own = Lot(
            lot.id, lot.asset, lot.activity_id, lot.amount, lot.remaining, lot.available_at,
            lot.expires_at, lot.expired,
        )  # fmt: skip
        kept.lots.setdefault(account.asset, []).append(own)
        if own.available_at > theirs.as_of:
            theirs.pending += lot.remaining
        else:
            theirs.available += lot.remaining
        if lot.remaining:
            gone._take(account, lot, lot.remaining, posting, None)


def _repay(book: Book, account: Account, posting: UUID) -> None:
    """What one of them owed comes out of what the other has."""
    amount = min(account.owed, account.pending + account.available)
    if amount:
        lots = sorted(
            book.lots[account.asset], key=lambda lot: (lot.available_at > account.as_of, *lot.order)
        )
        book._drain(account, lots, amount, posting)
        account.owed -= amount
