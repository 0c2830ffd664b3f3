"""Evaluate: facts in, decision out. Deterministic and total; nothing is read or written."""

from collections.abc import Iterable, Iterator

from regulars.engine.case import Case
from regulars.engine.decision import Award, Decision, Discount, Gift, Grant, Message, Reason
from regulars.engine.facts import Facts
from regulars.engine.lanes import Item, gives, run_lane
from regulars.engine.program import Compiled, Program


def evaluate(
    program: Program, facts: Facts, *, full: bool = False, found: list[Compiled] | None = None
) -> Decision:
    """Judge a case by a program.

    Lanes are applied in order on the prices as reduced so far; awards are computed in the end, on
    what is really paid (T7). With ``full`` every campaign is considered, not only those the index
    finds, so that each can say why it did not apply; the outcome is the same. ``found`` is what the
    index finds for these facts, where the caller has asked it already.
    """
    case = Case(program, facts)
    trace: list[Reason] = []
    applied: list[Compiled] = []
    if full:
        found = program.campaigns
    elif found is None:
        found = program.candidates(facts)
    case.applied = applied
    for lane, open_ in _open(found, facts, trace):
        applied += run_lane(case, open_, program.lanes[lane], trace)
    outcome = _award(case, applied, trace)
    return Decision(
        list_minor=sum(case.lists),
        paid_minor=sum(case.amounts),
        paid=case.amounts,
        discounts=case.discounts,
        awards=outcome.awards,
        grants=outcome.grants,
        gifts=outcome.gifts,
        used=outcome.used,
        redeemed=_redeemed(case, outcome.used),
        trace=trace,
        messages=outcome.messages,
    )


class Outcome:
    """Collects what is given besides discounts."""

    __slots__ = ("awards", "gifts", "given", "grants", "messages", "used")

    def __init__(self) -> None:
        self.given: list[Item] = []
        self.awards: list[Award] = []
        self.grants: list[Grant] = []
        self.gifts: list[Gift] = []
        self.messages: list[Message] = []
        self.used: list[str] = []

    def add(self, items: list[Item]) -> None:
        self.given += items
        for item in items:
            if isinstance(item, Award):
                self.awards.append(item)
            elif isinstance(item, Grant):
                self.grants.append(item)
            elif isinstance(item, Message):
                self.messages.append(item)
            else:
                self.gifts.append(item)


def _open(
    found: Iterable[Compiled], facts: Facts, trace: list[Reason]
) -> Iterator[tuple[int, list[Compiled]]]:
    """Each lane with those of its campaigns that nothing closes; the others go to the trace."""
    lane, open_ = -1, []  # type: int, list[Compiled]
    for compiled in found:
        if compiled.trigger != facts.trigger:
            continue
        if compiled.lane != lane:
            if open_:
                yield lane, open_
            lane, open_ = compiled.lane, []
        may_be_closed = compiled.gated or facts.member is None
        obstacle = closed(compiled, facts) if may_be_closed else None
        if obstacle is None:
            open_.append(compiled)
        else:
            trace.append(obstacle)
    if open_:
        yield lane, open_


def closed(compiled: Compiled, facts: Facts) -> Reason | None:
    """The obstacle before any condition: paused, out of season, no member, or used up."""
    if compiled.paused:
        return Reason(compiled.id, "schedule", "paused")
    if compiled.first_day is not None and facts.day < compiled.first_day:
        return Reason(compiled.id, "schedule", "starts", {"day": compiled.first_day})
    if compiled.last_day is not None and facts.day > compiled.last_day:
        return Reason(compiled.id, "schedule", "ended", {"day": compiled.last_day})
    if compiled.members_only and facts.member is None:
        return Reason(compiled.id, "unmet", "member")
    for key, name in compiled.left:
        if facts.left.get(key, 1) <= 0:
            code = "budget" if name.startswith("budget") else "limit"
            return Reason(compiled.id, code, name)
    return None


def _award(case: Case, applied: Iterable[Compiled], trace: list[Reason]) -> Outcome:
    """What the applied campaigns give on the final prices, and the trace line of each."""
    outcome = Outcome()
    case.given = outcome.given
    case.settled = True
    off_minor = off_by_campaign(case.discounts)
    for compiled in applied:
        items, obstacle = gives(case, compiled)
        off = off_minor.get(compiled.id, 0)
        if not off and not items:
            trace.append(obstacle or Reason(compiled.id, "nothing"))
            continue
        figures = figures_of(off, items)
        if obstacle is not None and obstacle.code == "capped":
            figures["capped"] = obstacle.figures["over"]
        elif obstacle is not None:
            figures["refused"] = obstacle.kind
        trace.append(Reason(compiled.id, "applied", "", figures))
        outcome.used.append(compiled.id)
        outcome.add(items)
    return outcome


def off_by_campaign(discounts: Iterable[Discount]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for discount in discounts:
        sums[discount.campaign] = sums.get(discount.campaign, 0) + discount.amount_minor
    return sums


def figures_of(off_minor: int, items: Iterable[Item]) -> dict[str, object]:
    """The figures of an applied campaign: money off, assets, vouchers and gifts."""
    figures: dict[str, object] = {"off_minor": off_minor} if off_minor else {}
    assets: dict[str, int] = {}
    for item in items:
        if isinstance(item, Award):
            assets[item.asset] = assets.get(item.asset, 0) + item.amount
        elif isinstance(item, Grant):
            figures["voucher"] = item.voucher
        elif isinstance(item, Message):
            figures["message"] = True
        else:
            figures["gift"] = item.sku
    if assets:
        figures["assets"] = assets
    return figures


def _redeemed(case: Case, used: Iterable[str]) -> list[tuple[str, str]]:
    """The codes that did something: for each campaign used, the ones its conditions held by, and
    no code twice."""
    taken: dict[str, str] = {}
    if case.codes:
        for campaign in used:
            for code in case.codes.get(campaign, ()):
                taken.setdefault(code, campaign)
    return [(campaign, code) for code, campaign in taken.items()]
