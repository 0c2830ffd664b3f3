"""Paying with gift cards: several for one purchase, each for several purchases. A payment is no
discount (T7). What comes back of a purchase goes back onto the cards first."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec.structs import replace

from regulars.activities.bearers import GiftCard
from regulars.activities.unit import Unit
from regulars.engine.decision import Decision
from regulars.engine.facts import Facts, Tender
from regulars.engine.program import Program
from regulars.giftcards.sales import goods_minor
from regulars.giftcards.usable import NoSuchCard, open_card
from regulars.giftcards.wire import CardMoveOut, CardPayIn, balance_of, moved
from regulars.kit.problems import Conflict, Invalid
from regulars.ledger.payments import pay, pay_back

KIND = "gift_card"


class CardShort(Conflict):
    code = "gift_card_short"
    title = "There is not that much on the gift card"


def with_cards(
    program: Program, facts: Facts, decision: Decision, unit: Unit, asked: Sequence[CardPayIn]
) -> Facts:
    """The facts with the cards that pay. Whatever cannot be is refused; nothing is taken. Gift
    cards cannot be bought with gift cards."""
    currency = program.rules.currency
    tendered = sum(tender.amount_minor for tender in facts.tenders)
    left = min(decision.paid_minor - tendered, goods_minor(facts, decision.paid))
    seen: set[UUID] = set()
    for one in asked:
        card = open_card(unit, one.code, one.pin, facts.at)
        card.book.bring_up_to_date(unit.now, unit.make_id())
        available = balance_of(card, currency)
        if card.id in seen:
            raise Invalid("A gift card is there twice: name each once.")
        seen.add(card.id)
        if not available:
            raise NoSuchCard(card.code)
        amount = min(available, left) if one.amount_minor == "most" else one.amount_minor
        if amount > available:
            raise CardShort(
                f"{amount} minor units were asked for, {available} are on the card: ask for no "
                "more than that, or for most.",
                asked_minor=amount, available_minor=available,
            )  # fmt: skip
        if amount > left:
            raise Invalid(
                f"{amount} minor units of a gift card, but only {left} are left to be paid with "
                "one; gift cards are not bought with gift cards.",
                asked_minor=amount, to_pay_minor=left,
            )  # fmt: skip
        if amount:
            tender = Tender(KIND, amount, decision.paid_minor, card=str(card.id))
            facts = replace(facts, tenders=(*facts.tenders, tender))
            left -= amount
    return facts


def _paying(facts: Facts, unit: Unit) -> list[tuple[GiftCard, int]]:
    return [
        (unit.cards[UUID(tender.card)], tender.amount_minor)
        for tender in facts.tenders
        if tender.card
    ]


def take_cards(program: Program, facts: Facts, unit: Unit, activity_id: UUID) -> list[CardMoveOut]:
    """Take the money off the cards that pay for a purchase."""
    currency = program.rules.currency
    found = []
    for card, amount in _paying(facts, unit):
        unit.changes += 1
        pay(
            card.book, currency, amount, now=unit.now, at=facts.at, hold_id=unit.make_id(),
            activity_id=activity_id,
        )  # fmt: skip
        found.append(moved(card, currency, -amount))
    return found


def reserve_cards(
    program: Program, facts: Facts, unit: Unit, quote_id: UUID, lapses_at: int
) -> None:
    """Hold the money of a quote's cards for its purchase, until it lapses (T9)."""
    for card, amount in _paying(facts, unit):
        unit.changes += 1
        unit.holds[quote_id] = card.id
        card.book.reserve(
            program.rules.currency, amount, now=unit.now, lapses_at=lapses_at,
            hold_id=unit.make_id(), activity_id=quote_id,
        )  # fmt: skip


def due_back(
    facts: Facts, unit: Unit, refund_minor: int, before: Mapping[str, int], at: int
) -> dict[str, int]:
    """How much of a refund goes back onto which cards: what they paid comes back first, onto the
    one named first. ``before`` is what earlier returns put back. Onto an expired card nothing goes:
    it would be lost, and is refunded otherwise."""
    found: dict[str, int] = {}
    for tender in facts.tenders:
        card = unit.cards.get(UUID(tender.card)) if tender.card else None
        if card is not None and at < card.expires_at and card.state != "cancelled":
            amount = min(refund_minor, tender.amount_minor - before.get(tender.card, 0))
            if amount > 0:
                found[tender.card] = amount
                refund_minor -= amount
    return found


def refund_cards(
    program: Program, unit: Unit, purchase_id: UUID, back: Mapping[str, int],
    before: Mapping[str, int], *, at: int, activity_id: UUID,
) -> list[CardMoveOut]:  # fmt: skip
    """Put refunded money back onto the cards it came from."""
    found = []
    for name, amount in back.items():
        card = unit.cards[UUID(name)]
        card.book.bring_up_to_date(unit.now, activity_id)
        for hold in list(card.book.holds.values()):
            if hold.activity_id == purchase_id and hold.outcome == "settled":
                unit.changes += 1
                pay_back(
                    card.book, hold, before.get(name, 0), amount, now=unit.now, at=at,
                    activity_id=activity_id,
                )  # fmt: skip
        found.append(moved(card, program.rules.currency, amount))
    return found
