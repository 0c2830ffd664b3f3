"""Paying with points, and what is said when a balance is reached."""

from itertools import pairwise
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from regulars.activities.unit import Unit
from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Facts, Line, Member
from regulars.kit.ids import Ids
from regulars.kit.problems import Problem
from regulars.purchases.paying import with_tenders
from regulars.purchases.wire import PurchaseIn
from tests.peers import baskets
from tests.peers.cases import Case, Data
from tests.peers.draft import Draft
from tests.peers.teller import ASSET, Teller
from tests.peers.words import Fields, NotTranslated, slug


def pay(case: Case) -> dict[str, Any]:
    """A basket paid with so many points, or with as many as possible where none are named."""
    case.only("redemption")
    terms = Fields("redemption", case.setup["redemption"])
    fields = Fields("redeem on order", case.input)
    asked = fields.take("requested_points", "most")
    balance, total = fields.take("balance", 0), fields.need("order_total")
    teller = Teller.of(fields)
    teller.earn(balance)
    draft = Draft.of(case)
    draft.assets = {ASSET: {"pays": _terms(terms)}}
    if not draft.accepted():
        draft.assets = {ASSET: {}}  # points that are worth nothing do not pay
    program = draft.program()
    facts = baskets.facts(draft, lines=[Line("anything", 1, total)])
    request = PurchaseIn((), pay_with={ASSET: asked})
    try:
        unit = Unit(UUID(int=1), 0, Ids())
        facts = with_tenders(program, facts, evaluate(program, facts), teller, request, unit)
    except Problem as refused:
        return {"points": 0, "amount": 0, "error": refused.code}
    return {
        "points": sum(tender.units for tender in facts.tenders),
        "amount": sum(tender.amount_minor for tender in facts.tenders),
        "error": None,
    }


def _terms(given: Fields) -> Data:
    points = given.need("points")
    each = given.take("per_point_amount")
    terms = {
        "points": 1 if each is not None else points,
        "minor": given.need("amount") if each is None else each,
        "least": max(1, given.take("min_points") or 1),
        "most_percent": given.take("max_percent_of_order") or 100,
        "step": given.take("step") or 1,
    }
    given.done()
    return terms


def balance_path(case: Case) -> dict[str, Any]:
    """What a member is told while the balance goes from one figure to the next: on joining, and of
    the highest amount that was reached."""
    case.only("messages")
    fields = Fields("balance path", case.input)
    balances = fields.need("balances")
    Teller.of(fields)
    draft = Draft.of(case)
    lane = draft.lane("messages", "first")
    draft.lane("points")
    for spec in sorted(case.setup["messages"], key=lambda spec: -spec.get("points", 0)):
        _message(draft, Fields("message", spec), lane)
    told = _told(draft, Member("anna"), trigger="create")
    for before, after in pairwise(balances):
        told += _told(draft, Member("anna", balances={ASSET: before}), after - before)
    return {"messages": told}


def _message(draft: Draft, spec: Fields, lane: str) -> None:
    on = spec.need("on")
    if on == "points_reach":
        points = spec.need("points")
        effect: Data = {"text": {"en": str(points)}, "reaches": points}
        draft.add(points, {"lane": lane, "then": [{"kind": "message", **effect}]})
    else:
        effect = {"kind": "message", "text": {"en": on}}
        draft.add(on, {"lane": lane, "trigger": slug(on), "then": [effect]})
    spec.done()


def _told(draft: Draft, member: Member, more: int = 0, trigger: str = "purchase") -> list[str]:
    """What a basket that gives so many points says beside it."""
    if more < 0:
        raise NotTranslated("a balance that falls")
    given = replace_campaigns(draft, more)
    program = given.program()
    facts: Facts = baskets.facts(draft, lines=[Line("anything", 1, 100)], trigger=trigger)
    decision = evaluate(program, replace(facts, member=member))
    return [message.text["en"] for message in decision.messages]


def replace_campaigns(draft: Draft, points: int) -> Draft:
    """The draft with a campaign before the others that gives so many points."""
    if not points:
        return draft
    first = {"id": "given", "lane": "points", "then": [{"kind": "fixed_points", "points": points}]}
    lanes = {"points": "all", **{n: how for n, how in draft.lanes.items() if n != "points"}}
    return Draft(
        draft.case, draft.now, assets=draft.assets, lanes=lanes,
        campaigns=[first, *draft.campaigns],
    )  # fmt: skip


OPERATIONS = {"redeem_on_order": pay, "balance_path": balance_path}
