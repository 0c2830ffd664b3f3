"""Reading members: who, what they have and why. Steps that only read."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

import msgspec
from msgspec import Struct

from regulars.activities.membership import attributes_of, children_of
from regulars.activities.unit import account_from, hold_from
from regulars.identifiers.resolve import Ref
from regulars.kit.periods import instant, local
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.ledger.book import Book
from regulars.ledger.records import AWAITED, NEVER, Lot
from regulars.members.known import UnknownMember
from regulars.members.wire import (
    AssetOut,
    BalancesOut,
    ExpiringOut,
    IdentifierOut,
    MaturingOut,
    MemberOut,
)

SQL = statements("regulars.members", "queries.sql")
_decode = msgspec.json.decode
_lots = msgspec.json.Decoder(list[Lot])
_household = msgspec.json.Decoder(tuple[UUID, str])
_NOBODY = UUID(int=0)
TOLD = ("redeem", "donate", "correct")
"""Kinds whose facts the words of the history need."""


class Happened(Struct, frozen=True):
    """An activity of a member's history; ``amounts`` are (kind of posting, asset, amount)."""

    id: UUID
    kind: str
    occurred_at: int
    shop: str
    till: str
    receipt: str
    revision: int
    refers_to: UUID | None
    list_minor: int
    paid_minor: int
    decision: str
    facts: str
    """What it was about, of the kinds that say more than their movements."""
    own: bool
    """False: somebody else's activity, or time, moved something of this member's."""
    amounts: list[tuple[str, str, int]]


def identify(program_id: UUID, ref: Ref) -> Steps[UUID]:
    """The id of the member of an id or an identifier; `UnknownMember` where there is none."""
    named = ref if isinstance(ref, tuple) else (None, None)
    rows = yield Step(SQL["named"], (program_id, ref if isinstance(ref, UUID) else None, *named))
    if not rows:
        raise UnknownMember
    return UUID(str(rows[0][0]))


def called(program_id: UUID, members: Iterable[UUID | None]) -> Steps[dict[UUID, str]]:
    """What members are called, for lists; who has told no name is left out."""
    rows = yield Step(SQL["called"], (program_id, [one for one in members if one is not None]))
    return {id_: name for id_, name in rows if name}


def find(program_id: UUID, ref: Ref) -> Steps[MemberOut]:
    """The member of an id or an identifier, blocked or not; `UnknownMember` where there is none."""
    named = ref if isinstance(ref, tuple) else (None, None)
    rows = yield Step(SQL["member"], (program_id, ref if isinstance(ref, UUID) else None, *named))
    if not rows:
        raise UnknownMember
    (
        id_, status, attributes, segments, tier, joined_at, registered, purchases, spend_minor,
        last_at, identifiers, household, merged_into,
    ) = rows[0]  # fmt: skip
    household_id, role = _household.decode(household) if household else (None, "")
    return MemberOut(
        id=id_,
        status=status,
        registered=registered,
        joined_at=instant(joined_at),
        tier=tier,
        household=household_id,
        household_role=role,
        segments=list(segments),
        attributes=attributes_of(_decode(attributes)),
        children=list(children_of(_decode(attributes))),
        identifiers=[
            IdentifierOut(
                kind, value, state, instant(since), None if ended is None else instant(ended), by
            )
            for kind, value, state, since, ended, by in _decode(identifiers or "[]")
        ],
        purchases=purchases,
        spend_minor=spend_minor,
        last_purchase_at=None if last_at is None else instant(last_at),
        merged_into=merged_into,
    )


def balances(program_id: UUID, ref: Ref, now: int, timezone: str) -> Steps[BalancesOut]:
    """What the member has as of ``now`` and what expires when (T8).

    What fell due since the accounts were last touched happens here in memory, by the same book
    that will write it at the next touch.
    """
    member_id = yield from identify(program_id, ref)
    return (yield from holdings(program_id, member_id, now, timezone))


def holdings(program_id: UUID, member_id: UUID, now: int, timezone: str) -> Steps[BalancesOut]:
    """The same of a member who was found already."""
    rows = yield Step(SQL["book"], (program_id, member_id))
    book = read_book(member_id, *rows[0])
    book.bring_up_to_date(now, _NOBODY)
    assets = [
        AssetOut(
            asset,
            account.available,
            account.pending,
            account.held,
            account.owed,
            list(_expiring(book.lots.get(asset, []), timezone)),
            list(_maturing(book.lots.get(asset, []), account.as_of, timezone)),
        )
        for asset, account in sorted(book.accounts.items())
    ]
    return BalancesOut(member_id, instant(now), assets)


def history(
    program_id: UUID, ref: Ref, *, before: UUID | None, limit: int
) -> Steps[list[Happened]]:
    """A page of what happened, newest first; ``before`` is the last id of the page before."""
    member_id = yield from identify(program_id, ref)
    rows = yield Step(SQL["history"], (program_id, member_id, before, limit, list(TOLD)))
    if not rows:
        return []
    ids = [row[0] for row in rows]
    low, high = _milliseconds(ids)
    found = yield Step(SQL["amounts"], (program_id, member_id, ids, low, high))
    amounts: dict[UUID, list[tuple[str, str, int]]] = defaultdict(list)
    for activity_id, kind, asset, amount in found:
        amounts[activity_id].append((kind, asset, amount))
    return [Happened(*(*row, amounts[row[0]])) for row in rows]


def read_book(member_id: UUID, accounts: str | None, lots: str | None, holds: str | None) -> Book:
    """A book to look at; what it would post is dropped."""
    book = Book(member_id, lambda: _NOBODY)
    for account in map(account_from, _decode(accounts or "[]")):
        book.accounts[account.asset] = account
    for lot in _lots.decode(lots) if lots else ():
        book.lots.setdefault(lot.asset, []).append(lot)
    for hold in map(hold_from, _decode(holds or "[]")):
        book.holds[hold.id] = hold
    return book


def _expiring(lots: list[Lot], timezone: str) -> Iterator[ExpiringOut]:
    """By the last local day, soonest first; the end of a period is not part of it."""
    by_day: dict[int, int] = defaultdict(int)
    for lot in lots:
        if lot.remaining and lot.expires_at != NEVER:
            by_day[local(lot.expires_at - 1, timezone).toordinal()] += lot.remaining
    for day, amount in sorted(by_day.items()):
        yield ExpiringOut(date.fromordinal(day), amount)


def _maturing(lots: list[Lot], as_of: int, timezone: str) -> Iterator[MaturingOut]:
    by_day: dict[int, int] = defaultdict(int)
    for lot in lots:
        if lot.remaining and as_of < lot.available_at < AWAITED:
            by_day[local(lot.available_at, timezone).toordinal()] += lot.remaining
    for day, amount in sorted(by_day.items()):
        yield MaturingOut(date.fromordinal(day), amount)


def _milliseconds(ids: list[UUID]) -> tuple[UUID, UUID]:
    """The first and the last id (UUIDv7) that the milliseconds of ``ids`` can have."""
    return (
        UUID(int=min(ids).int >> 80 << 80),
        UUID(int=max(ids).int | (1 << 80) - 1),
    )
