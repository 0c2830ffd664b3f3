"""Tiers of members in a unit of work: what counts, what has fallen due, what is taken back.

The tier is exact at every instant: whoever touches a member first lets happen what was due, each
change at the instant at which it fell due. What counts for it counts after the purchase it comes
from was priced.
"""

from collections.abc import Mapping
from uuid import UUID

from regulars.activities.membership import end_due, next_end
from regulars.activities.unit import MemberState, TierChange, Unit
from regulars.activities.wants import Wants
from regulars.engine.facts import Facts
from regulars.engine.program import Program
from regulars.engine.standing import (
    FOREVER,
    Days,
    Floor,
    Ladder,
    advance,
    after,
    end_at,
    highest,
    observe,
    oldest_counted,
    take_back,
)
from regulars.engine.tiering import Fee, Tiering
from regulars.kit.periods import day_number, day_start, local

_BALANCE_ONLY = Tiering()


def ladder_of(program: Program, joined_at: int) -> Ladder:
    """The levels of a program as one member climbs them."""
    rules = program.rules
    joined = day_number(local(joined_at, program.timezone).date())
    return Ladder(rules.tiers, rules.tiering or _BALANCE_ONLY, joined, program.timezone)


def want_standing(wants: Wants, program: Program, day: int, *, everything: bool = False) -> None:
    """Ask for the members' standing, and for the days that count on ``day``; with ``everything``
    for all of them, as a return needs."""
    if not program.rules.tiers and program.rules.membership is None:
        return
    wants.standing = True
    tiering = program.rules.tiering
    if tiering is None or tiering.period is None:
        return
    oldest = 0 if everything else max(0, oldest_counted(tiering.period, day))
    if tiering.by == "points":
        wants.qualified_since(tiering.asset, oldest)
    else:
        by_month = tiering.period.calendar is not None and not everything
        wants.days_since(oldest, day if by_month else oldest)


def days_of(tiering: Tiering, member: MemberState) -> dict[int, int]:
    """What counts towards tiers, by local day, as far as it is loaded."""
    if tiering.by == "points":
        return {day: points for day, points in member.qualified.items() if points}
    part = 0 if tiering.by == "visits" else 1
    return {day: figures[part] for day, figures in member.days.items() if figures[part]}


def catch_up(program: Program, unit: Unit, member: MemberState) -> None:
    """Let every change that was due by now happen. The book must be up to date."""
    standing = member.standing
    if standing is None:
        return
    ladder = ladder_of(program, member.joined_at)
    due = _due(ladder, member)
    member.standing_changed |= due is not None and due <= unit.now
    for change in advance(ladder, standing, member.tier, unit.now):
        _note(unit, member, change.at, change.tier, change.reason, None)
    _by_balance(ladder, unit, member)
    end_due(unit, member)
    member.tier_due_at = _due(ladder, member)


def count(
    program: Program, unit: Unit, member: MemberState, facts: Facts, earned: Mapping[str, int],
    activity_id: UUID,
) -> None:  # fmt: skip
    """A purchase or another activity counts towards tiers; its benefits begin with the next."""
    standing = member.standing
    if standing is None or not program.rules.tiers:
        return
    ladder = ladder_of(program, member.joined_at)
    tiering = ladder.tiering
    had = (dict(standing.held), list(standing.floors))
    _by_balance(ladder, unit, member, activity_id)
    if tiering.period is not None:
        if tiering.by == "points" and earned.get(tiering.asset):
            unit.qualify(member, tiering.asset, facts.day, earned[tiering.asset])
        today = day_number(local(unit.now, program.timezone).date())
        days = days_of(tiering, member)
        for day in sorted(day for day in days if day >= facts.day):
            observe(ladder, standing, days, day, today)
    bought = _buy(ladder, member, facts, activity_id)
    if had != (standing.held, standing.floors):
        tier = highest(ladder, standing, unit.now)
        reason = "bought" if tier in bought else "reached"
        _settled(ladder, unit, member, reason, activity_id)


def uncount(
    program: Program, unit: Unit, member: MemberState, before: Days, facts: Facts,
    taken: Mapping[str, int], kept: Mapping[str, int], *, purchase: UUID, activity_id: UUID,
) -> None:  # fmt: skip
    """Goods came back: what they counted for counts no more. ``before`` is what counted until
    now, ``taken`` what was taken back of each asset (negative), ``kept`` the units by product."""
    standing = member.standing
    if standing is None or not program.rules.tiers:
        return
    ladder = ladder_of(program, member.joined_at)
    tiering = ladder.tiering
    _by_balance(ladder, unit, member, activity_id)
    if tiering.period is not None:
        if tiering.by == "points" and taken.get(tiering.asset):
            unit.qualify(member, tiering.asset, facts.day, taken[tiering.asset])
        if tiering.on_return == "lower":
            today = day_number(local(unit.now, program.timezone).date())
            take_back(ladder, standing, before, days_of(tiering, member), today)
    if tiering.on_return == "lower":
        for fee in tiering.bought:
            _take_fee_back(member, fee, kept.get(fee.product or "", 0), str(purchase))
    _settled(ladder, unit, member, "returned", activity_id)


