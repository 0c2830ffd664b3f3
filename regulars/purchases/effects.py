"""A decision made real: credits, vouchers, counters and history, in the unit of work."""

from uuid import UUID

from regulars.activities.terms import expires_from, lot_terms, released_from
from regulars.activities.unit import MemberState, Unit, Voucher
from regulars.engine.caps import WHOLE_PROGRAM, Cap
from regulars.engine.decision import Award, Decision
from regulars.engine.facts import Facts
from regulars.engine.program import Program
from regulars.engine.rules import Validity
from regulars.ledger.records import NEVER
from regulars.ledger.terms import awaited, make_usable, prolong
from regulars.purchases.facts import counted_caps, counted_of, counter_day, counter_holder
from regulars.vouchers.operations import issue
from regulars.vouchers.usable import use_key


def credit(
    program: Program, facts: Facts, awards: list[Award], member: MemberState, activity_id: UUID,
    now: int, *, awaits: bool = True,
) -> None:  # fmt: skip
    """Credit what was awarded: one posting and lot for each asset and terms; which campaign gave
    what stands in the decision."""
    lots: dict[tuple[str, int | None, int | None], int] = {}
    for award in awards:
        terms = (award.asset, award.pending_days, award.valid_days)
        lots[terms] = lots.get(terms, 0) + award.amount
    for (asset, pending_days, valid_days), amount in lots.items():
        available_at, expires_at = lot_terms(
            program.assets[asset], facts.at, facts.day, program.timezone,
            pending_days=pending_days, valid_days=valid_days,
            awaits=awaits and facts.trigger == "purchase",
        )  # fmt: skip
        member.book.credit(
            asset, amount, now=now, at=facts.at, available_at=available_at, expires_at=expires_at,
            activity_id=activity_id,
        )  # fmt: skip


def give_vouchers(
    program: Program, facts: Facts, decision: Decision, member: MemberState | None, unit: Unit,
    activity_id: UUID,
) -> list[Voucher]:  # fmt: skip
    """Issue the vouchers a decision grants."""
    return [
        voucher
        for grant in decision.grants
        for voucher in issue(
            unit,
            grant.voucher,
            program.rules.vouchers[grant.voucher],
            member_id=None if member is None else member.id,
            campaign=grant.campaign,
            activity_id=activity_id,
            at=facts.at,
            timezone=program.timezone,
            count=grant.count,
        )
    ]


def use_vouchers(decision: Decision, unit: Unit) -> None:
    """Count a use of every voucher that did something; a public code has none to count."""
    for _, code in decision.redeemed:
        voucher = unit.vouchers.get(code)
        if voucher is not None:
            voucher.use()
            unit.changes += 1


CounterKey = tuple[UUID, str, str, int]


def uses(
    program: Program, facts: Facts, decision: Decision, member: MemberState | None
) -> dict[CounterKey, int]:
    """What a decision uses of limits, budgets, and codes with a limit for each member: (holder,
    campaign, scope, day) to an amount."""
    found: dict[CounterKey, int] = {}
    for campaign_id in decision.used:
        for scope in program.by_id[campaign_id].limits:
            holder = counter_holder(scope, member)
            amount = _amount(decision, campaign_id, scope)
            if holder is not None and amount:
                found[holder, campaign_id, scope, counter_day(scope, facts.day)] = amount
        for cap in counted_of(program.by_id[campaign_id]):
            _count_cap(found, cap, decision, facts.day, member)
        for effect in program.by_id[campaign_id].tallied if member is not None else ():
            assert member is not None
            for day, amount in effect.counts(campaign_id, facts, decision.paid_minor):
                key = (member.id, campaign_id, effect.tally, day)
                found[key] = found.get(key, 0) + amount
    for cap in counted_caps(program):
        _count_cap(found, cap, decision, facts.day, member)
    if decision.redeemed and member is not None:
        limited = {coupon.code for coupon in facts.coupons if coupon.limited}
        for _, code in decision.redeemed:
            if code in limited:
                found[(member.id, *use_key(code))] = 1
    return found


def _count_cap(
    found: dict[CounterKey, int], cap: Cap, decision: Decision, day: int, member: MemberState | None
) -> None:
    """Count what was given of the asset of a cap, by its campaign or by all."""
    holder = counter_holder(cap.scope, member)
    asset = cap.name.partition(":")[0]
    amount = sum(
        award.amount
        for award in decision.awards
        if award.asset == asset and cap.campaign in (WHOLE_PROGRAM, award.campaign)
    )
    if holder is not None and amount:
        found[holder, cap.campaign, cap.name, counter_day(cap.scope, day)] = amount


def _amount(decision: Decision, campaign: str, scope: str) -> int:
    if scope == "budget_minor":
        return sum(d.amount_minor for d in decision.discounts if d.campaign == campaign)
    if scope == "budget_points":
        return sum(a.amount for a in decision.awards if a.campaign == campaign)
    return 1


def visited(member: MemberState, facts: Facts, paid_minor: int, unit: Unit) -> None:
    """The purchase becomes part of the member's history."""
    member.purchases += 1
    member.spend_minor += paid_minor
    if member.first_at == NEVER or facts.at < member.first_at:
        member.first_at = facts.at
    if member.last_at == NEVER or facts.at > member.last_at:
        member.last_at = facts.at
    unit.visit(member, facts.day, 1, paid_minor)


def slide(program: Program, facts: Facts, member: MemberState, now: int) -> None:
    """What the activity prolongs is good for so many days more, all the member has of it."""
    for asset, days, activities in program.sliding:
        if facts.trigger in activities:
            until = expires_from(Validity(days=days), facts.day, program.timezone)
            prolong(member.book, asset, until, now=now)


def make_awaited_usable(
    program: Program, facts: Facts, member: MemberState, purchase_id: UUID, now: int
) -> None:
    """What a purchase earned and this activity was awaited for can be used."""
    for name, asset in program.assets.items():
        if asset.pending_until == facts.trigger:
            usable_at = released_from(asset, facts.at, facts.day, program.timezone)
            for lot in member.book.lots.get(name, ()):
                if lot.activity_id == purchase_id and awaited(lot):
                    make_usable(member.book, lot, usable_at, now=now)
