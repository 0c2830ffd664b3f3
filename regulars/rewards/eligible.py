"""For whom a reward is: the conditions under its ``who``, and what is known of a member."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from regulars.activities.membership import attributes_of, children_of
from regulars.activities.unit import MemberState
from regulars.engine.case import Case
from regulars.engine.facts import Facts, Member
from regulars.engine.membership import ages
from regulars.engine.phrases import Audience, Voice
from regulars.engine.program import Program
from regulars.engine.rules import Reward
from regulars.kit.periods import day_number, local
from regulars.kit.problems import Conflict
from regulars.kit.words import LANGUAGES


class RewardNotForMember(Conflict):
    code = "reward_not_for_member"
    title = "This reward is for others"


def facts_of(
    program: Program, id: UUID, at: int, *, attributes: Mapping[str, Any], tier: str,
    segments: tuple[str, ...], joined_at: int, purchases: int, spend_minor: int,
) -> Facts:  # fmt: skip
    """What is known of a member at an instant, without basket and past."""
    wall = local(at, program.timezone)
    day = day_number(wall.date())
    member = Member(
        str(id), attributes_of(attributes), tier, segments,
        day_number(local(joined_at, program.timezone).date()), purchases, spend_minor,
        children=ages(children_of(attributes), day),
    )  # fmt: skip
    return Facts(at, day, wall.hour * 60 + wall.minute, wall.isoweekday(), "redeem", member=member)


def unmet(
    program: Program, reward: Reward, facts: Facts, language: str, audience: Audience = "cashier"
) -> Iterator[str]:
    """What does not hold of the member, a sentence each."""
    voice = Voice(program, language, audience)
    for condition in reward.who:
        found = condition.check(Case(program, facts))
        if found is not None:
            yield voice.unmet(list(condition.parts())[found.part], found.figures)


def refuse_others(program: Program, reward: Reward, member: MemberState, at: int) -> None:
    """Refuse whom it is not for, in the words of the conditions."""
    if not reward.who:
        return
    facts = facts_of(
        program, member.id, at, attributes=member.attributes, tier=member.tier,
        segments=member.segments, joined_at=member.joined_at, purchases=member.purchases,
        spend_minor=member.spend_minor,
    )  # fmt: skip
    told = {tag: "; ".join(unmet(program, reward, facts, tag)) for tag in LANGUAGES}
    if told["en"]:
        raise RewardNotForMember(f"{told['en']}: offer another reward.", told=told)
