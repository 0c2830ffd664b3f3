"""What is on a gift card. One that cannot be used is answered like one that never was (T16)."""

from uuid import UUID

from regulars.giftcards.usable import NoSuchCard, is_open
from regulars.giftcards.wire import CardOut, masked
from regulars.kit.codes import normalize
from regulars.kit.periods import instant
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.ledger.records import NEVER

_SQL = statements("regulars.giftcards", "queries.sql")


def balance(
    program_id: UUID, code: str, pin: str | None, currency: str, now: int
) -> Steps[CardOut]:
    """What can be spent of a card now; `NoSuchCard` where the code or the PIN is wrong, or the card
    is blocked, cancelled or expired."""
    plain = normalize(code)
    rows = yield Step(_SQL["card"], (program_id, plain, currency, now))
    name, kind, state, own, expires_at, left = rows[0] if rows else ("", "", "", "", None, 0)
    until = NEVER if expires_at is None else expires_at
    if not is_open(state, own, until, pin, now):
        raise NoSuchCard(plain)
    ends = None if expires_at is None else instant(expires_at)
    return CardOut(masked(name), kind, left, currency, state, ends)
