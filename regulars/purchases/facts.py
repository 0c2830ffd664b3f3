"""From what a caller sent to the facts of a case; the local time is worked out here, once."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from regulars.activities.context import Context
from regulars.activities.membership import attributes_of, children_of
from regulars.activities.unit import SHARED, MemberState, Unit
from regulars.activities.wants import Wants
from regulars.engine.caps import WHOLE_PROGRAM, Cap
from regulars.engine.effects.gift_choice import GiftChoice
from regulars.engine.facts import Coupon, Facts, Line, Member
from regulars.engine.membership import ages
from regulars.engine.program import Compiled, Program
from regulars.engine.scope import GOODS
from regulars.engine.windows import first_day, total
from regulars.kit.codes import normalize
from regulars.kit.periods import EPOCH, day_number, day_of, local, period_start
from regulars.kit.problems import Invalid
from regulars.ledger.records import NEVER
from regulars.purchases.wire import LineIn
from regulars.vouchers.usable import usable, usable_at_till, used_by


def day_at(at: int, timezone: str) -> int:
    """The local day (number) of an instant."""
    return day_number(local(at, timezone).date())


def case_of(
    at: int, program: Program, *, trigger: str, shop: str, lines: tuple[Line, ...] = (),
    detail: dict[str, Any] | None = None,
) -> Facts:  # fmt: skip
    """The facts that need nothing from the database."""
    day, minute, weekday = _wall_clock(at, program.timezone)
    return Facts(
        at=at,
        day=day,
        minute=minute,
        weekday=weekday,
        trigger=trigger,
        shop=shop,
        lines=lines,
        detail=detail or {},
    )


@lru_cache(maxsize=1024)
def _wall_clock(at: int, timezone: str) -> tuple[int, int, int]:
    """Local day, minute of the day and weekday. Purchases of one second share it."""
    wall = local(at, timezone)
    return (
        wall.toordinal() - EPOCH.toordinal(), wall.hour * 60 + wall.minute, wall.isoweekday()
    )  # fmt: skip


def lines_of(lines: Sequence[LineIn], context: Context) -> tuple[Line, ...]:
    """Basket lines with what the product list knows of them."""
    found = []
    for number, line in enumerate(lines, start=1):
        category, brand, floor, labels, role, tax_bp = context.product(line.sku)
        if line.labels:
            labels = tuple(dict.fromkeys((*labels, *line.labels)))
        if line.role is not None:
            role = "" if line.role == GOODS else line.role
        found.append(
            Line(
                line.sku,
                line.quantity,
                amount_of(line, number),
                category if line.category is None else line.category,
                brand if line.brand is None else line.brand,
                floor * line.quantity,
                labels,
                role,
                tax_bp if line.tax_bp is None else line.tax_bp,
            )
        )
    return tuple(found)


def check_gifts(program: Program, gifts: Mapping[str, str]) -> None:
    """Refuse what was never offered. A campaign that gives nothing this time is no mistake."""
    for campaign, sku in gifts.items():
        compiled = program.by_id.get(campaign)
        effects = () if compiled is None else compiled.campaign.then
        offered = [p for e in effects if isinstance(e, GiftChoice) for p in e.products]
        if not offered:
            raise Invalid(f"The campaign {campaign!r} of gifts offers no choice of gifts.")
        if sku not in offered:
            raise Invalid(f"{sku!r} is no gift of {campaign}: choose {' or '.join(offered)}.")


def amount_of(line: LineIn, number: int) -> int:
    """The list total of a line: given, or unit price times quantity."""
    if line.amount_minor is not None:
        if line.unit_price_minor is not None:
            raise Invalid(
                f"Line {number} has both amount_minor and unit_price_minor: give one of them."
            )
        return line.amount_minor
    if line.unit_price_minor is None:
        raise Invalid(f"Line {number} has no price: give unit_price_minor or amount_minor.")
    return line.unit_price_minor * line.quantity


def want_history(wants: Wants, program: Program, at: int) -> None:
    """Ask for as much of the members' past as the live campaigns need."""
    if not program.windows:
        return
    day = day_at(at, program.timezone)
    rolling = [first_day(window, day) for window in program.windows if window.startswith("days:")]
    wants.days_since(program.oldest_day(day), min(rolling, default=day))


def want_limits(
    wants: Wants, program: Program, facts: Facts, codes: Sequence[str], *, unsure: bool
) -> None:
    """Ask for the counters of limited campaigns that may match, by the codes shown too.
    ``unsure``: some product is not known yet, so that any of them may."""
    limited = [c for c in limited_campaigns(program) if c.campaign.trigger == facts.trigger]
    if not limited and not counted_caps(program):
        return
    found: set[str] = set()
    if not unsure and any(compiled.keys for compiled in limited):
        facts = replace(facts, coupons=tuple(map(Coupon, codes)))
        found = {compiled.id for compiled in program.candidates(facts)}
    for cap in counted_caps(program):
        if cap.campaign == WHOLE_PROGRAM:
            _want(wants, cap.campaign, cap.name, cap.scope, facts.day)
    for compiled in limited:
        if unsure or not compiled.keys or compiled.id in found or _depends_on_member(compiled):
            for scope in compiled.limits:
                _want(wants, compiled.id, scope, scope, facts.day)
            for cap in counted_of(compiled):
                _want(wants, compiled.id, cap.name, cap.scope, facts.day)
            if compiled.tallied:
                wants.member_campaigns.add(compiled.id)


def _want(wants: Wants, campaign: str, name: str, scope: str, day: int) -> None:
    if of_member(scope):
        wants.member_campaigns.add(campaign)
    else:
        wants.counters.add((campaign, name, counter_day(scope, day)))


