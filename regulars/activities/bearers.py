"""What belongs to whoever holds it, as a unit of work has locked it: gift cards, lots of codes,
partners' codes."""

from uuid import UUID

from msgspec import Struct

from regulars.ledger.book import Book
from regulars.ledger.records import NEVER


class GiftCard:
    """A gift card as locked, with its account."""

    __slots__ = (
        "book", "changed", "code", "definition", "expires_at", "id", "loads", "new", "pin", "state",
    )  # fmt: skip

    def __init__(
        self, id: UUID, code: str, pin: str, definition: str, book: Book, *, state: str = "active",
        expires_at: int = NEVER, new: bool = False,
    ) -> None:  # fmt: skip
        self.id = id
        self.code = code
        self.pin = pin
        self.definition = definition
        self.book = book
        self.state = state
        self.expires_at = expires_at
        self.loads: list[tuple[UUID, int, int]] = []
        """(purchase, line, amount) of what the purchases at hand put on it."""
        self.new = new
        self.changed = False


class VoucherLot(Struct, array_like=True):
    """Codes made or brought in together, as locked."""

    name: str
    definition: str
    source: str
    state: str
    issued: int
    uses: int | None
    per_member: int | None
    valid_from: int
    valid_until: int | None
    digest: str = ""
    new: bool = False
    changed: bool = False


class RewardCode(Struct, array_like=True):
    """A partner's code as locked: of a redemption, or free to be handed out."""

    no: int
    code: str
    """Encrypted."""
    valid_until: int | None = None
