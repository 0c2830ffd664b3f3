"""Lanes: how campaigns of one group combine (`docs/policies.md`)."""

from regulars.engine.caps import cut
from regulars.engine.case import Case
from regulars.engine.decision import Award, Gift, Grant, Message, Reason
from regulars.engine.program import Compiled
from regulars.engine.units import capped, merged

Item = Award | Grant | Gift | Message


def run_lane(
    case: Case, campaigns: list[Compiled], combine: str, trace: list[Reason]
) -> list[Compiled]:
    """Apply the campaigns of one lane to the case; return those that applied, in order."""
    alone = _exclusive(case, campaigns)
    if alone is not None:
        apply(case, alone)
        for other in campaigns:
            if other is not alone:
                trace.append(unmet(case, other) or _lost(other, "exclusive", alone))
        return [alone]
    if combine == "best":
        return _best(case, campaigns, trace)
    if combine == "first":
        return _first(case, campaigns, trace)
    return _all(case, campaigns, trace)


def gives(case: Case, compiled: Compiled) -> tuple[list[Item], Reason | None]:
    """What a campaign awards on the prices as they are; nothing where its budget would burst."""
    case.campaign = compiled.id
    items = [item for award in compiled.awards for item in award(case)]
    left = case.facts.left.get(compiled.budget_points)
    if left is not None and sum(i.amount for i in items if isinstance(i, Award)) > left:
        return [], Reason(compiled.id, "budget", "budget_points", {"left": left})
    if items and (compiled.caps or case.program.caps):
        items, over = cut(case, compiled, items)
        if over:
            return items, Reason(compiled.id, "capped", "", {"over": over})
    return items, None


def unmet(case: Case, compiled: Compiled) -> Reason | None:
    """The first unmet condition as a trace line; notes the coupon where all of them hold."""
    for part, check in compiled.checks:
        missing = check(case)
        if missing is not None:
            return Reason(compiled.id, "unmet", missing.kind, missing.figures, part + missing.part)
    if compiled.coupons and case.facts.coupons:
        case.codes[compiled.id] = [code for codes in compiled.coupons for code in codes(case)]
    return None


def apply(case: Case, compiled: Compiled) -> int:
    """Give the campaign's discounts; its effects all see the prices as it found them."""
    case.campaign = compiled.id
    if len(compiled.discounts) == 1:
        proposed = compiled.discounts[0](case)
    else:
        proposed = [pair for discount in compiled.discounts for pair in discount(case)]
    if compiled.max_minor is not None:
        proposed = capped(case, merged(proposed), compiled.max_minor)
    return sum([case.reduce(line, amount) for line, amount in proposed])


def _all(case: Case, campaigns: list[Compiled], trace: list[Reason]) -> list[Compiled]:
    """Every campaign that holds. What each awards is known at the end and asked for only then."""
    applied = []
    for compiled in campaigns:
        obstacle = unmet(case, compiled)
        if obstacle is None and compiled.discounts:
            obstacle = _reduce(case, compiled)
        if obstacle is None:
            applied.append(compiled)
        else:
            trace.append(obstacle)
    return applied


def _first(case: Case, campaigns: list[Compiled], trace: list[Reason]) -> list[Compiled]:
    """The first campaign that gives something."""
    first: Compiled | None = None
    for compiled in campaigns:
        if first is not None:
            trace.append(unmet(case, compiled) or _lost(compiled, "lane", first))
            continue
        obstacle = unmet(case, compiled) or _try(case, compiled)[1]
        if obstacle is None:
            first = compiled
        else:
            trace.append(obstacle)
    return [] if first is None else [first]


def _best(case: Case, campaigns: list[Compiled], trace: list[Reason]) -> list[Compiled]:
    """The one campaign with the greatest value for the member; ties go to the earlier one."""
    best: Compiled | None = None
    top, others = -1, []
    for compiled in campaigns:
        mark = len(case.discounts)
        obstacle = unmet(case, compiled)
        if obstacle is None:
            value, obstacle = _try(case, compiled)
            case.undo(mark)
        if obstacle is not None:
            trace.append(obstacle)
        elif value > top:
            others += [] if best is None else [best]
            best, top = compiled, value
        else:
            others.append(compiled)
    if best is None:
        return []
    trace.extend(_lost(other, "lane", best) for other in others)
    apply(case, best)
    return [best]


def _exclusive(case: Case, campaigns: list[Compiled]) -> Compiled | None:
    """The first exclusive campaign that would apply here, whatever the others' priority."""
    for compiled in campaigns:
        if compiled.exclusive and unmet(case, compiled) is None:
            mark = len(case.discounts)
            _, obstacle = _try(case, compiled)
            case.undo(mark)
            if obstacle is None:
                return compiled
    return None


def _reduce(case: Case, compiled: Compiled) -> Reason | None:
    """Apply the campaign's discounts; undo them and say why when they burst its budget."""
    mark = len(case.discounts)
    taken = apply(case, compiled)
    left = case.facts.left.get(compiled.budget_minor)
    if left is not None and taken > left:
        case.undo(mark)
        return Reason(compiled.id, "budget", "budget_minor", {"left": left})
    return None


def _try(case: Case, compiled: Compiled) -> tuple[int, Reason | None]:
    """Apply the campaign and say what it is worth to the member in minor units, or why it gives
    nothing here."""
    before = sum(case.amounts)
    obstacle = _reduce(case, compiled)
    if obstacle is not None:
        return 0, obstacle
    off = before - sum(case.amounts)
    if compiled.multiplies:
        case.given = _so_far(case)
    items, obstacle = gives(case, compiled)
    if off or items:
        return off + _worth(case, items), None
    return 0, obstacle or Reason(compiled.id, "nothing")


def _so_far(case: Case) -> list[Item]:
    """What the campaigns of the lanes before would award on the prices as they are."""
    so_far: list[Item] = []
    case.given = so_far
    for compiled in case.applied:
        so_far += gives(case, compiled)[0]
    return so_far


def _worth(case: Case, items: list[Item]) -> int:
    """What awards are worth to the member, in minor units, by the worth of their assets."""
    assets = case.program.assets
    return sum(
        item.amount * assets[item.asset].worth_minor
        for item in items
        if isinstance(item, Award) and item.asset in assets
    )


def _lost(compiled: Compiled, code: str, by: Compiled) -> Reason:
    return Reason(compiled.id, code, "", {"by": by.id})
