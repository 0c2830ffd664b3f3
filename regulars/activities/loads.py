"""The answer of the load statement, read into a unit of work."""

from typing import Any
from uuid import UUID

import msgspec

from regulars.activities.unit import (
    MemberState,
    Past,
    Quote,
    Stored,
    Unit,
    Voucher,
    account_from,
    hold_from,
    lot_from,
)
from regulars.ledger.book import Book
from regulars.ledger.records import NEVER

_json = msgspec.json.Decoder()
_past = msgspec.json.Decoder(list[Past])
_known = msgspec.json.Decoder(list[tuple[str, Stored]])


def fill(unit: Unit, row: Any) -> bool:
    """Read one row of the load statement into ``unit``.

    False when a lock had to be waited for and something read beside it may be older than the
    locked row: the statement must run again (the locks are held by then).
    """
    (named, members, holds, quotes, vouchers, counters, past, issued, known, products) = row
    fresh = True
    for item in _rows(members):
        fresh &= item[1] == item[2]
        _member(unit, item)
    for kind, value, status, member_id in _rows(named):
        unit.identifiers[(kind, value)] = (status, UUID(member_id))
    for id_, member_id in _rows(holds):
        unit.holds[UUID(id_)] = UUID(member_id)
    for id_, member_id, promised, lapses_at, outcome in _rows(quotes):
        unit.quotes[UUID(id_)] = Quote(UUID(id_), _uuid(member_id), promised, lapses_at, outcome)
    for item in (*_rows(vouchers), *_rows(issued)):
        code, definition, member_id, uses, valid_from, valid_until, blocked, issued_by = item
        if code not in unit.vouchers:
            unit.add_voucher(
                Voucher(
                    code, definition, _uuid(member_id), uses, valid_from, valid_until, blocked,
                    _uuid(issued_by),
                )
            )  # fmt: skip
    for campaign, scope, day, used in _rows(counters):
        unit.counters[(campaign, scope, day)] = used
    for activity in _past.decode(past) if past else ():
        if activity.refers_to is None:
            unit.past[activity.id] = activity
        else:
            unit.returns.setdefault(activity.refers_to, []).append(activity)
    for key, stored in _known.decode(known) if known else ():
        unit.known[key] = stored
    for sku, category, brand, min_price_minor in _rows(products):
        unit.products[sku] = (category, brand, min_price_minor)
    return fresh


def _rows(text: str | None) -> list[Any]:
    return _json.decode(text) if text else []


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _member(unit: Unit, item: list[Any]) -> None:
    (
        id_, _, _, status, attributes, segments, tier, joined_at, purchases, spend, first_at,
        last_at, lots_loaded, registered, accounts, days, lots, holds, counters,
    ) = item  # fmt: skip
    book = Book(UUID(id_), unit.make_id)
    member = MemberState(book.member_id, book, joined_at)
    member.status, member.attributes, member.tier = status, attributes, tier
    member.segments = tuple(segments)
    member.purchases, member.spend_minor = purchases, spend
    member.first_at = NEVER if first_at is None else first_at
    member.last_at = NEVER if last_at is None else last_at
    member.lots_loaded, member.registered = lots_loaded, registered
    for day, visits, spend_minor in days or ():
        member.days[day] = (visits, spend_minor)
    for campaign, scope, day, used in counters or ():
        member.counters[(campaign, scope, day)] = used
    for row in accounts or ():
        account = account_from(row)
        book.accounts[account.asset] = account
    for row in lots or ():
        lot = lot_from(row)
        book.lots.setdefault(lot.asset, []).append(lot)
    for row in holds or ():
        hold = hold_from(row)
        book.holds[hold.id] = hold
    unit.members[member.id] = member
