"""Worst: a search for baskets that two discounts together give away.

For each pair of campaigns baskets are made to their measure: products of their scopes, at prices
about their thresholds and amounts, bought by somebody whom both are for. They are judged by the
engine itself. Bounded: at most `PAIRS` pairs and some dozens of baskets each.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, islice, product
from typing import Any

from msgspec.structs import replace

from regulars.engine.decision import Decision
from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Coupon, Facts, Line, Member
from regulars.engine.program import Compiled, Program, compile_rules
from regulars.engine.returns import keep
from regulars.engine.scope import GOODS, Collection, Scope

MOST_PERCENT = 80
"""Two campaigns that together take this much or more off a basket are worth a word."""
PAIRS = 150
BASKETS = 40
SOME_DAY = 20_514


def stacked(program: Program) -> Iterator[tuple[Compiled, Compiled, int, int]]:
    """Pairs of campaigns that together take most of some basket, though each alone takes at most
    half of it; with the list price of its goods and what is left to pay for them."""
    priced = [
        compiled
        for compiled in program.campaigns
        if compiled.discounts and compiled.trigger == "purchase" and not compiled.paused
    ]
    alone = {compiled.id: _only(program, compiled) for compiled in priced}
    for first, second in islice(combinations(priced, 2), PAIRS):
        both = _only(program, first, second)
        for facts in islice(_baskets(program, first, second), BASKETS):
            decision = evaluate(both, facts)
            goods = sum(line.amount_minor for line in facts.lines if not line.role)
            left = _charged(facts, decision)
            if not goods or left * 100 > goods * (100 - MOST_PERCENT) or not _shared(decision):
                continue  # not most of it; or only shipping and the like
            if all(_modest(alone[one.id], facts) for one in (first, second)):
                yield first, second, goods, left
                break


def _modest(program: Program, facts: Facts) -> bool:
    """True when a campaign takes at most half of a basket, and of one unit of each of its lines."""
    single = replace(facts, lines=tuple(keep(line, 1) for line in facts.lines))
    decisions = (evaluate(program, facts), evaluate(program, single))
    return all(2 * one.discount_minor <= one.list_minor for one in decisions)


def _shared(decision: Decision) -> bool:
    """True when both campaigns take money off one line."""
    pairs = {(discount.line, discount.campaign) for discount in decision.discounts}
    return len({line for line, _ in pairs}) < len(pairs)


def _only(program: Program, *campaigns: Compiled) -> Program:
    kept = tuple(compiled.campaign for compiled in campaigns)
    return compile_rules(program.rules.model_copy(update={"campaigns": kept}))


def _charged(facts: Facts, decision: Decision) -> int:
    """What is left to pay for goods."""
    lines = zip(facts.lines, decision.paid, strict=True)
    return sum(paid for line, paid in lines if not line.role)


def _baskets(program: Program, *campaigns: Compiled) -> Iterator[Facts]:
    """Baskets to the measure of some campaigns, bought by somebody they are for."""
    scopes: list[Scope] = []
    amounts = {1000}
    for compiled in campaigns:
        for part in (*compiled.parts, *compiled.campaign.then):
            scopes += [scope for scope in part.scopes() if scope not in scopes]
            for name in ("at_least_minor", "off_minor"):
                amount = getattr(part, name, None)
                amounts |= {amount, 2 * amount} if amount else set()
    measured = [_line(program, scope) for scope in scopes] or [Line("any", 1, 0)]
    goods = list({(line.sku, line.category, line.brand): line for line in measured}.values())
    person = person_for(campaigns)
    for amount, quantity in product(sorted(amounts), (1, 2, 10)):
        for lines in [[line] for line in goods] + ([goods] if len(goods) > 1 else []):
            share = max(quantity, amount // len(lines) // quantity * quantity)
            yield facts_for(lines, quantity, share, person, campaigns)


def facts_for(
    lines: Sequence[Line], quantity: int, amount: int, who: dict[str, Any], for_: Sequence[Compiled]
) -> Facts:
    day = max((compiled.first_day or SOME_DAY for compiled in for_), default=SOME_DAY)
    return Facts(
        at=day * 86_400,
        day=day,
        minute=who["minute"],
        weekday=who["weekday"],
        shop=who["shop"],
        lines=tuple(
            Line(line.sku, quantity, amount, line.category, line.brand, 0, line.labels, line.role)
            for line in lines
        ),
        member=who["member"],
        coupons=who["coupons"],
        detail=who["detail"],
    )


def _line(program: Program, scope: Scope) -> Line:
    """A line that a scope matches, as far as its first names go."""
    named: Scope | Collection = scope
    if not (scope.products or scope.categories or scope.brands) and scope.collections:
        named = program.rules.collections.get(scope.collections[0], scope)
    role = scope.roles[0] if scope.roles and scope.roles[0] != GOODS else ""
    return Line(
        sku=(*named.products, "any")[0],
        quantity=1,
        amount_minor=0,
        category=(*named.categories, "")[0],
        brand=(*named.brands, "")[0],
        labels=(*scope.labels, *named.labels),
        role=role,
    )


def person_for(campaigns: Sequence[Compiled]) -> dict[str, Any]:
    """Somebody, somewhere, at a time that the campaigns ask for, where they do not disagree."""
    who: dict[str, Any] = {"minute": 720, "weekday": 1, "shop": "", "detail": {}}
    tier, segments, attributes, purchases = "", list[str](), dict[str, Any](), 1
    windows: dict[str, tuple[int, int]] = {}
    coupons: list[Coupon] = []
    for part in (part for compiled in campaigns for part in compiled.parts):
        wanted: Any = part
        match part.kind:
            case "tier":
                tier = wanted.one_of[0]
            case "segment":
                segments += wanted.any_of
            case "shop":
                who["shop"] = wanted.one_of[0]
            case "member_attribute":
                attributes[wanted.attribute] = (*wanted.one_of, wanted.at_least, 1)[0]
            case "activity_field":
                who["detail"][wanted.field] = (wanted.equals, *wanted.one_of, wanted.at_least)[0]
            case "coupon_presented":
                coupons += [Coupon(code) for code in wanted.codes[:1]]
                coupons += [Coupon(wanted.voucher, wanted.voucher)] if wanted.voucher else []
            case "weekday_and_hours":
                who["weekday"] = (*wanted.days, who["weekday"])[0]
                who["minute"] = who["minute"] if wanted.from_ is None else wanted.from_
            case "first_purchase":
                purchases = 0
            case "purchase_number":
                purchases = (*wanted.one_of, wanted.every or wanted.at_least or 1)[0] - 1
            case "spend_in_window":
                windows[wanted.window] = (1, wanted.at_least_minor or 0)
            case "visits_in_window":
                windows[wanted.window] = (wanted.at_least or 0, 0)
    member = Member(
        "somebody",
        attributes=attributes,
        tier=tier,
        segments=tuple(segments),
        purchases=purchases,
        windows=windows,
    )
    return {**who, "member": member, "coupons": tuple(coupons)}
