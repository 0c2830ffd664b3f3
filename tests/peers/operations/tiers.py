"""Tiers by a balance or given by hand, and members found by what they bought."""

from typing import Any
from uuid import UUID

from regulars.activities.tiers import catch_up
from regulars.activities.unit import MemberState, Unit
from regulars.engine.facts import Member
from regulars.engine.standing import Floor, Standing
from regulars.kit.ids import Ids
from tests.peers.cases import Case, Data
from tests.peers.draft import Draft
from tests.peers.operations.baskets import seen
from tests.peers.teller import ASSET, Teller
from tests.peers.words import Fields, NotTranslated, slug

BASES = {"turnover", "turnover_including_current", "points", "balance", None}


def tier_eval(case: Case) -> dict[str, Any]:
    """The tier by what was reached so far; a level from zero is that of a member without a tier."""
    case.only("tiers")
    spec = Fields("tiers", case.setup.get("tiers") or {})
    levels = spec.need("levels")
    if (basis := spec.take("basis")) not in BASES:
        raise NotTranslated(f"tiers by {basis}")
    spec.done()
    fields = Fields("tier_eval", case.input)
    prior = Fields("prior", fields.take("prior") or {})
    before, floor = prior.take("tier"), prior.take("manual_tier")
    value = fields.take("value", 0) + fields.take("current_amount", 0) + prior.take("turnover", 0)
    prior.done()
    teller = Teller.of(fields)
    least = {level["tier"]: level["threshold"] for level in levels}
    base = next((name for name, threshold in least.items() if not threshold), None)
    names = {slug(name): name for name in least}
    draft = Draft.of(case)
    reached = sorted((threshold, name) for name, threshold in least.items() if threshold)
    draft.tiers = [slug(name) for _, name in reached]
    draft.tiering = {
        "asset": ASSET,
        "at_least": {slug(name): threshold for threshold, name in reached},
    }
    member = MemberState(teller.book.member_id, teller.book, teller.now)
    member.tier = slug(before) if before and before != base else ""
    member.standing = Standing()
    if floor is not None and least[floor]:
        member.standing.floors.append(Floor(slug(floor), None, "", "given"))
    teller.earn(value)
    catch_up(draft.program(), Unit(UUID(int=1), teller.now, Ids()), member)
    after = names.get(member.tier, base)
    return {"tier": after, "direction": direction(least, before, after)}


def direction(least: dict[str, int], before: str | None, after: str | None) -> str:
    old = -1 if before is None else least[before]
    new = -1 if after is None else least[after]
    return "up" if new > old else "down" if new < old else "none"


WINDOW = "days:3650"


def segment(case: Case) -> dict[str, Any]:
    """The members for whom the conditions hold: any of each group, and all groups."""
    case.only("segment")
    groups = (case.setup.get("segment") or {})["all_of_any_of"]
    draft = Draft.of(case)
    when = [{"kind": "any", "of": [_criterion(one) for one in group]} for group in groups]
    draft.add("segment", {"when": when, "then": [{"kind": "fixed_points", "points": 1}]})
    bought: dict[str, list[Data]] = {}
    for purchase in (case.input.get("prior") or {}).get("purchases") or ():
        bought.setdefault(purchase["member"], []).append(purchase)
    found = []
    for name, purchases in bought.items():
        spent = sum(purchase["gross"] for purchase in purchases)
        windows = {WINDOW: (len(purchases), spent)}
        member = Member(name, purchases=len(purchases), spend_minor=spent, windows=windows)
        if seen(draft, lines=[], member=member)["satisfied"]:
            found.append(name)
    return {"members": sorted(found)}


def _criterion(spec: Data) -> Data:
    """One criterion with bounds, both included."""
    ((name, bounds),) = spec.items()
    if name not in ("purchases", "turnover", "spend", "average"):
        raise NotTranslated(f"members by {name}")
    least, most = bounds
    if name == "average":
        return {"kind": "average_purchase", "at_least_minor": least, "below_minor": most + 1}
    if name == "purchases":
        return {"kind": "visits_in_window", "window": WINDOW, "at_least": least, "below": most + 1}
    return {"kind": "spend_in_window", "window": "ever", "at_least_minor": least,
            "below_minor": most + 1}  # fmt: skip


OPERATIONS = {"tier_eval": tier_eval, "segment": segment}
