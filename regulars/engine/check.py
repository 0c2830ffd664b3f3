"""Check: what a program says and hardly can mean. Pure; the rules alone, no clock and no sales.

Campaigns that can never apply, that shut each other out, that take more together than anybody wants
(`engine.worst`), rewards that pay for themselves, references to what has ended by then.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Any, NamedTuple

from regulars.engine.conditions.segment import Segment
from regulars.engine.effects.fixed_points import FixedPoints
from regulars.engine.effects.issue_voucher import IssueVoucher
from regulars.engine.effects.percent_off import PercentOff
from regulars.engine.effects.points_multiplier import PointsMultiplier
from regulars.engine.kinds import Bound, Condition, Effect
from regulars.engine.margins import Stocked, too_low
from regulars.engine.program import Compiled, Program, compile_rules
from regulars.engine.rules import Rules
from regulars.engine.worst import stacked
from regulars.kit.periods import day_number


class Doubt(NamedTuple):
    """Something doubtful: the number of the campaign it is about, a code and figures."""

    campaign: int
    code: str
    figures: dict[str, Any] = {}


def doubts(
    rules: Rules, *, today: date | None = None, stock: Sequence[Stocked] = ()
) -> Iterator[Doubt]:
    """Everything doubtful in the rules. With ``today`` also what has ended by now; with ``stock``
    also which of those products may be sold too low."""
    program = compile_rules(rules)
    now = 0 if today is None else day_number(today)
    for compiled in program.campaigns:
        yield from _alone(compiled)
        if today is not None:
            yield from _ended(program, compiled, today)
    yield from _multipliers(program, now)
    yield from _lanes(program)
    yield from _vouchers(program, now)
    yield from _rewards(program, now)
    for first, second, list_minor, left in stacked(program):
        percent = (list_minor - left) * 100 // list_minor
        figures = {"by": first.id, "name": second.id, "list_minor": list_minor, "percent": percent}
        yield Doubt(second.number, "stacked", figures)
    for sold in too_low(program, stock):
        figures = {
            "by": ", ".join(sold.with_), "sku": sold.sku, "units": sold.units,
            "paid_minor": sold.paid_minor, "least_minor": sold.least_minor,
        }  # fmt: skip
        yield Doubt(sold.campaign.number, f"{sold.code}_with" if sold.with_ else sold.code, figures)


def impossible(conditions: Iterable[Condition]) -> str | None:
    """What the conditions together demand and cannot get, or None."""
    wanted: dict[str, Bound] = {}
    for condition in conditions:
        for bound in condition.bounds():
            known = wanted.get(bound.of, Bound(bound.of))
            values = known.values if bound.values is None else bound.values
            if known.values is not None and bound.values is not None:
                values = known.values & bound.values
            merged = Bound(
                bound.of, max(known.least, bound.least), min(known.most, bound.most), values
            )
            if _empty(merged):
                return bound.of.partition(" ")[0]
            wanted[bound.of] = merged
    segments = [part for part in conditions if isinstance(part, Segment)]
    barred = {name for part in segments for name in part.none_of}
    if any(part.any_of and barred.issuperset(part.any_of) for part in segments):
        return "segment"
    return None


def _empty(bound: Bound) -> bool:
    if bound.values is None:
        return bound.least > bound.most
    return not any(
        isinstance(value, str) or bound.least <= value <= bound.most for value in bound.values
    )


def _alone(compiled: Compiled) -> Iterator[Doubt]:
    """A campaign that can never apply, whatever the others are."""
    contradiction = impossible(compiled.campaign.when)
    if contradiction is not None:
        yield Doubt(compiled.number, "contradiction", {"what": contradiction})
    if compiled.trigger != "purchase":
        if any(part.buyable for part in compiled.campaign.when):
            yield Doubt(compiled.number, "no_basket", {"trigger": compiled.trigger})
        elif compiled.discounts and not compiled.awards:
            yield Doubt(compiled.number, "no_prices", {"trigger": compiled.trigger})


def _ended(program: Program, compiled: Compiled, today: date) -> Iterator[Doubt]:
    campaign = compiled.campaign
    if campaign.ends is not None and campaign.ends < today:
        yield Doubt(compiled.number, "over", {"ends": campaign.ends})


def _multipliers(program: Program, now: int) -> Iterator[Doubt]:
    """Multipliers of campaigns that come later, or do not run at the same time from now on."""
    for compiled, effect in _effects(program, PointsMultiplier):
        for name in sorted(effect.others()):
            other = program.by_id.get(name)
            if other is None:
                continue
            if other.position >= compiled.position:
                yield Doubt(compiled.number, "multiplies_later", {"by": name})
            elif not _over(compiled, now) and not _meet(compiled, other, now):
                yield Doubt(compiled.number, "not_together", {"by": name})


def _lanes(program: Program) -> Iterator[Doubt]:
    """Campaigns that another one of their lane always shuts out, and exclusive ones that meet."""
    groups: dict[tuple[int, str], list[Compiled]] = {}
    for compiled in program.campaigns:
        groups.setdefault((compiled.lane, compiled.trigger), []).append(compiled)
    for (lane, _), campaigns in groups.items():
        first_wins = program.lanes[lane] == "first"
        ruling = [c for c in campaigns if (c.exclusive or first_wins) and not c.campaign.when]
        for compiled in campaigns:
            by = next((one for one in ruling if _shuts_out(one, compiled)), None)
            if by is not None:
                yield Doubt(compiled.number, "shut_out", {"by": by.id})
        for first, second in combinations([c for c in campaigns if c.exclusive], 2):
            together = (*first.campaign.when, *second.campaign.when)
            shut = any(_shuts_out(one, second) for one in ruling)
            if not shut and _meet(first, second) and impossible(together) is None:
                yield Doubt(second.number, "both_exclusive", {"by": first.id})


def _shuts_out(one: Compiled, other: Compiled) -> bool:
    """True when one applies whenever the other could: exclusive whatever the order, unless the
    other is exclusive too and comes before."""
    comes_first = one.position < other.position
    rules = comes_first or (one.exclusive and not other.exclusive)
    return one is not other and rules and _always(one, other)


def _always(compiled: Compiled, other: Compiled) -> bool:
    """True when a campaign gives something whenever the other could."""
    return (
        not (compiled.campaign.when or compiled.limits or compiled.paused)
        and (not compiled.members_only or other.members_only)
        and (compiled.first_day or 0) <= (other.first_day or 0)
        and (compiled.last_day is None or compiled.last_day >= (other.last_day or 10**9))
        and any(_gives_always(effect) for effect in compiled.campaign.then)
    )


def _gives_always(effect: Effect) -> bool:
    everything = all(scope.is_everything for scope in effect.scopes())
    if isinstance(effect, FixedPoints):
        return everything and effect.per == "purchase"
    return isinstance(effect, IssueVoucher) or (isinstance(effect, PercentOff) and everything)


def _over(compiled: Compiled, now: int) -> bool:
    """True when it has ended before day ``now``."""
    return compiled.last_day is not None and compiled.last_day < now


def _meet(one: Compiled, other: Compiled, now: int = 0) -> bool:
    """True when both run on some day from ``now`` on."""
    first = max(one.first_day or 0, other.first_day or 0, now)
    last = min(day for day in (one.last_day, other.last_day, 10**9) if day is not None)
    return first <= last and not (one.paused or other.paused)


def _vouchers(program: Program, now: int) -> Iterator[Doubt]:
    """Vouchers given after every campaign that takes them has ended, and those that bring
    themselves back."""
    for compiled, effect in _effects(program, IssueVoucher):
        takers = _takers(program, effect.voucher)
        given = max(compiled.first_day or 0, now)
        if takers and not _over(compiled, now) and all(_over(taker, given) for taker in takers):
            figures = {"by": takers[-1].id, "voucher": effect.voucher}
            yield Doubt(compiled.number, "voucher_too_late", figures)
        if compiled in takers:
            yield Doubt(compiled.number, "earns_itself", {"what": effect.voucher})


def _rewards(program: Program, now: int) -> Iterator[Doubt]:
    """Rewards whose voucher gives back at least what was paid for it, or that nothing takes any
    more."""
    for name, reward in program.rules.rewards.items():
        takers = _takers(program, reward.voucher) if reward.voucher else []
        if takers and all(_over(taker, now) for taker in takers):
            yield Doubt(takers[-1].number, "reward_too_late", {"what": name})
        for taker in takers:
            for effect in taker.campaign.then:
                if isinstance(effect, FixedPoints) and effect.points >= reward.cost.get(
                    effect.asset, 10**18
                ):
                    yield Doubt(taker.number, "earns_itself", {"what": reward.voucher})


def _takers(program: Program, voucher: str) -> list[Compiled]:
    """The campaigns that ask for a voucher."""
    return [
        compiled
        for compiled in program.campaigns
        if any(voucher in condition.vouchers() for condition in compiled.campaign.when)
    ]


def _effects[E: Effect](program: Program, kind: type[E]) -> Iterator[tuple[Compiled, E]]:
    for compiled in program.campaigns:
        for effect in compiled.campaign.then:
            if isinstance(effect, kind):
                yield compiled, effect
