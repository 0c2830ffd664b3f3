"""Everything a unit of work changed, as one set-based statement of the parts it needs."""

import re
from collections import defaultdict
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import msgspec

from regulars.activities.unit import SHARED, Unit
from regulars.kit.arrays import SHORT, array, read_as_text
from regulars.kit.sql import statements
from regulars.kit.steps import Step
from regulars.ledger.records import NEVER
from regulars.ledger.writes import Columns, collect, instant

_PARTS = statements("regulars.activities", "write.sql") | statements("regulars.ledger", "write.sql")
_PARTS = _PARTS | statements("regulars.activities", "rewards.sql")
_FIRST = ("new_member", "identifier", "card_batch")
"""Written before the rest, because the rest may update what they insert."""
_LAST = (
    "member_profile", "identifier_status", "member_day_less", "member_unvisited", "hold_closed",
    "qualified_day_less", "member_standing",
    "counter_delta", "voucher_delta", "lot_terms", "lot_prolonged", "redemption_step",
)  # fmt: skip
"""Each on its own after the rest, because it may update a row the rest has just written."""

_FOLLOWING = {"activity": ("activity_outbox",), "credit": ("credit_posting", "credit_lot")}
"""Parts that take their rows from the part before them and have no parameters of their own."""


def flush(unit: Unit) -> list[Step]:
    """The statements that write the unit: one in the common case."""
    rows: Columns = defaultdict(list)
    _restock(unit)
    _activities(unit, rows)
    _members(unit, rows)
    collect((member.book for member in unit.members.values()), rows)
    if unit.cards:
        _gift_cards(unit, rows)
    _vouchers(unit, rows)
    if unit.households.by_id:
        rows.update(unit.households.columns())
    rows.update(unit.card_rows)
    rows["redemption_step"] = [(id_, *step) for id_, step in unit.redemption_steps.items()]
    rows.update(unit.referrals.columns())
    main = tuple(
        name for name in _PARTS if rows.get(name) and name not in _FIRST and name not in _LAST
    )
    steps = [_step(unit.program_id, (name,), rows) for name in _FIRST if rows.get(name)]
    if main:
        steps.append(_step(unit.program_id, main, rows))
    steps += [_step(unit.program_id, (name,), rows) for name in _LAST if rows.get(name)]
    return steps + unit.after


def _step(program_id: UUID, names: tuple[str, ...], rows: Columns) -> Step:
    params: list[object] = [program_id]
    for name in names:
        columns = zip(*rows[name], strict=True)
        params += map(_column, columns, _short(name))
    return Step(_statement(names, tuple(len(rows[name][0]) for name in names)), params)


def _column(values: tuple[Any, ...], short: bool) -> object:
    """A column as a parameter."""
    return array(values) if short else list(values)


@cache
def _short(name: str) -> tuple[bool, ...]:
    """Which columns of a part go as one text."""
    types = dict(_TYPED.findall(_PARTS[name]))
    return tuple(types[str(n)] in SHORT for n in range(2, len(types) + 2) if str(n) in types)


@lru_cache(maxsize=256)
def _statement(names: tuple[str, ...], widths: tuple[int, ...]) -> str:
    """The parts as one statement; each part's parameters are moved behind those before it."""
    parts: list[tuple[str, str]] = []
    offset = 0
    for name, width in zip(names, widths, strict=True):
        parts.append((name, _moved(_PARTS[name], offset)))
        parts += [(follower, _PARTS[follower]) for follower in _FOLLOWING.get(name, ())]
        offset += width
    *before, (_, last) = parts
    ctes = ",\n".join(f"{name}_part as (\n{part}\n)" for name, part in before)
    return f"with {ctes}\n{last}" if before else last


def _moved(part: str, offset: int) -> str:
    def number(match: re.Match[str]) -> str:
        own = int(match[1])
        return f"${own}" if own == 1 else f"${own + offset}"

    return re.sub(r"\$(\d+)", number, read_as_text(part))


_TYPED = re.compile(r"\$(\d+)::(\w+)\[\]")


def _restock(unit: Unit) -> None:
    """What was held of a reward, and was not taken, is there for others."""
    for member in unit.members.values():
        for hold in member.book.holds.values():
            if hold.closed_at == NEVER or hold.outcome == "settled":
                continue
            unit.redemption_steps.setdefault(
                hold.activity_id, (str(hold.outcome), hold.closed_at, "", "")
            )
            if not hold.reward:
                continue
            reward, _, place = hold.reward.partition("/")
            taken_by = hold.taken_by or member.id
            shared = [(SHARED, f"at:{place}")] if place else []
            for holder, scope in ((SHARED, "total"), (taken_by, "per_member"), *shared):
                unit.adjust(holder, f"reward:{reward}", scope, 0, -1)