def settle(program: Program, unit: Unit, member: MemberState, change: TierChange) -> None:
    """The standing was changed by hand, as ``change`` tells: the tier follows. It becomes part of
    the history also where the tier stays as it is."""
    ladder = ladder_of(program, member.joined_at)
    assert member.standing is not None
    change.before = member.tier
    change.tier = member.tier = highest(ladder, member.standing, unit.now)
    member.tier_changes.append(change)
    _touched(ladder, unit, member)


def _settled(
    ladder: Ladder, unit: Unit, member: MemberState, reason: str, activity_id: UUID
) -> None:
    assert member.standing is not None
    _note(unit, member, unit.now, highest(ladder, member.standing, unit.now), reason, activity_id)
    _touched(ladder, unit, member)


def take_highest(program: Program, unit: Unit, member: MemberState, activity_id: UUID) -> None:
    """Levels came from elsewhere: the highest that is held is the tier from now on."""
    if member.standing is not None and program.rules.tiers:
        _settled(ladder_of(program, member.joined_at), unit, member, "reached", activity_id)


def _touched(ladder: Ladder, unit: Unit, member: MemberState) -> None:
    assert member.standing is not None
    member.tier_due_at = _due(ladder, member)
    member.standing_changed = member.changed = True
    unit.changes += 1


def _due(ladder: Ladder, member: MemberState) -> int | None:
    """The next instant at which the tier or the membership may end by time alone."""
    assert member.standing is not None
    ends = (end_at(ladder, member.standing), next_end(member))
    return min((end for end in ends if end is not None), default=None)


def refresh_due(program: Program, member: MemberState) -> None:
    """The standing was changed by others: when is the member to be looked at next?"""
    if member.standing is not None:
        member.tier_due_at = _due(ladder_of(program, member.joined_at), member)


def _note(
    unit: Unit, member: MemberState, at: int, tier: str, reason: str, activity_id: UUID | None
) -> None:
    if tier == member.tier:
        return
    member.tier_changes.append(
        TierChange(unit.make_id(), at, tier, member.tier, reason, activity_id)
    )
    member.tier = tier
    member.changed = True
    unit.changes += 1


def _by_balance(
    ladder: Ladder, unit: Unit, member: MemberState, activity_id: UUID | None = None
) -> None:
    """Tiers by balance follow every posting: what expired, at the instant it did."""
    standing, tiering = member.standing, ladder.tiering
    if standing is None or tiering.by != "balance" or not tiering.at_least:
        return
    account = member.book.accounts.get(tiering.asset)
    new = [p for p in member.book.postings[member.told :] if p.asset == tiering.asset]
    member.told = len(member.book.postings)
    balance = 0 if account is None else account.balance
    so_far = balance - sum(p.amount for p in new)
    for posting in sorted(new, key=lambda p: p.at if p.kind == "expire" else FOREVER << 8):
        so_far += posting.amount
        if posting.kind == "expire":
            _hold(ladder, member, so_far)
            tier = highest(ladder, standing, posting.at)
            _note(unit, member, posting.at, tier, "balance", activity_id)
    _hold(ladder, member, balance)
    tier = highest(ladder, standing, unit.now)
    _note(unit, member, unit.now, tier, "balance", activity_id)


def _hold(ladder: Ladder, member: MemberState, balance: int) -> None:
    assert member.standing is not None
    least = ladder.tiering.at_least
    held = {tier: FOREVER for tier in least if balance >= least[tier]}
    if held != member.standing.held:
        member.standing.held = held
        member.standing_changed = member.changed = True


def _buy(ladder: Ladder, member: MemberState, facts: Facts, activity_id: UUID) -> set[str]:
    """Tiers this purchase or activity pays for; each fee begins where the one before ends."""
    standing = member.standing
    assert standing is not None
    bought = set()
    for fee in ladder.tiering.bought:
        units = sum(line.quantity for line in facts.lines if line.sku == fee.product)
        if fee.activity is not None:
            units = int(facts.trigger == fee.activity)
        for _ in range(units):
            ends = [f.until_at for f in standing.floors if f.tier == fee.tier and f.until_at]
            last = max(ends, default=0) - 1
            begins = max(facts.day, day_number(local(max(0, last), ladder.timezone).date()))
            until_at = day_start(after(fee.days, fee.months, begins), ladder.timezone)
            standing.floors.append(Floor(fee.tier, until_at, str(activity_id), "bought"))
            bought.add(fee.tier)
    return bought


def _take_fee_back(member: MemberState, fee: Fee, kept: int, purchase: str) -> None:
    """Of the fees a purchase paid, those for the units kept remain, the earliest first."""
    standing = member.standing
    assert standing is not None
    paid = [
        f for f in standing.floors
        if f.activity == purchase and f.tier == fee.tier and f.reason == "bought"
    ]  # fmt: skip
    for floor in sorted(paid, key=lambda f: f.until_at or 0)[kept:]:
        standing.floors.remove(floor)
