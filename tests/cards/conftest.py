"""A desk whose program has cards, and what its tests say."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, LiteralString
from uuid import UUID

import pytest

from regulars.cards.batches import Order, make_batch
from regulars.cards.design import Design
from regulars.cards.numbers import Numbers
from regulars.cards.queries import Batch, Card, batch, card
from tests.desk import DOCUMENT, Desk

DESIGN = Design(
    title={"en": "Corner Club", "pl": "Klub Narożny", "bg": "Клуб Ъглов"},
    line={"en": "Loyalty card", "pl": "Karta stałego klienta", "bg": "Карта за лоялни клиенти"},
    languages=("pl", "bg"),
)


class CardDesk(Desk):
    """A desk that makes cards."""

    def make(
        self, count: int = 3, *, name: str = "spring", symbology: str = "qr", **more: Any
    ) -> UUID:
        prefix, length = ("20", 13) if symbology == "ean13" else ("29", 16)
        numbers = more.pop("numbers", Numbers(prefix, length, symbology))
        order = Order(name, count, numbers, more.pop("design", DESIGN), **more)
        return make_batch(self.connection, self.program_id, order, now=self.moment)

    def all(self, query: LiteralString, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query whose first parameter is the program."""
        with self.connection.transaction():
            return self.connection.execute(query, (self.program_id, *values)).fetchall()

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)

    def made(self, name: str = "spring") -> Batch:
        found: Batch = self.read(batch(self.program_id, name))
        return found

    def card(self, number: str) -> Card:
        found: Card = self.read(card(self.program_id, number))
        return found

    def numbers(self, batch_id: UUID) -> list[str]:
        rows = self.all(
            "select number from card where program_id = %s and batch_id = %s order by position",
            batch_id,
        )
        return [row[0] for row in rows]


@pytest.fixture
def desk(database_url: str) -> Iterator[CardDesk]:
    desk = CardDesk(database_url)
    yield desk
    desk.connection.close()


@pytest.fixture
def strict(database_url: str) -> Iterator[CardDesk]:
    """A program that asks for rotating codes."""
    desk = CardDesk(database_url, DOCUMENT + "cards: {rotating_code: required}\n")
    yield desk
    desk.connection.close()
