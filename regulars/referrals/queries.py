"""Reading a member's referrals."""

from uuid import UUID

from regulars.engine.program import Program
from regulars.engine.progress import local_day, period_number
from regulars.identifiers.resolve import Ref
from regulars.kit.codes import grouped
from regulars.kit.periods import instant
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.members.queries import find
from regulars.referrals.terms import link_of, rules_of
from regulars.referrals.wire import CodeOut, FriendOut, ReferralsOut

_SQL = statements("regulars.referrals", "queries.sql")


def referrals_of(program_id: UUID, ref: Ref, program: Program, now: int) -> Steps[ReferralsOut]:
    """A member's codes, the friends they brought and what became of each."""
    rules = rules_of(program)
    member = yield from find(program_id, ref)
    codes = yield Step(_SQL["codes"], (program_id, member.id))
    rows = yield Step(_SQL["referrals"], (program_id, member.id))
    month = period_number("month", local_day(now, program.timezone))
    paid = [row[5] for row in rows if not row[0] and row[4]]
    caps = rules.caps
    return ReferralsOut(
        member.id,
        [
            CodeOut(code if chosen else grouped(code), link_of(rules, code))
            for code, chosen in codes
        ],
        [_friend(row[1:]) for row in rows if not row[0]],
        len(paid),
        next((_friend(row[1:]) for row in rows if row[0]), None),
        None if caps.per_month is None else max(0, caps.per_month - paid.count(month)),
        None if caps.total is None else max(0, caps.total - len(paid)),
    )


def _friend(row: tuple[int, str, int | None, bool, int]) -> FriendOut:
    entered_at, status, usable_at, paid, _ = row
    usable = None if usable_at is None else instant(usable_at)
    return FriendOut(instant(entered_at), status, usable, paid)
