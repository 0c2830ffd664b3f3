"""Baskets of a case as facts: lines, shipping, member, codes and what limits have left."""

from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from regulars.activities.unit import Voucher
from regulars.engine.facts import Coupon, Facts, Line, Member
from regulars.engine.program import Program
from regulars.kit.money import allocate
from regulars.kit.periods import day_number
from regulars.vouchers.usable import usable
from tests.peers.cases import Data
from tests.peers.draft import Draft
from tests.peers.scopes import NO_DISCOUNT, labels_of
from tests.peers.words import Fields, NotTranslated, moment, slug

MEMBER = Member("m1")


def facts(draft: Draft, *, lines: Sequence[Line] | None = None, **changes: Any) -> Facts:
    """The input of the case as facts."""
    at, given = draft.now, draft.case.input
    found = {
        "lines": tuple(goods(draft, given.get("lines") or ()) if lines is None else lines),
        "member": member(draft),
        "coupons": coupons(draft, given.get("codes") or ()),
        "shop": str(given.get("channel") or ""),
        **changes,
    }
    if lines is None:
        found["lines"] += tuple(shipping(given.get("shipping") or ()))
    return Facts(
        at=int(at.timestamp()),
        day=day_number(at.date()),
        minute=at.hour * 60 + at.minute,
        weekday=at.isoweekday(),
        **found,
    )


def coupons(draft: Draft, codes: Sequence[str]) -> tuple[Coupon, ...]:
    """The codes shown that can be used: public ones, and vouchers of the member."""
    buyer, found = member(draft), []
    for code in codes:
        definition, owner = draft.owners.get(code.casefold(), ("", ""))
        voucher = Voucher(code, definition, _person(owner), 1, 0, None, blocked=False)
        at = int(draft.now.timestamp())
        if not definition or usable(voucher, _person(buyer.id) if buyer else None, at):
            found.append(Coupon(code, definition))
    return tuple(found)


def _person(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


def goods(draft: Draft, specs: Sequence[Data]) -> list[Line]:
    """The lines. One below zero is a reduction made by hand: what a till sends is the price after
    it, so the other lines carry it by their prices."""
    parents = draft.case.setup.get("category_tree") or {}
    percent = (draft.case.input.get("tax") or {}).get("percent", 0)
    lines = [line(spec, parents, percent) for spec in specs]
    amounts = [one.amount_minor for one in lines]
    by_hand = sum(amount for amount in amounts if amount < 0)
    if not by_hand:
        return lines
    kept = [max(0, amount) for amount in amounts]
    parts = allocate(min(-by_hand, sum(kept)), kept)
    return [
        Line(one.sku, one.quantity, amount - part, one.category, one.brand, one.floor_minor,
             one.labels, one.role, one.tax_bp)
        for one, amount, part in zip(lines, kept, parts, strict=True)
    ]  # fmt: skip


def line(spec: Data, parents: Data, percent: float) -> Line:
    fields = Fields("line", spec)
    fields.take("line")
    fields.take("list_price")  # what the price was before a reduction by hand
    fields.take("already_applied_codes")  # every evaluation begins from the list price anew
    quantity = fields.take("qty", 1)
    price = fields.take("unit_price")
    amount = fields.take("line_total", None if price is None else price * quantity)
    if amount is None or amount != int(amount):
        raise NotTranslated("a line without a price in whole minor units")
    labels = labels_of(fields.take("labels"))
    categories = _with_parents(fields.take("categories") or (), parents)
    labels += [f"category={name}" for name in categories]
    if fields.take("discountable") is False:
        labels.append(NO_DISCOUNT)
    role = fields.take("role") or ""
    rate = fields.take("tax_percent", percent)
    found = Line(
        sku=str(fields.need("sku")),
        quantity=quantity,
        amount_minor=int(amount),
        brand=str(fields.take("product") or ""),
        floor_minor=(fields.take("min_price") or 0) * quantity,
        labels=tuple(labels),
        role=slug(role) if role else "",
        tax_bp=round(rate * 100),
    )
    fields.done()
    return found


def _with_parents(names: Sequence[str], tree: Any) -> list[str]:
    """Categories with all above them; a tree maps each to its parent, or to its children."""
    above: dict[str, str] = {}
    if not isinstance(tree, dict):
        raise NotTranslated("a category tree of another form")
    for name, value in tree.items():
        if isinstance(value, list):
            above |= dict.fromkeys(value, name)
        elif value:
            above[name] = value
    found: list[str] = []
    for name in names:
        at: str | None = name
        while at and at not in found:
            found.append(at)
            at = above.get(at)
    return found


def shipping(specs: Sequence[Data]) -> list[Line]:
    """Shipping as lines of that role; peers' cases tax goods only."""
    found = []
    for spec in specs:
        fields = Fields("shipping", spec)
        name, option = fields.take("id", "shipping"), fields.take("option")
        labels = tuple(f"method={word}" for word in (name, option) if word)
        found.append(Line(str(name), 1, fields.need("price"), labels=labels, role="shipping"))
        fields.done()
    return found


def member(draft: Draft) -> Member | None:
    """Who buys. A case that says nothing of it has a member; a guest is none."""
    given = draft.case.input
    if "member" in given and given["member"] is None:
        return None
    fields = Fields("member", given.get("member") or {})
    if fields.take("logged_in") is False:
        return None
    prior = given.get("prior") or {}
    birthday = fields.take("birthday")
    if birthday and "today" in str(birthday):
        birthday = draft.now.strftime("2000-%m-%d")
    placed = prior.get("member_orders_placed", 0) - prior.get("member_orders_cancelled", 0)
    last = prior.get("last_purchase_at")
    found = Member(
        id=str(fields.take("id", "m1")),
        attributes={"birthday": str(birthday)} if birthday else {},
        tier=slug(tier) if (tier := fields.take("tier")) else "",
        segments=tuple(
            slug(name) for word in ("groups", "segments") for name in fields.take(word) or ()
        ),
        purchases=placed or int(last is not None),
        last_day=day_number(moment(last, draft.now).date()) if last else 0,
    )
    fields.done()
    return found


def left(draft: Draft, program: Program, uses: dict[str, int] | None = None) -> dict[str, int]:
    """What the limits have left, by what was used before as the case tells it."""
    prior = draft.case.input.get("prior") or {}
    found = {}
    for compiled in program.campaigns:
        name = draft.names[compiled.id]
        everyone = prior.get("campaign_uses") or {}
        total = everyone.get(name, everyone.get("*same budget*", 0))
        codes = prior.get("code_uses") or {}
        own = (prior.get("member_uses") or {}).get(name, 0)
        again = (uses or {}).get(compiled.id, 0)
        used = {
            "total": (total if everyone else max([0, *codes.values()])) + again,
            "per_member": own + again,
            "budget_minor": prior.get("budget_used", 0),
        }
        for limit in compiled.limits:
            most = getattr(compiled.campaign.limits, limit)
            found[f"{compiled.id}/{limit}"] = most - used.get(limit, 0)
    return found
