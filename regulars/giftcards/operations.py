"""Blocking a gift card that was lost, and letting it work again. The money stays on it."""

from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit
from regulars.activities.wants import Wants
from regulars.giftcards.usable import NoSuchCard, want_cards
from regulars.giftcards.wire import CardOut, CardStateIn, balance_of, expiry, masked
from regulars.kit.codes import normalize
from regulars.kit.http import Caller
from regulars.kit.requests import digest_of, encode, key_of


class SetCardState:
    """Block a card, or unblock it. One that was brought back stays cancelled."""

    path = "/v1/gift-cards/state"
    now: int | None = None

    def __init__(self, request: CardStateIn, caller: Caller, *, key: str | None, at: int) -> None:
        self.request = request
        self.keys = key_of(key)
        self.digest = digest_of(self.path, request)
        self.at = at
        self.shop = request.shop or caller.shop
        self.till = request.till or caller.till

    def wants(self, wants: Wants, context: Context) -> None:
        want_cards(wants, (self.request.code,))

    def decide(self, unit: Unit, context: Context) -> Record:
        plain = normalize(self.request.code)
        card_id = unit.card_codes.get(plain)
        card = None if card_id is None else unit.cards[card_id]
        if card is None or card.state == "cancelled":
            raise NoSuchCard(plain)
        _, program = context.revisions.at(self.at)
        card.state, card.changed = self.request.state, True
        unit.changes += 1
        activity_id = unit.make_id()
        card.book.bring_up_to_date(unit.now, activity_id)
        currency = program.rules.currency
        answer = CardOut(
            masked(card.code), card.definition, balance_of(card, currency), currency, card.state,
            expiry(card),
        )  # fmt: skip
        return Record(
            id=activity_id,
            member_id=None,
            kind="set_card_state",
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            facts=encode({"card": card.id, "reason": self.request.reason}).decode(),
            answer=encode(answer).decode(),
        )
