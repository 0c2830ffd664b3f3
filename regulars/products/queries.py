"""Reading products: what the check of a program needs of them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from regulars.engine.facts import Line
from regulars.engine.margins import Stocked
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

SQL = statements("regulars.products", "queries.sql")
MOST = 50_000


def stock(program_id: UUID, now: datetime) -> Steps[list[Stocked]]:
    """The products with a list price and a cost or minimum price, as of now."""
    rows = yield Step(SQL["stock"], (program_id, now, MOST))
    return list(_stocked(rows))


def shelf(
    program_id: UUID, shop: str, now: datetime, most: int
) -> Steps[list[tuple[str, str, str, int]]]:
    """Article number, EAN, name and price in minor units of what a shop sells, as of now; nothing
    where it is more than ``most``."""
    rows = yield Step(SQL["shelf"], (program_id, shop, now, most + 1))
    return [tuple(row) for row in rows] if len(rows) <= most else []


def _stocked(rows: list[Any]) -> Iterator[Stocked]:
    for sku, price, category, brand, floor, labels, role, tax_bp, cost in rows:
        yield Stocked(
            Line(sku, 1, price, category, brand, floor, tuple(labels), role, tax_bp), cost
        )