def of_member(scope: str) -> bool:
    """Whether each member has a counter of their own."""
    return scope.startswith("per_member")


def counter_day(scope: str, day: int) -> int:
    """The day a counter belongs to: the first of its day, month or year; 0 for those that count for
    all time."""
    if scope.endswith("per_day"):
        return day
    for unit in ("month", "year"):
        if scope.endswith(unit):
            return day_number(period_start(day_of(day), unit))
    return 0


def counted_of(compiled: Compiled) -> list[Cap]:
    """The caps of a campaign that are counted over several purchases."""
    return [cap for caps in compiled.caps.values() for cap in caps if cap.scope != "per_purchase"]


@lru_cache(maxsize=64)
def counted_caps(program: Program) -> list[Cap]:
    """Those of the whole program."""
    return [cap for caps in program.caps.values() for cap in caps if cap.scope != "per_purchase"]


@lru_cache(maxsize=64)
def limited_campaigns(program: Program) -> list[Compiled]:
    """The campaigns for which something is counted."""
    return [c for c in program.campaigns if c.limits or counted_of(c) or c.tallied]


def _depends_on_member(compiled: Compiled) -> bool:
    """Found through something only the loaded member tells: segment, tier, own vouchers."""
    return compiled.keys is not None and any(key[0] in "glv" for key in compiled.keys)


def left_of(
    program: Program,
    candidates: Iterable[Compiled],
    unit: Unit,
    member: MemberState | None,
    day: int,
) -> dict[str, int]:
    """What is left of each limit of the campaigns that may match."""
    left: dict[str, int] = {}

    def look(campaign: str, name: str, scope: str, most: int) -> None:
        key = (campaign, name, counter_day(scope, day))
        if not of_member(scope):
            left[f"{campaign}/{name}"] = most - unit.counters[key]
        elif member is not None:
            left[f"{campaign}/{name}"] = most - member.counters.get(key, 0)

    for compiled in candidates:
        for scope in compiled.limits:
            look(compiled.id, scope, scope, getattr(compiled.campaign.limits, scope))
        for cap in counted_of(compiled):
            look(cap.campaign, cap.name, cap.scope, cap.most)
    for cap in counted_caps(program):
        look(cap.campaign, cap.name, cap.scope, cap.most)
    return left


def with_tallies(
    known: Member, campaigns: Iterable[Compiled], member: MemberState, day: int
) -> Member:
    """What the engine may know of a member, with what campaigns have counted of theirs."""
    passed, uncounted = dict(known.passed), dict(known.uncounted)
    for compiled in campaigns:
        for effect in compiled.tallied:
            counted = {
                on: amount
                for (campaign, scope, on), amount in member.counters.items()
                if campaign == compiled.id and scope == effect.tally
            }
            spent = {on: minor for on, (_, minor) in member.days.items()}
            key = f"{compiled.id}/{effect.tally}"
            passed[key], rest = effect.recalled(counted, spent, compiled.first_day or 0, day)
            if rest is not None:
                uncounted[key] = rest
    return replace(known, passed=passed, uncounted=uncounted)


def member_facts(program: Program, member: MemberState, day: int) -> Member:
    """What the engine may know of a member before this case counts."""
    windows = sorted(program.windows)
    days = [(number, *figures) for number, figures in member.days.items()] if windows else []
    return Member(
        id=str(member.id),
        attributes=attributes_of(member.attributes),
        children=ages(children_of(member.attributes), day),
        tier=member.tier,
        segments=member.segments,
        joined_day=day_at(member.joined_at, program.timezone),
        purchases=member.purchases,
        spend_minor=member.spend_minor,
        last_day=0 if member.last_at == NEVER else day_at(member.last_at, program.timezone),
        balances={
            asset: account.balance
            for asset, account in member.book.accounts.items()
            if asset in program.watched
        }
        if program.watched
        else {},
        windows={window: total(window, day, days) for window in windows},
    )


def coupons_of(
    codes: Sequence[str], program: Program, unit: Unit, member: MemberState | None, at: int
) -> tuple[Coupon, ...]:
    """The codes shown that can be used, each once, and the member's automatic vouchers."""
    member_id = None if member is None else member.id
    found: dict[str, Coupon] = {}
    for code in codes:
        voucher = unit.vouchers.get(normalize(code))
        if voucher is None:
            if code.casefold() in public_codes(program):
                found.setdefault(code.casefold(), Coupon(code))
        elif usable_at_till(voucher, member_id, at, unit.now, used_by(member, voucher.code)):
            limited = voucher.per_member is not None
            found.setdefault(voucher.code, Coupon(voucher.code, voucher.definition, limited))
    if member is not None:
        for voucher in unit.vouchers_of(member.id):
            definition = program.rules.vouchers.get(voucher.definition)
            if definition and definition.automatic and usable(voucher, member_id, at):
                found.setdefault(voucher.code, Coupon(voucher.code, voucher.definition))
    return tuple(found.values())


@lru_cache(maxsize=16)
def public_codes(program: Program) -> frozenset[str]:
    """The codes anybody may use. What is neither one of them nor a usable voucher is told like a
    wrong one, so that nobody learns which vouchers there are (T16)."""
    return frozenset(
        code.casefold()
        for compiled in program.campaigns
        for part in compiled.parts
        for code in getattr(part, "codes", ())
    )


def counter_holder(scope: str, member: MemberState | None) -> UUID | None:
    """Under whom a counter of this scope stands: all, the member, or nobody without one."""
    if not of_member(scope):
        return SHARED
    return None if member is None else member.id
