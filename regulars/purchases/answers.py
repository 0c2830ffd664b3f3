"""What the caller is told, from the decision and the state after it."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec.structs import replace

from regulars.activities.unit import MemberState, Voucher
from regulars.engine.decision import Decision
from regulars.engine.explain import Told
from regulars.engine.facts import Facts, Line
from regulars.engine.hints import hints
from regulars.engine.program import Program
from regulars.engine.progress import Step
from regulars.engine.returns import totals
from regulars.engine.storage import unpack
from regulars.giftcards.wire import CardMoveOut
from regulars.kit.codes import normalize
from regulars.kit.periods import instant
from regulars.kit.words import LANGUAGES
from regulars.members.tiers import progress
from regulars.members.wire import BalanceOut
from regulars.progress.wire import steps_out
from regulars.purchases.wire import (
    ActivityIn,
    CodeOut,
    DecisionOut,
    Extras,
    GiftOut,
    HintOut,
    LineOut,
    MessageOut,
    MoreExtras,
    PayableOut,
    PaymentOut,
    PurchaseIn,
    ReasonOut,
    ShownPrices,
    ToldOut,
)
from regulars.vouchers.wire import voucher_out

_NONE: dict[str, int] = {}
_facts = msgspec.json.Decoder(Facts)
_NO_PRICES: dict[int, ShownPrices] = {}
_NO_MORE = MoreExtras({})
_extras = msgspec.json.Decoder(MoreExtras)


def extras_of(
    facts: Facts,
    decision: Decision,
    member: MemberState | None,
    vouchers: list[Voucher],
    codes: tuple[str, ...],
    lapses_at: int | None = None,
    *,
    hints: list[HintOut] | None = None,
    prices: dict[int, ShownPrices] | None = None,
    payable: dict[str, PayableOut] | None = None,
    progress: Sequence[Step] = (),
    cards: Sequence[CardMoveOut] = (),
) -> Extras:
    """What has to be kept so that the answer can be said again."""
    accounts = {} if member is None else member.book.accounts
    extras = (
        {a.asset: (a.available, a.pending, a.held, a.owed) for a in accounts.values()},
        [voucher_out(voucher) for voucher in vouchers],
        _codes(codes, facts, decision) if codes else [],
        None if lapses_at is None else instant(lapses_at),
    )
    if hints or prices or payable or progress or cards:
        return MoreExtras(
            *extras, hints or [], prices or {}, payable or {}, list(progress), list(cards)
        )
    return Extras(*extras)


def decision_out(
    activity_id: UUID,
    revision: int,
    facts: Facts,
    decision: Decision,
    member_id: UUID | None,
    extras: Extras,
) -> DecisionOut:
    """The answer to a purchase, a quote or an activity."""
    more = extras if isinstance(extras, MoreExtras) else _NO_MORE
    return DecisionOut(
        id=activity_id,
        revision=revision,
        list_minor=decision.list_minor,
        discount_minor=decision.discount_minor,
        paid_minor=decision.paid_minor,
        member=member_id,
        lines=lines_out(facts.lines, decision, more.prices),
        earned=totals(decision.awards),
        balances={asset: BalanceOut(*figures) for asset, figures in extras.balances.items()},
        vouchers=extras.vouchers,
        gifts=[
            *(
                GiftOut(gift.campaign, gift.sku, gift.quantity, list(gift.choices))
                for gift in decision.gifts
            ),
            *(GiftOut(s.id, s.figures["gift"]) for s in more.progress if "gift" in s.figures),
        ],
        codes=extras.codes,
        reasons=reasons_out(decision),
        hints=more.hints,
        lapses_at=extras.lapses_at,
        payments=[PaymentOut(t.kind, t.amount_minor, t.asset, t.units) for t in facts.tenders],
        to_pay_minor=_to_pay(facts, decision) if facts.tenders else None,
        payable=more.payable,
        gift_cards=more.gift_cards,
        progress=steps_out(more.progress),
        messages=[MessageOut(message.campaign, message.text) for message in decision.messages],
    )


def _to_pay(facts: Facts, decision: Decision) -> int:
    return decision.paid_minor - sum(tender.amount_minor for tender in facts.tenders)


def said_again(
    activity_id: UUID, revision: int, program: Program, facts: str, decision: str,
    member_id: UUID | None, extras: str,
) -> DecisionOut:  # fmt: skip
    """The answer as it was given when the activity was recorded."""
    return decision_out(
        activity_id, revision, _facts.decode(facts), unpack(program, decision.encode()), member_id,
        _extras.decode(extras),
    )  # fmt: skip


def lines_out(
    lines: tuple[Line, ...], decision: Decision, prices: dict[int, ShownPrices] = _NO_PRICES
) -> list[LineOut]:
    off: list[dict[str, int]] = [{} for _ in lines] if decision.discounts else [_NONE] * len(lines)
    for discount in decision.discounts:
        by = off[discount.line]
        by[discount.campaign] = by.get(discount.campaign, 0) + discount.amount_minor
    out = [
        LineOut(
            number, line.sku, line.quantity, line.amount_minor, line.amount_minor - paid, paid, by
        )
        for number, (line, paid, by) in enumerate(zip(lines, decision.paid, off, strict=True), 1)
    ]
    for i, shown in prices.items():
        out[i] = replace(
            out[i],
            lowest_price_30_days_minor=shown.lowest_minor,
            single_price_minor=shown.single_minor,
        )
    return out


def hints_out(
    program: Program, facts: Facts, decision: Decision, request: PurchaseIn | ActivityIn,
    member: MemberState | None, now: int,
) -> list[HintOut]:  # fmt: skip
    """As many hints as were asked for, in the language asked for or the member's; one of them at
    least about the member's tier, where something is missing for it."""
    most = getattr(request, "hints", 0)
    if not most:
        return []
    language = language_of(facts, request)
    found = [
        HintOut(hint.text, hint.campaign, hint.missing_minor, hint.missing_units)
        for hint in hints(program, facts, decision, language, most=most)
    ]
    climbing = [] if member is None else progress(program, member, now, language)
    tiers = [
        HintOut(
            step.text, "", step.missing if step.by == "spend" else 0,
            0 if step.by == "spend" else step.missing, step.tier,
        )
        for step in climbing[: max(1, most - len(found))]
    ]  # fmt: skip
    return [*found[: most - len(tiers)], *tiers]


