"""The answer of the load statement, read into a unit of work."""

from typing import Any
from uuid import UUID

import msgspec

from regulars.activities.bearers import GiftCard, RewardCode, VoucherLot
from regulars.activities.unit import (
    MemberState,
    Past,
    Quote,
    Unit,
    Voucher,
    account_from,
    hold_from,
)
from regulars.engine.progress import Progress
from regulars.engine.standing import Standing
from regulars.ledger.book import Book
from regulars.ledger.records import NEVER, Lot


class _Member(msgspec.Struct, array_like=True, gc=False):
    """A locked member with what stands beside, as the load statement tells it."""

    id: UUID
    version: int
    version_beside: int
    status: str
    attributes: dict[str, Any]
    segments: tuple[str, ...]
    tier: str
    joined_at: int
    purchases: int
    spend_minor: int
    first_at: int | None
    last_at: int | None
    registered: bool
    accounts: list[list[Any]] | None
    days: list[tuple[int, int, int]] | None
    counters: list[tuple[str, str, int, int]] | None
    standing: str | None
    qualified: list[tuple[int, int]] | None
    lots: list[Lot] | None
    holds: list[list[Any]] | None
    progress: str | None


class _GiftCard(msgspec.Struct, array_like=True, gc=False):
    """A locked gift card with what stands beside."""

    id: UUID
    code: str
    pin: str
    definition: str
    state: str
    expires_at: int | None
    version: int
    version_beside: int
    accounts: list[list[Any]] | None
    lots: list[Lot] | None
    holds: list[list[Any]] | None
    loads: list[tuple[UUID, int, int]] | None


_gift_cards = msgspec.json.Decoder(list[_GiftCard])
_json = msgspec.json.Decoder()
_Codes = tuple[list[tuple[str, RewardCode]] | None, list[tuple[UUID, RewardCode]] | None]
_reward_codes = msgspec.json.Decoder(_Codes)
_members = msgspec.json.Decoder(list[_Member])
_standing = msgspec.json.Decoder(Standing)
_named = msgspec.json.Decoder(list[tuple[str, str, str, UUID]])
_past = msgspec.json.Decoder(list[Past])
_lots = msgspec.json.Decoder(list[VoucherLot])
_progress = msgspec.json.Decoder(Progress)
_known = msgspec.json.Decoder(list[tuple[str, str, UUID]])


def fill(unit: Unit, row: Any) -> bool:
    """Read one row of the load statement into ``unit``.

    False when a lock had to be waited for and something read beside it may be older than the
    locked row: the statement must run again (the locks are held by then).
    """
    (
        named,
        members,
        holds,
        quotes,
        vouchers,
        lots,
        counters,
        past,
        issued,
        known,
        products,
        households,
        prices,
        referrals,
        codes,
        gift_cards,
        reward_codes,
    ) = row
    fresh = True
    for found in _members.decode(members) if members else ():
        fresh &= found.version == found.version_beside
        _member(unit, found)
    for kind, value, status, member_id in _named.decode(named) if named else ():
        unit.identifiers[(kind, value)] = (status, member_id)
    for id_, member_id in _rows(holds):
        unit.holds[UUID(id_)] = UUID(member_id)
    for id_, member_id, promised, lapses_at, outcome in _rows(quotes):
        unit.quotes[UUID(id_)] = Quote(UUID(id_), _uuid(member_id), promised, lapses_at, outcome)
    for item in (*_rows(vouchers), *_rows(issued)):
        code, definition, member_id, uses, valid_from, valid_until, blocked, by, per_member = item
        if code not in unit.vouchers:
            unit.add_voucher(
                Voucher(
                    code, definition, _uuid(member_id), uses, valid_from, valid_until, blocked,
                    _uuid(by), per_member=per_member,
                )
            )  # fmt: skip
    for lot in _lots.decode(lots) if lots else ():
        unit.voucher_lots[lot.name] = lot
    for campaign, scope, day, used in _rows(counters):
        unit.counters[(campaign, scope, day)] = used
    for activity in _past.decode(past) if past else ():
        if activity.refers_to is None:
            unit.past[activity.id] = activity
        else:
            unit.returns.setdefault(activity.refers_to, []).append(activity)
    for key, digest, activity_id in _known.decode(known) if known else ():
        unit.repeated[key] = (digest, activity_id)
    for sku, category, brand, floor, labels, role, tax_bp in _rows(products):
        unit.products[sku] = (category, brand, floor, tuple(labels), role, tax_bp)
    unit.households.fill(households)
    for sku, shop, at, price_minor in _rows(prices):
        unit.prices.setdefault((sku, shop), []).append((at, price_minor))
    unit.referrals.fill(referrals, codes)
    for card in _gift_cards.decode(gift_cards) if gift_cards else ():
        fresh &= card.version == card.version_beside
        _gift_card(unit, card)
    if reward_codes:
        free, taken = _reward_codes.decode(reward_codes)
        for reward, code in free or ():
            unit.free_codes.setdefault(reward, []).append(code)
        unit.codes_of = dict(taken or ())
    return fresh


def _rows(text: str | None) -> list[Any]:
    return _json.decode(text) if text else []


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _gift_card(unit: Unit, found: _GiftCard) -> None:
    book = Book(found.id, unit.make_id)
    card = GiftCard(
        found.id, found.code, found.pin, found.definition, book, state=found.state,
        expires_at=NEVER if found.expires_at is None else found.expires_at,
    )  # fmt: skip
    for row in found.accounts or ():
        account = account_from(row)
        book.accounts[account.asset] = account
    for lot in found.lots or ():
        book.lots.setdefault(lot.asset, []).append(lot)
    for row in found.holds or ():
        hold = hold_from(row)
        book.holds[hold.id] = hold
    card.loads = found.loads or []
    unit.add_card(card)


def _member(unit: Unit, found: _Member) -> None:
    book = Book(found.id, unit.make_id)
    member = MemberState(found.id, book, found.joined_at)
    member.status, member.attributes, member.tier = found.status, found.attributes, found.tier
    member.segments = found.segments
    member.purchases, member.spend_minor = found.purchases, found.spend_minor
    if found.first_at is not None:
        member.first_at = found.first_at
    if found.last_at is not None:
        member.last_at = found.last_at
    member.registered = found.registered
    for day, visits, spend_minor in found.days or ():
        member.days[day] = (visits, spend_minor)
    if found.standing is not None:
        member.standing = _standing.decode(found.standing) if found.standing else Standing()
    member.qualified.update(found.qualified or ())
    for campaign, scope, day, used in found.counters or ():
        member.counters[(campaign, scope, day)] = used
    for row in found.accounts or ():
        account = account_from(row)
        book.accounts[account.asset] = account
    for lot in found.lots or ():
        book.lots.setdefault(lot.asset, []).append(lot)
    for row in found.holds or ():
        hold = hold_from(row)
        book.holds[hold.id] = hold
    if found.progress is not None:
        member.progress = _progress.decode(found.progress)
    unit.members[member.id] = member
