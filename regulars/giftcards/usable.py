"""When a gift card can be used, and the one answer to all that cannot (T16)."""

import hmac
from collections.abc import Iterable

from regulars.activities.bearers import GiftCard
from regulars.activities.unit import Unit
from regulars.activities.wants import Wants
from regulars.kit.codes import looks_mistyped, normalize
from regulars.kit.problems import NotFound


class NoSuchCard(NotFound):
    """Wrong, blocked, cancelled, expired, spent, another PIN: all the same, word for word (T16)."""

    code = "no_such_gift_card"
    title = "This gift card cannot be used"

    def __init__(self, code: str = "") -> None:
        mistyped = {"mistyped": True} if looks_mistyped(code) else {}
        super().__init__(
            "Check the code, and the PIN if the card has one. It may also be spent, expired or "
            "blocked.",
            **mistyped,
        )


def want_cards(wants: Wants, codes: Iterable[str]) -> None:
    """Ask for the cards of these codes."""
    wants.cards.update(map(normalize, codes))


def open_card(unit: Unit, code: str, pin: str | None, at: int) -> GiftCard:
    """The card of a code that can be used at this instant, whatever is left on it."""
    plain = normalize(code)
    card_id = unit.card_codes.get(plain)
    card = None if card_id is None else unit.cards[card_id]
    if card is None or not is_open(card.state, card.pin, card.expires_at, pin, at):
        raise NoSuchCard(plain)
    return card


def is_open(state: str, own: str, expires_at: int, given: str | None, at: int) -> bool:
    """Whether a card can be used with this PIN; one without a PIN needs none."""
    right = hmac.compare_digest(own.encode(), (given or "").encode()) or not own
    return right and state == "active" and at < expires_at