def language_of(facts: Facts, request: PurchaseIn | ActivityIn) -> str:
    """The language asked for, else the member's, else English."""
    known = "" if facts.member is None else facts.member.attributes.get("language")
    return getattr(request, "lang", None) or (str(known) if known in LANGUAGES else "en")


def told_out(lines: list[Told]) -> list[ToldOut]:
    """Reasons in words."""
    return [
        ToldOut(line.campaign, line.name, line.applied, line.code, line.rule, line.why)
        for line in lines
    ]


def balances(member: MemberState | None) -> dict[str, BalanceOut]:
    if member is None:
        return {}
    return {
        asset: BalanceOut(account.available, account.pending, account.held, account.owed)
        for asset, account in member.book.accounts.items()
    }


def reasons_out(decision: Decision) -> list[ReasonOut]:
    return [ReasonOut(r.campaign, r.code, r.kind, r.figures) for r in decision.trace]


def _codes(codes: tuple[str, ...], facts: Facts, decision: Decision) -> list[CodeOut]:
    """Wrong, used up, expired and foreign codes all read `not_usable` (T16)."""
    used = {_plain(code) for _, code in decision.redeemed}
    usable = {_plain(coupon.code) for coupon in facts.coupons}
    return [CodeOut(code, _status(_plain(code), used, usable)) for code in codes]


def _status(code: str, used: set[str], usable: set[str]) -> str:
    if code in used:
        return "used"
    return "not_used" if code in usable else "not_usable"


def _plain(code: str) -> str:
    return normalize(code).casefold()
