"""Rewards that run out: how many there are in all, in each place, for each member, and until when.

All are counted under locks (T1), in all and for a member from the revision on that limits the
reward. What is held counts; what is voided or lapses comes back (`activities/writes.py`).
"""

from datetime import date

from regulars.activities.unit import SHARED, MemberState, Unit
from regulars.activities.wants import Wants
from regulars.engine.rules import Reward
from regulars.kit.periods import local
from regulars.kit.problems import Conflict, Invalid

TOTAL, PER_MEMBER = "total", "per_member"


class RewardGone(Conflict):
    code = "reward_gone"
    title = "This reward has run out"


class RewardLimitReached(Conflict):
    code = "reward_limit_reached"
    title = "This member has taken this reward as often as one may"


class RewardNotAvailable(Conflict):
    code = "reward_not_available"
    title = "This reward cannot be taken on this day"


def is_counted(reward: Reward) -> bool:
    """Whether it has to be counted how often it is taken."""
    return reward.stock is not None or reward.per_member is not None or bool(reward.places)


def key(name: str) -> str:
    """The name under which a reward is counted; no campaign can have it."""
    return f"reward:{name}"


def brought(place: str) -> str:
    """The counter of what came in at a place, less what went out without being taken."""
    return f"in:{place}"


def gone(place: str) -> str:
    """The counter of what is taken or held at a place."""
    return f"at:{place}"


def place_of(name: str, reward: Reward, asked: str | None, shop: str, *, sent: bool) -> str:
    """Out of which place it is taken: as asked, or the shop's own, or the only one there is."""
    if sent and reward.sent_from is None:
        raise Invalid(f"{name} is not sent to members: leave out deliver_to.")
    if sent and reward.sent_from is not None:
        return reward.sent_from
    if not reward.places:
        return asked or ""
    chosen = asked or (shop if shop in reward.places else "")
    if not chosen and len(reward.places) == 1:
        chosen = reward.places[0]
    if chosen not in reward.places:
        listed = ", ".join(reward.places)
        raise Invalid(f"From where is {name} taken? Give place: one of {listed}.")
    return chosen


def want_limits(wants: Wants, name: str, reward: Reward, place: str) -> None:
    """Ask for what has been taken of it."""
    if not is_counted(reward):
        return
    wants.counters.add((key(name), TOTAL, 0))
    wants.member_campaigns.add(key(name))
    if place in reward.places:
        wants.counters.update((key(name), scope, 0) for scope in (brought(place), gone(place)))


def in_time(reward: Reward, day: date) -> bool:
    """Whether it can be taken on this local day."""
    return (reward.starts is None or reward.starts <= day) and (
        reward.ends is None or day <= reward.ends
    )


def refuse_unavailable(reward: Reward, at: int, timezone: str) -> None:
    """A reward is taken from its first to its last local day."""
    if not in_time(reward, local(at, timezone).date()):
        days = [f"from {reward.starts}"] if reward.starts else []
        days += [f"until {reward.ends}"] if reward.ends else []
        raise RewardNotAvailable(f"It can be taken {' '.join(days)}; nothing was taken.")


def refuse_gone(unit: Unit, member: MemberState, name: str, reward: Reward, place: str) -> None:
    """The last one is gone, or this member has had as many as one may."""
    if reward.stock is not None and unit.counters[(key(name), TOTAL, 0)] >= reward.stock:
        raise RewardGone(
            f"All {reward.stock} are taken or held: offer another reward. Nothing was taken.",
            stock=reward.stock,
        )
    had = member.counters.get((key(name), PER_MEMBER, 0), 0)
    if reward.per_member is not None and had >= reward.per_member:
        raise RewardLimitReached(
            f"Each member may take it {reward.per_member} times: offer another reward. Nothing was "
            "taken.",
            per_member=reward.per_member,
        )
    if place in reward.places and at_place(unit, name, place) < 1:
        raise RewardGone(
            f"None is left at {place}: offer another place or another reward. Nothing was taken.",
            place=place,
        )


def at_place(unit: Unit, name: str, place: str) -> int:
    """How many are left at a place whose counters are loaded."""
    came, went = (
        unit.counters.get((key(name), scope, 0), 0) for scope in (brought(place), gone(place))
    )
    return came - went


def count(unit: Unit, member: MemberState, name: str, reward: Reward, place: str) -> None:
    """One is taken or held. Both counters, whichever limits it, so that a later revision may set
    the other limit."""
    unit.count(SHARED, key(name), TOTAL, 0, 1)
    unit.count(member.id, key(name), PER_MEMBER, 0, 1)
    if place in reward.places:
        unit.count(SHARED, key(name), gone(place), 0, 1)


def counted_as(name: str, reward: Reward, place: str) -> str:
    """What a hold remembers of it, so that it can be given back: ``REWARD`` or ``REWARD/PLACE``."""
    if not is_counted(reward):
        return ""
    return f"{name}/{place}" if place in reward.places else name


def left(reward: Reward, taken: int, had: int | None) -> tuple[int | None, int | None]:
    """What is left in all, and for a member who has had so many; None where nothing limits it."""
    in_all = None if reward.stock is None else max(0, reward.stock - taken)
    if had is None:
        return in_all, None
    own = None if reward.per_member is None else max(0, reward.per_member - had)
    bounds = [bound for bound in (in_all, own) if bound is not None]
    return in_all, min(bounds) if bounds else None
