"""What callers send and are told about gift cards. Money is in minor units of the program."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from regulars.activities.bearers import GiftCard
from regulars.kit.codes import grouped
from regulars.kit.periods import instant
from regulars.ledger.records import NEVER
from regulars.members.wire import Place

Code = Annotated[str, Meta(min_length=1, max_length=64)]
Pin = Annotated[str, Meta(min_length=1, max_length=16)]
_SHOWN = 5


class CardPayIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A gift card to pay with: so much, or `most` for as much as there is and is to be paid."""

    code: Code
    pin: Pin | None = None
    amount_minor: Annotated[int, Meta(ge=1, le=1_000_000_000_000)] | Literal["most"] = "most"


class CardIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The gift card that is meant, with its PIN if it has one."""

    code: Code
    pin: Pin | None = None


class CardStateIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A card to be blocked, because it was lost, or unblocked."""

    code: Code
    state: Literal["blocked", "active"]
    reason: Annotated[str, Meta(min_length=3, max_length=200)]
    shop: Place | None = None
    till: Place | None = None


class CardOut(Struct, frozen=True, omit_defaults=True):
    """A gift card as it stands."""

    code: str
    gift_card: str
    balance_minor: int
    currency: str
    state: str = "active"
    expires_at: datetime | None = None


class CardMoveOut(Struct, frozen=True, omit_defaults=True):
    """What a purchase did to a gift card. Of a card just sold the whole code, and its PIN; of one
    that paid or was refunded the end of it."""

    code: str
    amount_minor: int
    """Put on it; negative: taken off it."""
    balance_minor: int
    line: int | None = None
    """The line with which it was sold or topped up."""
    pin: str | None = None
    expires_at: datetime | None = None


def balance_of(card: GiftCard, currency: str) -> int:
    """What can be spent of it now."""
    account = card.book.accounts.get(currency)
    return 0 if account is None else account.available


def expiry(card: GiftCard) -> datetime | None:
    return None if card.expires_at >= NEVER else instant(card.expires_at)


def sold(card: GiftCard, currency: str, amount_minor: int, line: int, *, new: bool) -> CardMoveOut:
    """A card that money was put on."""
    return CardMoveOut(
        grouped(card.code) if new else masked(card.code), amount_minor,
        balance_of(card, currency), line, (card.pin or None) if new else None, expiry(card),
    )  # fmt: skip


def moved(card: GiftCard, currency: str, amount_minor: int) -> CardMoveOut:
    """A card that paid (negative), or was given money back."""
    return CardMoveOut(masked(card.code), amount_minor, balance_of(card, currency))


def masked(code: str) -> str:
    """The end of a code, as a receipt may show it."""
    return f"...{code[-_SHOWN:]}"


def kept_back(cards: Sequence[CardMoveOut]) -> list[CardMoveOut]:
    """As whoever reads a purchase later is told of its cards: codes and PINs are money, and are
    told to whoever records the sale alone."""
    return [replace(card, code=masked(card.code), pin=None) for card in cards]
