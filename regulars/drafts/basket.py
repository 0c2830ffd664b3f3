"""The test basket: what a draft would do with it, by the engine of the tills; nothing is stored."""

import re
from datetime import date, datetime, time
from typing import Any, NamedTuple

from regulars.drafts.past import left_of, member_facts, typed
from regulars.drafts.queries import Product
from regulars.engine.evaluate import evaluate
from regulars.engine.explain import Told, explain
from regulars.engine.facts import Coupon, Facts, Line, Member
from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.kit.money import digits_of, format_minor
from regulars.kit.periods import day_number, zone

_MOST_LINES = 20
_MOST_UNITS = 1000


class Row(NamedTuple):
    """One line of the basket as typed."""

    sku: str
    category: str
    quantity: str
    price: str


class Basket(NamedTuple):
    """What is tried: lines, who buys, when and where."""

    rows: list[Row]
    member: bool
    tier: str
    purchases: str
    shop: str
    code: str
    day: str
    clock: str
    card: str = ""
    """Names a real member: card, e-mail, phone."""
    real: bool = False
    past: dict[str, str] = {}
    """What was typed of a member's past (`past.typed`)."""


class Outcome(NamedTuple):
    """What came of it, in words."""

    lines: list[tuple[str, str, str, str]]
    """Article, list price, what is paid, and what it is less (empty where nothing)."""
    total: str
    paid: str
    saved: str
    gives: list[str]
    told: list[Told]
    knows: list[tuple[str, str]]
    """What is known of a real member."""


def usual(
    campaign: dict[str, Any], products: dict[str, Product], now: datetime, zone_: str
) -> Basket:
    """A basket to begin with: what the first effect speaks of, else the first articles."""
    local = now.astimezone(zone(zone_))
    rows = _spoken_of(campaign) or [
        Row(one.sku, "", "2", _plain(one.price_minor or 1000))
        for one in list(products.values())[:2]
    ]
    rows = rows or [Row("A-100", "", "2", "10.00")]
    return Basket(rows, True, "", "3", "", "", local.date().isoformat(), f"{local:%H:%M}")


def _spoken_of(campaign: dict[str, Any]) -> list[Row]:
    for part in (*(campaign.get("then") or ()), *(campaign.get("when") or ())):
        if not isinstance(part, dict):
            continue
        scope = part.get("on") or part.get("of")
        if not isinstance(scope, dict):
            continue
        for sku in scope.get("products") or ():
            return [Row(str(sku), "", "2", "50.00")]
        for category in scope.get("categories") or ():
            return [
                Row("A-100", str(category), "1", "80.00"),
                Row("A-200", str(category), "1", "50.00"),
            ]
    return []


def read(post: Any) -> Basket:
    """The basket as it was filled in."""
    rows = []
    for n in range(_MOST_LINES):
        if f"b.{n}.sku" in post:
            row = Row(*(post.get(f"b.{n}.{name}", "").strip() for name in Row._fields))
            rows.append(row)
    who = post.get("b.member", "")
    others = ("purchases", "shop", "code", "day", "clock")
    tier = who.removeprefix("tier:") if who.startswith("tier:") else ""
    said = {name: post.get(f"b.{name}", "").strip() for name in ("card", *others)}
    return Basket(rows, who != "", tier, **said, real=who == "real", past=typed(post))


def skus(basket: Basket) -> list[str]:
    return [row.sku for row in basket.rows if row.sku]


def judge(program: Program, facts: Facts, products: dict[str, Product], tongue: str) -> Outcome:
    """What the tills would answer, with a reason for every campaign."""
    decision = evaluate(program, facts, full=True)
    voice = Voice(program, tongue)
    lines = [
        (
            _called(line, products),
            voice.money(line.amount_minor),
            voice.money(paid),
            voice.money(line.amount_minor - paid) if paid != line.amount_minor else "",
        )
        for line, paid in zip(facts.lines, decision.paid, strict=True)
    ]
    gives = [voice.asset(award.amount, award.asset) for award in decision.awards]
    gives += [voice.voucher(grant.voucher) for grant in decision.grants]
    gives += [f"{gift.quantity} x {gift.sku}" for gift in decision.gifts]
    gives += [message.text.get(tongue, "") for message in decision.messages]
    saved = decision.discount_minor
    return Outcome(
        lines,
        voice.money(decision.list_minor),
        voice.money(decision.paid_minor),
        voice.money(saved) if saved else "",
        gives,
        explain(program, facts, decision, tongue),
        [],
    )


def _called(line: Line, products: dict[str, Product]) -> str:
    known = products.get(line.sku)
    name = known.name if known and known.name else line.sku
    return f"{line.quantity} × {name}" if line.quantity != 1 else name


def instant_of(basket: Basket, timezone: str, now: datetime) -> datetime:
    """When it is bought, in the program's time zone."""
    here = zone(timezone)
    local = now.astimezone(here)
    return datetime.combine(
        _date(basket.day) or local.date(), _time(basket.clock) or local.time(), here
    )


def facts_of(
    program: Program, basket: Basket, products: dict[str, Product], now: datetime
) -> Facts:
    """The facts of a basket as they were typed."""
    at = instant_of(basket, program.timezone, now)
    vouchers = program.rules.vouchers
    member = None
    if basket.member:
        past = member_facts(basket.past, day_number(at.date()), program.currency)
        member = Member(
            id="test", tier=basket.tier, purchases=_count(basket.purchases, 0), joined_day=1, **past
        )
    return Facts(
        at=int(at.timestamp()),
        day=day_number(at.date()),
        minute=at.hour * 60 + at.minute,
        weekday=at.isoweekday(),
        shop=basket.shop,
        lines=tuple(lines_of(program, basket, products)),
        member=member,
        left=left_of(basket.past, program.currency),
        coupons=(Coupon(basket.code, basket.code if basket.code in vouchers else ""),)
        if basket.code
        else (),
    )


def lines_of(program: Program, basket: Basket, products: dict[str, Product]) -> list[Line]:
    """Its lines, with what the product list knows of them."""
    found = []
    for row in basket.rows:
        if not row.sku and not row.price:
            continue
        known = products.get(row.sku) or Product(row.sku or "?", "", "", "", 0, [], "", 0, 0)
        price = _minor(row.price, program.currency)
        found.append(
            known.line(
                _count(row.quantity, 1) or 1,
                known.price_minor if price is None else price,
                row.category,
            )
        )
    return found


def _minor(text: str, currency: str) -> int | None:
    digits = digits_of(currency)
    match = re.fullmatch(r"(\d{1,9})(?:[.,](\d*))?", text.replace(" ", ""))
    if match is None:
        return None
    return int(match[1] + (match[2] or "")[:digits].ljust(digits, "0"))


def _count(text: str, otherwise: int) -> int:
    return min(int(text), _MOST_UNITS) if text.isdecimal() and len(text) < 7 else otherwise


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _plain(minor: int) -> str:
    return format_minor(minor, "PLN", 2).removesuffix("PLN").strip()
