"""What is done to products: put them in by article number, and let the tills know. Steps."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

_SQL = statements("regulars.products", "queries.sql")


class Article(NamedTuple):
    """What is said of a product; None leaves it as it is, or empty for a new one."""

    sku: str
    ean: str | None = None
    name: str | None = None
    category: str | None = None
    brand: str | None = None
    producer: str | None = None
    labels: str | None = None
    """Marks for scopes, divided by spaces."""
    role: str | None = None
    tax_bp: int | None = None
    minimum_price_minor: int | None = None
    cost_minor: int | None = None


class Price(NamedTuple):
    """What one unit costs from an instant on; in every shop that has no price of its own, or in
    one."""

    sku: str
    price_minor: int
    from_at: datetime
    shop: str = ""


def put(*, program_id: UUID, articles: Sequence[Article], now: datetime) -> Steps[tuple[int, int]]:
    """Add the unknown ones and change the known ones; how many are new, and how many changed.

    Each article number at most once. Call `announce` when all is put.
    """
    if not articles:
        return 0, 0
    columns = [list(column) for column in zip(*articles, strict=True)]
    updated = yield Step(_SQL["update"], (program_id, *columns, now))
    added = yield Step(_SQL["add"], (program_id, *columns, now))
    return added[0][0], updated[0][0]


def put_prices(*, program_id: UUID, prices: Sequence[Price], now: datetime) -> Steps[int]:
    """Keep list prices; how many of them are another price than the one in force by then.

    Each product, shop and instant at most once.
    """
    if not prices:
        return 0
    skus, amounts, instants, shops = (list(column) for column in zip(*prices, strict=True))
    told = yield Step(_SQL["price"], (program_id, skus, shops, instants, amounts, now))
    return int(told[0][0])


def announce(program_id: UUID) -> Steps[None]:
    """The tills forget what they know of products."""
    yield Step(_SQL["announce"], (str(program_id),))
