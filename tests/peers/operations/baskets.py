"""Baskets: evaluated, earned with, viewed at the shelf, or asked whether a campaign applies."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from regulars.engine.decision import Decision
from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Coupon, Facts, Line
from regulars.engine.program import Program
from tests.peers import baskets
from tests.peers.cases import Case, Data
from tests.peers.draft import Draft
from tests.peers.expectations import READ
from tests.peers.operations.giftcards import with_gift_cards
from tests.peers.teller import Teller
from tests.peers.translate_campaigns import campaigns
from tests.peers.translate_points import points
from tests.peers.view import View
from tests.peers.words import NotTranslated, slug

AMPLE = Line("anything", 1, 100_000_000)
"""A basket that meets any threshold."""

# What an input may hold that is read by no translator of its own.
KNOWN = {
    "operation", "currency", "lines", "shipping", "member", "codes", "prior", "now", "tax",
    "ignore_automatic_campaigns", "policy", "channel", "basis_amount", "item_total", "order_total",
    "event",
}  # fmt: skip
KNOWN_SETUP = {"campaigns", "points", "condition", "category_tree"}


class Answers(Mapping[str, Any]):
    """What a view says, read when it is asked."""

    def __init__(self, view: View) -> None:
        self.view = view

    def __getitem__(self, key: str) -> Any:
        return READ[key](self.view)

    def __iter__(self) -> Any:
        return iter(READ)

    def __len__(self) -> int:
        return len(READ)


def refuse_unknown(case: Case) -> None:
    for name in [*(set(case.input) - KNOWN), *(set(case.setup) - KNOWN_SETUP)]:
        raise NotTranslated(f"{case.operation} with {name}")


def judged(draft: Draft, program: Program, facts: Facts) -> tuple[Decision, Decision]:
    """The decision, and the one in which every campaign is asked; they must agree."""
    decision, full = evaluate(program, facts), evaluate(program, facts, full=True)
    assert replace(decision, trace=[]) == replace(full, trace=[])
    return decision, full


def seen(draft: Draft, **changes: Any) -> Any:
    """The basket of the case judged by the document of the draft."""
    program = draft.program()
    found = baskets.facts(draft, **changes)
    left = baskets.left(draft, program, earlier_uses(draft, program))
    found = replace(found, left=left)
    return Answers(View(draft, found, *judged(draft, program, found)))


def earlier_uses(draft: Draft, program: Program) -> dict[str, int]:
    """How often the member's earlier orders used each campaign; a cancelled one gives it back."""
    uses: dict[str, int] = {}
    for order in (draft.case.input.get("prior") or {}).get("orders") or ():
        if order.get("status") in ("cancelled", "returned"):
            for campaign in draft.case.setup.get("campaigns") or ():
                if campaign.get("reuse_after_cancel") is False:
                    raise NotTranslated("a use that a cancelled order keeps")
            continue
        lines = baskets.goods(draft, order.get("lines") or ())
        shown = baskets.coupons(draft, order.get("codes") or ())
        for campaign in evaluate(program, baskets.facts(draft, lines=lines, coupons=shown)).used:
            uses[campaign] = uses.get(campaign, 0) + 1
    return uses


def basket(case: Case) -> Any:
    refuse_unknown(case)
    draft = Draft.of(case)
    campaigns(draft)
    points(draft)
    if "basis_amount" in case.input:
        return seen(draft, lines=[Line("anything", 1, case.input["basis_amount"])])
    return seen(draft)


def shelf_price(case: Case) -> Any:
    """What an article costs at the shelf, before there is a basket."""
    shelf = [c for c in case.setup.get("campaigns") or () if c.get("trigger") == "catalogue"]
    return basket(replace(case, setup={**case.setup, "campaigns": shelf}))


def event(case: Case) -> Any:
    """An activity that is no purchase."""
    refuse_unknown(case)
    draft = Draft.of(case)
    points(draft)
    kind = "birthday" if case.operation == "run_birthdays" else case.input.get("event")
    if not kind:
        raise NotTranslated("an event without a name")
    return seen(draft, trigger=slug(kind))


def available(case: Case) -> Any:
    """Whether a campaign applies to a basket that meets any threshold."""
    refuse_unknown(case)
    draft = Draft.of(case)
    campaigns(draft)
    if case.input.get("lines"):
        return seen(draft)
    codes = [code for c in case.setup.get("campaigns") or () for code in c.get("codes") or ()]
    return seen(draft, lines=[AMPLE], coupons=tuple(map(Coupon, codes)))


def condition(case: Case) -> Any:
    """A condition by itself: of a campaign that gives something whenever it holds."""
    refuse_unknown(case)
    spec: Data = case.setup["condition"]
    campaign = {"id": "promo", "conditions": [spec], "effects": []}
    draft = Draft.of(replace(case, setup={"campaigns": [campaign]}))
    campaigns(draft, nominal=True)
    if case.input.get("lines"):
        return seen(draft)
    amount = case.input.get("order_total", case.input.get("item_total", 100))
    return seen(draft, lines=[Line("anything", 1, amount)])


def order_of(case: Case) -> dict[str, Any]:
    """In which order campaigns are judged."""
    draft = Draft.of(case)
    campaigns(draft)
    return {"order": [draft.names[compiled.id] for compiled in draft.program().campaigns]}


def earning_basis(case: Case) -> dict[str, Any]:
    """What points are earned on: a point for each minor unit, on prices with or without tax."""
    spec, order = case.setup["points"], case.input["order"]
    taxes = spec.get("include_taxes", True)
    bases: dict[str, list[str]] = {"order_total": ["shipping"], "items_total": []}
    if spec.get("basis") not in bases:
        raise NotTranslated(f"points by {spec.get('basis')}")
    draft = Draft.of(case)
    draft.prices = "gross" if taxes else "net"
    effect = {"kind": "points_per_spend", "per_minor": 1, "include": bases[spec["basis"]]}
    draft.add("base", {"then": [effect]})
    goods = order["items_total"] - (0 if taxes else order["items_tax"])
    total = order["order_total"] - (0 if taxes else order["order_tax"])
    lines = [Line("goods", 1, goods), Line("shipping", 1, total - goods, role="shipping")]
    return {"basis": seen(draft, lines=lines)["points"]}


def purchase(case: Case) -> Any:
    """A basket, its points, and what is paid for it from a wallet: an account of money of the
    member, used for the basket before it is topped up."""
    given = dict(case.input)
    if "gift_cards" in given or any("gift card" in line["sku"].lower() for line in given["lines"]):
        return with_gift_cards(case)
    wallet, topped = given.pop("wallet", None), given.pop("wallet_topup", 0)
    answers = basket(replace(case, input=given))
    if wallet is None:
        return answers
    money = Teller(given.get("now"))
    money.earn(wallet["balance"])
    money.settle(money.hold(min(money.balance, answers["order_total_gross"])))
    money.earn(topped)
    return {"wallet_balance": money.balance}


OPERATIONS = {
    "purchase": purchase,
    "evaluate": basket,
    "price_view": shelf_price,
    "earn": basket,
    "event": event,
    "run_birthdays": event,
    "is_available": available,
    "condition": condition,
    "evaluation_order": order_of,
    "earning_basis": earning_basis,
}
