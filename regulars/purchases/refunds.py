"""What a refund is made of: line by line, and by the campaigns that now give less or more."""

from regulars.engine.decision import Decision
from regulars.engine.facts import Facts
from regulars.kit.money import allocate, cheapest_units
from regulars.purchases.wire import ChangeOut, PaymentOut, ReturnedOut


def lines_back(
    facts: Facts, old: Decision, before: dict[int, int], units: dict[int, int], refund_minor: int
) -> list[ReturnedOut]:
    """Each line brought back, with its part of the refund: the parts add up to all of it, shared in
    proportion to what was paid for the units (policies: odd cents by largest remainder)."""
    order = sorted(units)
    paid = [
        cheapest_units(old.paid[i], facts.lines[i].quantity - before.get(i, 0), units[i])
        for i in order
    ]
    lists = [facts.lines[i].amount_minor for i in order]
    parts = allocate(refund_minor, paid if any(paid) else lists)
    return [
        ReturnedOut(i + 1, facts.lines[i].sku, units[i], was, part)
        for i, was, part in zip(order, paid, parts, strict=True)
    ]


def money_back(facts: Facts, before_minor: int, refund_minor: int) -> list[PaymentOut]:
    """By which means the part of a refund goes back that is money, as far as the till told how the
    purchase was paid: cards and the like come before cash, in the order told. ``before_minor`` is
    what earlier returns gave back so; many small returns are one large one."""
    tenders = [t for t in facts.tenders if not t.asset and not t.card]
    tenders.sort(key=lambda tender: tender.kind == "cash")
    amounts = [tender.amount_minor for tender in tenders]
    had, has = _spread(before_minor, amounts), _spread(before_minor + refund_minor, amounts)
    pairs = zip(tenders, had, has, strict=True)
    return [PaymentOut(t.kind, after - before) for t, before, after in pairs if after > before]


def _spread(total_minor: int, amounts: list[int]) -> list[int]:
    found = []
    for amount in amounts:
        found.append(min(amount, total_minor))
        total_minor -= found[-1]
    return found


def changes(old: Decision, new: Decision) -> dict[str, ChangeOut]:
    """By campaign, the discounts before this return and after it, where they differ."""
    had, has = _by_campaign(old), _by_campaign(new)
    return {
        campaign: ChangeOut(had.get(campaign, 0), has.get(campaign, 0))
        for campaign in sorted(had.keys() | has.keys())
        if had.get(campaign, 0) != has.get(campaign, 0)
    }


def _by_campaign(decision: Decision) -> dict[str, int]:
    found: dict[str, int] = {}
    for discount in decision.discounts:
        found[discount.campaign] = found.get(discount.campaign, 0) + discount.amount_minor
    return found
