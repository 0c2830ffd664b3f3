"""Accounts: points earned, spent, moved and expired, in the books of members."""

from typing import Any
from uuid import UUID

from regulars.engine.rules import Reward
from regulars.ledger.book import HoldClosed, InsufficientFunds
from regulars.rewards.limits import left
from tests.peers.cases import Case, Data
from tests.peers.operations.keys import delivered, repeated
from tests.peers.operations.returns import clamps
from tests.peers.teller import ASSET, Teller
from tests.peers.words import Fields, NotTranslated, OtherPolicy, moment

GONE = {"no_coupons_left", "sold_out"}
TAKEN = {"limit_exceeded", "limit_per_member"}
REFUSED = {"not_enough_points", "insufficient_points", "insufficient_balance"}
EARNING = ("earn", "earn_action", "earn_order", "credit", "manual_credit")
TAKING_BACK = ("rollback_earn", "revoke", "revoke_order", "clawback", "cancel_order", "refund")
TAKING = ("manual_debit", "debit", "spend")


def spend(case: Case) -> dict[str, Any]:
    """Points taken from lots, some of which may be spent or expired."""
    case.only()
    fields = Fields("spend", case.input)
    asked, prior = fields.need("points"), Fields("prior", fields.take("prior") or {})
    teller = Teller.of(fields)
    lots, spent = prior.need("lots"), prior.take("spent") or 0
    for lot in lots:
        teller.lot(lot)
    for taken in spent if isinstance(spent, list) else [spent] if spent else []:
        at = teller.now - 1 if isinstance(taken, int) else teller.at(taken["at"])
        points = taken if isinstance(taken, int) else taken["points"]
        teller.wait(at)
        teller.take(points)
    prior.done()
    teller.wait(teller.at("now"))
    try:
        teller.take(asked)
    except InsufficientFunds:
        return {"error": REFUSED, "balance": teller.balance}
    return {"error": set(), "balance": teller.balance}


def transfer(case: Case) -> dict[str, Any]:
    """Points from one book to another."""
    case.only()
    fields = Fields("transfer", case.input)
    asked, prior = fields.need("points"), Fields("prior", fields.take("prior") or {})
    sender, receiver = Teller.of(fields), Teller.of(fields)
    for teller, name in ((sender, "sender_lots"), (receiver, "receiver_lots")):
        for lot in prior.take(name) or ():
            teller.lot(lot)
    prior.done()
    try:
        sender.take(asked)
    except InsufficientFunds:
        return {"error": REFUSED, "sender_balance": sender.balance,
                "receiver_balance": receiver.balance}  # fmt: skip
    receiver.earn(asked)
    return {
        "error": set(),
        "sender_balance": sender.balance,
        "sender_lots": sender.remaining(),
        "receiver_balance": receiver.balance,
        "receiver_lots": receiver.remaining(),
    }


def earned_since(case: Case) -> dict[str, Any]:
    fields = Fields("earned since", case.input)
    since, prior = moment(fields.need("since")), Fields("prior", fields.take("prior") or {})
    teller = Teller.of(fields)
    for lot in prior.need("lots"):
        teller.lot(lot)
    prior.done()
    earned = [
        p.amount for p in teller.book.postings if p.kind == "earn" and p.at >= since.timestamp()
    ]
    return {"points": sum(earned)}


