"""Both sides are rewarded for the friend's first purchase that qualifies; its return takes it back.

What is given is pending, and its vouchers are not usable, until the return window of the purchase
is over. So a reward that could be used is one for goods that are kept (T18).
"""

from uuid import UUID

from regulars.activities.referrals import Referral, Side
from regulars.activities.tiers import catch_up
from regulars.activities.unit import MemberState, Record, Unit, Voucher
from regulars.activities.wants import Wants
from regulars.engine.facts import Facts
from regulars.engine.mechanics import Prize, Referrals
from regulars.engine.program import Program
from regulars.engine.progress import Step, local_day, period_number
from regulars.kit.periods import day_start
from regulars.progress.prizes import Moment, Outcome, block, claw_back, figures, give

_OF = "referral"


def want(wants: Wants, program: Program) -> None:
    """Ask for who brought the members, where the program rewards it."""
    wants.referrals |= program.rules.referrals is not None


def reward(
    unit: Unit, program: Program, facts: Facts, spent_minor: int, friend: MemberState,
    activity_id: UUID,
) -> tuple[list[Step], list[Voucher]]:  # fmt: skip
    """Reward both for this purchase, if it qualifies; what the friend is told and given."""
    rules, referral = program.rules.referrals, unit.referrals.of.get(friend.id)
    if rules is None or referral is None or referral.status != "open" or not facts.lines:
        return [], []
    obstacle = _obstacle(rules, program, referral, facts, spent_minor)
    if obstacle is not None:
        return [Step(_OF, _OF, obstacle)], []
    referrer = unit.members[referral.referrer_id]
    referral.changed = friend.changed = referrer.changed = True
    unit.changes += 1
    if referral.together or alike(rules, friend.attributes, referrer.attributes):
        referral.status = "refused"
        return [Step(_OF, _OF, "refused")], []
    referral.status, referral.purchase_id = "rewarded", activity_id
    referral.usable_at = day_start(facts.day + rules.return_days, program.timezone)
    referral.month = period_number("month", facts.day)
    when = Moment(facts.at, facts.day, activity_id)
    vouchers = _give(unit, program, referral, "friend", friend, rules.friend, when)
    if referrer.status == "active" and _capped(unit, rules, referral) is None:
        own = _told(unit, referrer, facts.at, "referral_reward")
        referrer.book.bring_up_to_date(unit.now, own)
        _give(
            unit, program, referral, "referrer", referrer, rules.referrer,
            Moment(facts.at, facts.day, own),
        )  # fmt: skip
        unit.referrals.count(referrer.id, referral.month, 1)
        catch_up(program, unit, referrer)
    return [Step(_OF, _OF, "rewarded", figures(rules.friend))], vouchers


def cancel(
    unit: Unit,
    program: Program,
    purchase_id: UUID,
    spent_minor: int,
    when: Moment,
    outcome: Outcome,
) -> None:
    """The purchase was brought back: where what is kept no longer qualifies, nobody gets anything,
    and the next purchase that does counts."""
    rules = program.rules.referrals
    for referral in unit.referrals.of.values():
        if (
            rules is None
            or referral.purchase_id != purchase_id
            or referral.status != "rewarded"
            or spent_minor >= rules.qualifies_from_minor
        ):
            continue
        used = 0
        for side, given in referral.given.items():
            friend = side == "friend"
            member = unit.members[referral.friend_id if friend else referral.referrer_id]
            cause = when.activity_id
            if not friend:
                cause = _told(unit, member, when.at, "referral_cancelled")
                member.book.bring_up_to_date(unit.now, cause)
                unit.referrals.count(member.id, referral.month, -1)
            moment = Moment(when.at, when.day, cause)
            claw_back(unit, program, member, given.assets, moment, given.prize)
            withdrawn, kept = block(unit, program, given.prize)
            outcome.withdrawn += withdrawn
            used += kept
            member.changed = True
            catch_up(program, unit, member)
        referral.status = "closed" if used else "open"
        referral.purchase_id, referral.month, referral.usable_at = None, 0, None
        referral.given, referral.changed = {}, True
        unit.changes += 1
        outcome.kept += used
        outcome.say(_OF, _OF, "taken_back")


def alike(rules: Referrals, one: dict[str, object], other: dict[str, object]) -> bool:
    """Whether two members are taken for the same person or household by an attribute both have."""
    return any(
        one.get(name) not in (None, "", False) and one.get(name) == other.get(name)
        for name in rules.same_person
    )


def until(rules: Referrals, entered_at: int, timezone: str) -> int | None:
    """The instant from which on a purchase no longer qualifies."""
    if rules.within_days is None:
        return None
    return day_start(local_day(entered_at, timezone) + rules.within_days, timezone)


def _obstacle(
    rules: Referrals, program: Program, referral: Referral, facts: Facts, spent_minor: int
) -> str | None:
    ends = until(rules, referral.entered_at, program.timezone)
    if facts.at < referral.entered_at or (ends is not None and facts.at >= ends):
        return "out_of_time"
    return "too_small" if spent_minor < rules.qualifies_from_minor else None


def _capped(unit: Unit, rules: Referrals, referral: Referral) -> str | None:
    months = unit.referrals.rewarded.get(referral.referrer_id, {})
    caps = rules.caps
    if caps.per_month is not None and months.get(referral.month, 0) >= caps.per_month:
        return "per_month"
    if caps.total is not None and sum(months.values()) >= caps.total:
        return "total"
    return None


def _give(
    unit: Unit, program: Program, referral: Referral, side: str, member: MemberState, prize: Prize,
    when: Moment,
) -> list[Voucher]:  # fmt: skip
    days = program.rules.referrals.return_days if program.rules.referrals else 0
    prize_id, vouchers = give(
        unit, program, member, prize, when, of=f"{_OF}/{side}", pending_days=days
    )
    referral.given[side] = Side(prize_id, dict(prize.assets))
    return vouchers


def _told(unit: Unit, member: MemberState, at: int, kind: str) -> UUID:
    """What happened to the referrer is an activity of their own, which names no friend."""
    activity_id = unit.make_id()
    unit.record(Record(id=activity_id, member_id=member.id, kind=kind, occurred_at=at, answer="{}"))
    return activity_id
