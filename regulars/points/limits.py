"""How much may move: at once, and by one member in a local day, month or year.

What moved is counted in the member's own counters, under the lock of the member's row (T13).
"""

from collections.abc import Iterator

from regulars.activities.unit import MemberState, Unit
from regulars.engine.moves import Moved
from regulars.engine.program import Program
from regulars.kit.periods import day_number, local, period_start
from regulars.kit.problems import Conflict
from regulars.members.refusals import refusal

PACKAGE = "regulars.points"
UNITS = ("day", "month", "year")


class OutsideLimits(Conflict):
    """Less than the minimum, more than the maximum, or more than is left of the period."""

    code = "outside_limits"
    title = "The program does not allow this amount"


def periods(at: int, timezone: str) -> Iterator[tuple[str, int]]:
    """(unit, number of its first local day) of the periods an instant belongs to."""
    day = local(at, timezone).date()
    yield "day", day_number(day)
    for unit in UNITS[1:]:
        yield unit, day_number(period_start(day, unit))


def refuse_outside(
    program: Program, member: MemberState, rule: Moved, counted: str, asset: str, amount: int,
    at: int,
) -> None:  # fmt: skip
    """Refuse an amount that the rule does not allow this member now, saying what it does allow."""
    if amount < rule.minimum:
        raise refusal(OutsideLimits, PACKAGE, "too_little", program, least=(rule.minimum, asset))
    if rule.maximum is not None and amount > rule.maximum:
        raise refusal(OutsideLimits, PACKAGE, "too_much", program, most=(rule.maximum, asset))
    for unit, day in periods(at, program.timezone):
        most: int | None = getattr(rule, f"per_{unit}")
        left = None if most is None else most - member.counters.get((counted, unit, day), 0)
        if left is not None and amount > left:
            raise refusal(
                OutsideLimits, PACKAGE, f"too_much_a_{unit}", program, left=(max(0, left), asset)
            )


def count(
    unit: Unit, member: MemberState, counted: str, amount: int, at: int, timezone: str
) -> None:
    """Keep in mind that so much moved, whether it is limited now or not."""
    for period, day in periods(at, timezone):
        unit.count(member.id, counted, period, day, amount)
