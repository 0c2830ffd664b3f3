"""Reading households: who belongs to one, and what all of it can use. Steps that only read."""

from uuid import UUID

import msgspec
from msgspec.structs import replace

from regulars.activities.households import Household, Invitation, Membership
from regulars.engine.program import Program
from regulars.households.wire import HouseholdOut, UnknownHousehold, household_out
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.members import queries as members

_SQL = statements("regulars.households", "queries.sql")
_members = msgspec.json.Decoder(list[tuple[UUID, str, int]])
_invited = msgspec.json.Decoder(list[tuple[UUID, str, UUID, int]])


def household(
    program_id: UUID, program: Program, household_id: UUID, now: int
) -> Steps[HouseholdOut]:
    """A household with what all of it can use now of the assets it pools."""
    rows = yield Step(_SQL["household"], (program_id, household_id))
    if not rows:
        raise UnknownHousehold
    kind, founded_at, dissolved_at, belonging, invited = rows[0]
    found = Household(
        household_id,
        kind,
        founded_at,
        {row[0]: Membership(*row) for row in _members.decode(belonging or "[]")},
        {row[0]: Invitation(*row) for row in _invited.decode(invited or "[]")},
        dissolved_at,
    )
    rules = program.rules.households.get(kind)
    if rules is None or rules.pool is None:
        return household_out(found, now)
    pool = dict.fromkeys(rules.pool.assets, 0)
    for member_id in found.members:
        balances = yield from members.balances(program_id, member_id, now, program.timezone)
        for asset in balances.assets:
            if asset.asset in pool:
                pool[asset.asset] += asset.available
    return replace(household_out(found, now), pool=pool)
