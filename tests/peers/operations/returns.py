"""Returns: what is kept is judged again, and the difference is taken back."""

from typing import Any

from msgspec.structs import replace

from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Line
from regulars.engine.returns import reevaluate, totals
from tests.peers import baskets
from tests.peers.cases import Case, Data
from tests.peers.draft import Draft
from tests.peers.teller import ASSET, Teller
from tests.peers.words import Fields, NotTranslated


def back(case: Case) -> dict[str, Any]:
    """Part of a sale comes back. A sale known by its total alone is one line of cents, so that any
    part of it can be brought back."""
    case.only("clawback_policy")
    fields = Fields("return", case.input)
    prior = Fields("prior", fields.take("prior") or {})
    sale, asked = Fields("sale", prior.need("sale")), fields.need("returned_gross")
    gross, earned = sale.need("gross"), sale.take("points_earned", 0)
    revoked, voucher = sale.take("points_already_revoked", 0), sale.take("instant_reward")
    spent = prior.take("points_spent", 0)
    sale.done()
    prior.done()
    teller = Teller.of(fields)
    draft = _sale(case, gross, earned, voucher)
    program = draft.program()
    facts = baskets.facts(draft, lines=[Line("goods", gross, gross)])
    before = gross * revoked // earned if earned else 0
    gone = min(before + asked, gross)
    bought = evaluate(program, facts)
    first = reevaluate(program, facts, {0: before})
    kept = reevaluate(program, facts, {0: gone})
    points = [totals(decision.awards).get(ASSET, 0) for decision in (bought, first, kept)]
    activity = teller.earn(points[0])
    if spent:
        teller.take(spent)
    clamp = clamps(case)
    for earlier, later in ((points[0], points[1]), (points[1], points[2])):
        teller.claw_back(earlier - later, earned_by=activity, clamp=clamp)
    return {
        "points_revoked": points[1] - points[2],
        "points": points[2],
        "balance": teller.balance,
        "reward_status": "active" if kept.grants else "cancelled",
    }


def clamps(case: Case) -> bool:
    """Whether what is not there any more is written off, or owed."""
    policy = str(case.setup.get("clawback_policy") or "negative")
    if "negative" in policy or policy == "owe":
        return False
    if "clamp" in policy or "zero" in policy:
        return True
    raise NotTranslated(f"clawback policy {policy!r}")


def _sale(case: Case, gross: int, earned: int, voucher: Data | None) -> Draft:
    """The program by which the sale earned what the case says it did."""
    draft = Draft.of(case)
    if earned:
        effect = {"kind": "points_per_spend", "points": earned, "per_minor": gross}
        draft.add("points", {"then": [effect]})
    if voucher:
        draft.vouchers["instant"] = {}
        draft.add("instant", {"then": [{"kind": "issue_voucher", "voucher": "instant"}]})
    return draft


def cancel(case: Case) -> dict[str, Any]:
    """A whole order is taken back; the entry of its points is made undone by another."""
    draft = Draft.of(replace(case, input={**case.input, "lines": case.input["prior"]["lines"]}))
    draft.add("points", {"then": [{"kind": "points_per_spend", "per_minor": 100}]})
    program, facts = draft.program(), baskets.facts(draft)
    teller = Teller()
    earned = totals(evaluate(program, facts).awards).get(ASSET, 0)
    all_of_it = {i: line.quantity for i, line in enumerate(facts.lines)}
    kept = totals(reevaluate(program, facts, all_of_it).awards).get(ASSET, 0)
    activity = teller.earn(earned)
    assert teller.balance > 0
    teller.claw_back(earned - kept, earned_by=activity)
    return {"points_entry_exists": teller.balance != 0, "balance": teller.balance}


OPERATIONS = {"return": back, "cancel_order": cancel}
