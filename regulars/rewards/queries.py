"""What there is to take, and what is left of it."""

from uuid import UUID

from regulars.activities.unit import SHARED
from regulars.engine.program import Program
from regulars.identifiers.resolve import Ref
from regulars.kit.periods import local
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.members.queries import find
from regulars.rewards.limits import PER_MEMBER, TOTAL, in_time, key, left
from regulars.rewards.wire import RewardOut, RewardsOut

SQL = statements("regulars.rewards", "queries.sql")


def rewards(
    program_id: UUID, program: Program, ref: Ref | None, now: int, language: str
) -> Steps[RewardsOut]:
    """Every reward of the program in force, in the order of the document."""
    member_id = None if ref is None else (yield from find(program_id, ref)).id
    names = list(program.rules.rewards)
    holders = [SHARED] if member_id is None else [SHARED, member_id]
    rows = yield Step(SQL["taken"], (program_id, holders, [key(name) for name in names]))
    taken = {(holder, campaign, scope): used for holder, campaign, scope, used in rows}
    day = local(now, program.timezone).date()
    found = []
    for name, reward in program.rules.rewards.items():
        had = None if member_id is None else taken.get((member_id, key(name), PER_MEMBER), 0)
        in_all, own = left(reward, taken.get((SHARED, key(name), TOTAL), 0), had)
        found.append(
            RewardOut(
                reward=name,
                name=reward.name.get(language, name),
                cost=dict(reward.cost),
                available=in_time(reward, day) and 0 not in (in_all, own),
                left=in_all,
                left_for_member=own,
                voucher=reward.voucher,
                starts=reward.starts,
                ends=reward.ends,
            )
        )
    return RewardsOut(found)