def ledger(case: Case) -> dict[str, Any]:
    """Entries one after another; what is delivered twice goes through a till's keys."""
    case.only("clawback_policy")
    given = Fields("ledger", case.input)
    entries = given.take("entries") or []
    for name in ("operation", "currency", "now", "member"):
        given.take(name)
    given.done()
    if repeated(entries):
        return delivered(case, entries)
    teller = Teller(case.input.get("now"))
    dated = [e[word] for e in entries for word in ("at", "expires") if e.get(word)]
    begun = min([teller.now, *map(teller.at, dated)])
    undone = {e.get("order") for e in entries if e["kind"].startswith("rollback")}
    open_: dict[Any, Any] = {}
    earned: dict[Any, tuple[int, UUID]] = {}
    teller.now = begun - 86_400
    rollbacks = 0
    for entry in entries:
        fields = Fields(f"entry {entry['kind']}", entry)
        kind, points = fields.need("kind"), fields.take("points", 0)
        order, at = fields.take("order", fields.take("key")), fields.take("at")
        if at is not None:
            teller.wait(teller.at(at))
        if kind in EARNING:
            earned[order] = (points, teller.earn(points, expires=fields.take("expires")))
        elif kind in TAKING_BACK:
            once, activity = earned[order]
            teller.claw_back(points or once, earned_by=activity, clamp=clamps(case))
        elif kind in TAKING:
            teller.take(points)
        elif kind == "redeem":
            _redeem(teller, order, points, undone, open_)
        elif kind == "rollback_redeem":
            rollbacks += _rollback(teller, open_[order])
        elif kind not in ("run_expiry", "expire"):
            raise NotTranslated(f"ledger entry {kind}")
        fields.done()
    return {
        "balance": teller.balance,
        "entries": len(teller.postings()),
        "last_entry_points": teller.postings()[-1].amount if teller.postings() else 0,
        "expire_entries": sum(p.kind == "expire" for p in teller.postings()),
        "rollback_entries": rollbacks,
        "expiring_by": {
            day: sum(lot.remaining for lot in teller.lots() if lot.expires_at <= teller.at(day))
            for day in case.expected.get("expiring_by") or ()
        },
        "lots": teller.remaining(),
    }


def _redeem(teller: Teller, order: Any, points: int, undone: set[Any], open_: Data) -> None:
    """Points used for an order: held where it will be taken back, else used up at once."""
    try:
        open_[order] = teller.hold(points)
    except InsufficientFunds:
        raise OtherPolicy("more points asked than held: refused, not cut to the balance") from None
    if order not in undone:
        teller.settle(open_[order])


def _rollback(teller: Teller, hold: Any) -> int:
    """Give back what was held, once."""
    try:
        teller.void(hold)
    except HoldClosed:
        return 0
    return 1


def with_rewards(case: Case) -> dict[str, Any]:
    """An order that earns, and rewards taken with it."""
    case.only()
    fields = Fields("purchase with rewards", case.input)
    prior = Fields("prior", fields.take("prior") or {})
    earned, costs = fields.take("earned", 0), fields.take("rewards_cost") or []
    teller = Teller.of(fields)
    teller.earn(prior.take("balance", 0))
    prior.done()
    before = len(teller.postings())
    teller.earn(earned)
    for cost in costs:
        teller.settle(teller.hold(cost))
    done = [posting.amount for posting in teller.postings()[before:]]
    return {
        "issued": sum(amount for amount in done if amount > 0),
        "used": -sum(amount for amount in done if amount < 0),
        "balance": teller.balance,
    }


def redeem_reward(case: Case) -> dict[str, Any]:
    """A reward asked for with so many points on the account."""
    case.only("reward")
    reward = Fields("reward", case.setup.get("reward") or {})
    cost = reward.need("cost_points")
    limits = Reward(
        cost={ASSET: cost}, stock=reward.take("codes_total"),
        per_member=reward.take("limit_per_member"),
    )  # fmt: skip
    reward.take("unlimited")
    reward.done()
    fields = Fields("redeem reward", case.input)
    prior = Fields("prior", fields.take("prior") or {})
    in_all, own = left(limits, prior.take("codes_used", 0), prior.take("used_by_member", 0))
    prior.done()
    quantity = fields.take("qty", 1)
    balance = fields.take("balance", 0)
    teller = Teller.of(fields)
    teller.earn(balance)
    if in_all is not None and in_all < quantity:
        return {"allowed": False, "error": GONE, "balance": teller.balance}
    if own is not None and own < quantity:
        return {"allowed": False, "error": TAKEN, "balance": teller.balance}
    try:
        teller.settle(teller.hold(cost * quantity))
    except InsufficientFunds:
        return {"allowed": False, "error": REFUSED, "balance": teller.balance}
    return {"allowed": True, "error": set(), "balance": teller.balance}


OPERATIONS = {
    "spend": spend,
    "transfer": transfer,
    "earned_since": earned_since,
    "ledger": ledger,
    "replay_ledger": ledger,
    "purchase_with_rewards": with_rewards,
    "redeem_reward": redeem_reward,
}