def _activities(unit: Unit, rows: Columns) -> None:
    for r in unit.records:
        rows["activity"].append((
            r.id, r.member_id, r.kind, r.occurred_at, unit.recorded_at, r.shop, r.till, r.receipt,
            r.revision, r.refers_to, r.list_minor, r.paid_minor, r.facts, r.decision, r.answer,
        ))  # fmt: skip
    # In one order everywhere, so that two batches with the same keys cannot block each other.
    rows["idempotency"] = sorted(unit.new_keys)
    for member_id, campaign, scope, day in unit.counter_changes:
        counters = unit.counters if member_id == SHARED else unit.members[member_id].counters
        used = counters[(campaign, scope, day)]
        rows["counter"].append((member_id, campaign, scope, day, used))
    for key, by in unit.counter_deltas.items():
        rows["counter_delta"].append((*key, by))
    for (sku, shop, at), price_minor in unit.told_prices.items():
        rows["product_price"].append((sku, shop, at, price_minor, unit.recorded_at))
    for quote in unit.quotes.values():
        if quote.new:
            rows["quote"].append((quote.id, quote.member_id, quote.promised, quote.lapses_at))
        elif quote.closed_at is not None:
            rows["quote_closed"].append((quote.id, quote.closed_at, quote.outcome))


def _members(unit: Unit, rows: Columns) -> None:
    for member in unit.new_members:
        rows["new_member"].append((
            member.id, _json(member.attributes), member.joined_at,
            member.joined_at if member.registered else None,
        ))  # fmt: skip
    for kind, value, member_id in unit.new_identifiers:
        rows["identifier"].append((kind, value, member_id, unit.now))
    for kind, value, status, replaced_by in unit.identifier_changes:
        rows["identifier_status"].append((kind, value, status, unit.now, replaced_by))
    for member in unit.members.values():
        book = member.book
        if member.changed or any(account.changed for account in book.accounts.values()):
            rows["member"].append((
                member.id, member.purchases, member.spend_minor, instant(member.first_at),
                instant(member.last_at), member.tier,
            ))  # fmt: skip
        if member.progress_changed:
            rows["progress"].append((
                member.id, _json(member.progress),
                ",".join(given.id for given in member.progress.given),
                ",".join(member.progress.badges),
            ))  # fmt: skip
        if member.profile_changed:
            rows["member_profile"].append((
                member.id, _json(member.attributes), member.status,
                unit.now if member.registered else None,
            ))  # fmt: skip
        if member.standing_changed and member.standing is not None:
            rows["member_standing"].append((member.id, _json(member.standing), member.tier_due_at))
        rows["tier_change"] += [
            (member.id, c.id, c.at, c.tier, c.before, c.reason, c.activity_id, c.actor, c.note,
             c.given, c.until_at)
            for c in member.tier_changes
        ]  # fmt: skip
    for qualified, points in unit.qualified_changes.items():
        part = "qualified_day" if points >= 0 else "qualified_day_less"
        rows[part].append((*qualified, points))
    for member_id, name in unit.players.items():
        if name is None:
            rows["player_gone"].append((member_id,))
        else:
            rows["player"].append((member_id, name, unit.now))
    rows["member_unvisited"] = [(member_id,) for member_id in unit.unvisited]
    for (member_id, day), (visits, spend) in unit.day_changes.items():
        part = "member_day" if visits >= 0 and spend >= 0 else "member_day_less"
        rows[part].append((member_id, day, visits, spend))


def _vouchers(unit: Unit, rows: Columns) -> None:
    for v in unit.vouchers.values():
        if v.new:
            rows["voucher"].append((
                v.code, v.definition, v.member_id, v.issued_by, v.campaign,
                v.uses_left, v.valid_from, v.valid_until, v.blocked_at, v.lot,
            ))  # fmt: skip
        elif v.changed:
            rows["voucher_uses"].append((v.code, v.uses_left, v.blocked_at))
    for lot in unit.voucher_lots.values():
        if lot.new:
            rows["voucher_lot"].append((
                lot.name, lot.definition, lot.source, lot.state, lot.issued, lot.uses,
                lot.per_member, lot.valid_from, lot.valid_until, lot.digest, unit.recorded_at,
            ))  # fmt: skip
        elif lot.changed:
            rows["voucher_lot_state"].append((lot.name, lot.state))
    for code, by in unit.voucher_deltas.items():
        rows["voucher_delta"].append((code, by))


def _gift_cards(unit: Unit, rows: Columns) -> None:
    for card in unit.cards.values():
        if card.new:
            rows["gift_card"].append((
                card.id, card.code, card.pin, card.definition, card.state, instant(card.expires_at),
                unit.recorded_at,
            ))  # fmt: skip
        elif card.changed or any(account.changed for account in card.book.accounts.values()):
            rows["gift_card_change"].append((card.id, card.state, instant(card.expires_at)))
    rows["gift_card_load"] += unit.new_loads
    collect((card.book for card in unit.cards.values()), rows)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
