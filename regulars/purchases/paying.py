"""Paying with points, and what is known of how the rest was paid. A payment is no discount: prices
stay as they are, and by default nothing is earned on what points pay for (T7)."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from msgspec.structs import replace

from regulars.activities.terms import expires_from
from regulars.activities.unit import MemberState, Unit
from regulars.activities.wants import Wants
from regulars.engine.decision import Decision
from regulars.engine.facts import Facts, Tender
from regulars.engine.paying import POINTS, Basket, given_back, most_units, worth
from regulars.engine.program import Program
from regulars.engine.rules import Pays, Validity
from regulars.giftcards.payments import with_cards
from regulars.identifiers.resolve import Ref
from regulars.kit.problems import Conflict, Invalid
from regulars.ledger.book import InsufficientFunds
from regulars.ledger.payments import pay, pay_back
from regulars.ledger.records import NEVER, Hold
from regulars.ledger.terms import revive
from regulars.purchases.wire import PayableOut, PaymentOut, PurchaseIn


class CannotPay(Invalid):
    code = "cannot_pay"
    title = "This cannot be paid so"


class PaymentRefused(Conflict):
    code = "payment_refused"
    title = "So many points cannot be used for this basket"


def want_payment(wants: Wants, program: Program, ref: Ref | None, request: PurchaseIn) -> None:
    """Ask for the lots to pay from, and for what a quote holds; a program whose points do not pay
    asks for nothing."""
    if program.paying and ref is not None and request.pay_with:
        wants.member(ref, lots=True, assets=program.paying)
    if (program.paying or program.rules.gift_cards) and request.quote is not None:
        wants.holds.add(request.quote)
        wants.gift_cards = bool(program.rules.gift_cards)


def with_tenders(
    program: Program, facts: Facts, decision: Decision, member: MemberState | None,
    request: PurchaseIn, unit: Unit,
) -> Facts:  # fmt: skip
    """The facts with what pays for the basket. Whatever cannot be is refused; nothing is taken."""
    left = decision.paid_minor
    for asset, asked in request.pay_with.items():
        pays = program.paying.get(asset)
        if pays is None:
            able = ", ".join(program.paying) or "nothing"
            raise CannotPay(f"{asset} does not pay in this program; what does: {able}.")
        if member is None:
            raise CannotPay("Points are a member's: say whose card it is, or leave pay_with out.")
        account = member.book.accounts.get(asset)
        available = 0 if account is None else account.available
        basket = Basket(program, facts, decision.paid)
        units = most = most_units(pays, basket.cap(pays), available)
        if asked != "most":
            units = asked
            _refuse(pays, asset, units, available, most)
        if units:
            tender = Tender(POINTS, worth(pays, units), basket.payable(pays), asset, units)
            facts = replace(facts, tenders=(*facts.tenders, tender))
            left -= tender.amount_minor
    if request.gift_cards:
        facts = with_cards(program, facts, decision, unit, request.gift_cards)
        left = decision.paid_minor - sum(tender.amount_minor for tender in facts.tenders)
    told = sum(request.tenders.values())
    if told > left:
        raise Invalid(
            f"The tenders add up to {told} minor units, {left} are to be paid: send what was "
            "really paid, change taken off, and points only in pay_with.",
            tenders_minor=told, to_pay_minor=left,
        )  # fmt: skip
    others = [
        Tender(kind, amount, decision.paid_minor)
        for kind, amount in request.tenders.items()
        if amount
    ]
    return replace(facts, tenders=(*facts.tenders, *others))


def _refuse(pays: Pays, asset: str, units: int, available: int, most: int) -> None:
    """Say clearly what is wrong with a number of points asked for."""
    figures = {"asset": asset, "asked": units, "available": available, "most": most}
    if units > available:
        raise InsufficientFunds(
            f"{units} {asset} were asked for, {available} are available: ask for no more than "
            "that, or for most.",
            **figures,
        )
    if units < pays.least:
        raise PaymentRefused(f"At least {pays.least} {asset} are used at once.", **figures)
    if units % pays.step:
        raise PaymentRefused(f"{asset} are used in steps of {pays.step}.", **figures)
    if units > most:
        raise PaymentRefused(f"At most {most} {asset} can be used for this basket.", **figures)
    if not worth(pays, units):
        raise PaymentRefused(f"{units} {asset} pay less than the smallest coin.", **figures)


def take(member: MemberState | None, facts: Facts, unit: Unit, activity_id: UUID) -> None:
    """Use up the points that pay for a purchase."""
    for tender in facts.tenders:
        if tender.asset and member is not None:
            unit.changes += 1
            pay(
                member.book, tender.asset, tender.units, now=unit.now, at=facts.at,
                hold_id=unit.make_id(), activity_id=activity_id,
            )  # fmt: skip


def reserve(
    member: MemberState | None, facts: Facts, unit: Unit, quote_id: UUID, lapses_at: int
) -> None:
    """Hold the points of a quote for its purchase, until it lapses (T9)."""
    for tender in facts.tenders:
        if tender.asset and member is not None:
            unit.changes += 1
            unit.holds[quote_id] = member.id
            member.book.reserve(
                tender.asset, tender.units, now=unit.now, lapses_at=lapses_at,
                hold_id=unit.make_id(), activity_id=quote_id,
            )  # fmt: skip


def release(unit: Unit, quote_id: UUID, activity_id: UUID) -> None:
    """A purchase takes up its quote: points and money of cards held for it are free again."""
    if quote_id not in unit.holds:
        return
    books = [member.book for member in unit.members.values()]
    for book in (*books, *(card.book for card in unit.cards.values())):
        for hold in list(book.holds.values()):
            if hold.activity_id == quote_id and hold.outcome is None:
                unit.changes += 1
                book.void(hold, now=unit.now, at=unit.now, activity_id=activity_id)


def payable_by(
    program: Program, facts: Facts, decision: Decision, member: MemberState | None
) -> dict[str, PayableOut]:
    """By asset, the most the member could pay of this basket with it alone."""
    found = {}
    for asset, pays in program.paying.items():
        account = None if member is None else member.book.accounts.get(asset)
        if account is not None:
            cap = Basket(program, facts, decision.paid).cap(pays)
            units = most_units(pays, cap, account.available)
            found[asset] = PayableOut(units, worth(pays, units))
    return found


Back = dict[str, tuple[int, int]]
"""By asset: units and what they were worth."""


def refunded(
    program: Program, facts: Facts, kept: Facts, new: Decision, *, paid_minor: int,
    refund_minor: int, before_minor: int, before: Mapping[str, tuple[int, int]],
) -> Back:  # fmt: skip
    """What of a refund goes back as points, by asset.

    Points come back in the share in which they paid for the lines they could pay for, money for
    the rest; both only depend on what is kept, so that many small returns are one large one.
    ``refund_minor`` is all that was refunded of the purchase with this return, ``before_minor`` and
    ``before`` what was before it.
    """
    points = [tender for tender in facts.tenders if tender.asset]
    paid = sum(tender.amount_minor for tender in points)
    money, money_before = paid_minor - paid, before_minor - sum(m for _, m in before.values())
    due = {t.asset: given_back(t, t.of_minor - _now(program, kept, new, t)) for t in points}
    due = {t.asset: max(due[t.asset], before.get(t.asset, (0, 0))[1]) for t in points}
    short = refund_minor - money - sum(due.values())
    over = sum(due.values()) - (refund_minor - money_before)
    for t in points:
        more = max(0, min(short, t.amount_minor - due[t.asset]))
        less = max(0, min(over, due[t.asset] - before.get(t.asset, (0, 0))[1]))
        due[t.asset] += more - less
        short, over = short - more, over - less
    return {t.asset: _step(t, due[t.asset], before.get(t.asset, (0, 0))) for t in points}


def _now(program: Program, kept: Facts, new: Decision, tender: Tender) -> int:
    """What the kept lines cost that the tender could pay for."""
    basket = Basket(program, kept, new.paid)
    return min(tender.of_minor, basket.payable(program.paying[tender.asset]))


def _step(tender: Tender, due_minor: int, before: tuple[int, int]) -> tuple[int, int]:
    """What goes back now; half a point counts as one, and all of it in the end."""
    units = (2 * due_minor * tender.units + tender.amount_minor) // (2 * tender.amount_minor)
    return units - before[0], due_minor - before[1]


def give_back(
    program: Program, facts: Facts, member: MemberState, purchase_id: UUID, back: Back,
    before: Mapping[str, tuple[int, int]], *, now: int, at: int, activity_id: UUID,
) -> None:  # fmt: skip
    """Put refunded points back into the lots they were taken from."""
    for hold in list(member.book.holds.values()):
        units = back.get(hold.asset, (0, 0))[0]
        if hold.activity_id == purchase_id and units:
            _revive(program, facts, member, hold)
            pay_back(
                member.book, hold, before.get(hold.asset, (0, 0))[0], units, now=now, at=at,
                activity_id=activity_id,
            )  # fmt: skip


def _revive(program: Program, facts: Facts, member: MemberState, hold: Hold) -> None:
    """Where activities prolong an asset, what was used up meanwhile was not prolonged with the
    rest: it is good as long as the rest, and as its own purchase would have made it."""
    for asset, days, activities in program.sliding:
        if asset == hold.asset:
            lots = member.book.lots.get(asset, [])
            until = max(
                (x.expires_at for x in lots if x.remaining and x.expires_at < NEVER), default=0
            )
            if facts.trigger in activities:
                own = expires_from(Validity(days=days), facts.day, program.timezone)
                until = max(until, own)
            for lot in lots:
                if lot.id in hold.lots:
                    revive(member.book, lot, until)


def payments_back(back: Back) -> Iterator[PaymentOut]:
    """How the points of a refund are told."""
    for asset, (units, minor) in back.items():
        if units or minor:
            yield PaymentOut(POINTS, minor, asset, units)
