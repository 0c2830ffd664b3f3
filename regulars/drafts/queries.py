"""What is asked about drafts. Steps, for any driver."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from regulars.engine.facts import Line
from regulars.kit.problems import NotFound
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

SQL = statements(__package__ or "", "drafts.sql")
_MOST_DRAFTS = 100
_MOST_PRODUCTS = 200


class Draft(NamedTuple):
    """A document that is not in force yet, and how far it has come."""

    id: UUID
    title: str
    state: str
    base: int
    source: str
    version: int
    starts_on: date | None
    note: str
    created_at: datetime
    author: str
    writers: list[UUID]
    changed_at: datetime
    changed_by: str
    submitted_at: datetime | None
    submitted_by: str
    approved_at: datetime | None
    approved_by: str
    revision: int | None
    alone: bool
    """One person published it, as the organization has declared."""


class Product(NamedTuple):
    """An article of the product list with what it costs now (0 = nobody told)."""

    sku: str
    name: str
    category: str
    brand: str
    floor_minor: int
    labels: list[str]
    role: str
    tax_bp: int
    price_minor: int

    def line(self, quantity: int, price_minor: int, category: str = "") -> Line:
        """So many of it at a price, as a line of a basket."""
        return Line(
            self.sku, quantity, price_minor * quantity, category or self.category, self.brand,
            self.floor_minor * quantity, tuple(self.labels), self.role, self.tax_bp,
        )  # fmt: skip


def drafts(program_id: UUID) -> Steps[list[Draft]]:
    """The drafts of a program: those under way first, the last changed first."""
    rows = yield Step(SQL["list"], (program_id, _MOST_DRAFTS))
    return [Draft(*row) for row in rows]


def draft(program_id: UUID, draft_id: UUID) -> Steps[Draft]:
    """One draft, or `NotFound`."""
    rows = yield Step(SQL["one"], (program_id, draft_id))
    if not rows:
        raise NotFound("There is no such draft here.")
    return Draft(*rows[0])


def products(program_id: UUID, skus: list[str], now: datetime) -> Steps[dict[str, Product]]:
    """The articles asked for, and the first few to choose from, by number."""
    rows = yield Step(SQL["products"], (program_id, skus, now, _MOST_PRODUCTS))
    return {row[0]: Product(*row) for row in rows}
