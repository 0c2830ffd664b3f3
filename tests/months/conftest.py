"""A shop in its third month: what was bought in March may be put away."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from regulars.kit.steps import run_sync
from regulars.months.tasks import keep_months
from regulars.purchases.tasks import bring_up_to_date, seal_log
from regulars.webhooks.queries import relay
from tests.desk import Desk, open_desk
from tests.purchases.shop import BASE, buy, buying, join, shop, spend


class Shop:
    """A desk, its owner's connection in autocommit, and what was bought when."""

    def __init__(self, desk: Desk, owner: psycopg.Connection) -> None:
        self.desk, self.owner = desk, owner
        self.anna = join(desk)
        self.march = buy(desk, self.anna, ("bread", 2, 900), key="of-march", receipt_number="A1")
        desk.wait(days=3)
        spend(desk, self.anna, 5)
        desk.wait(days=30)
        self.april = buy(desk, self.anna, ("milk", 1, 4_000), key="of-april")
        desk.wait(days=30)
        self.work()

    def work(self) -> None:
        """What the worker does, but for the months."""
        bring_up_to_date(self.owner, self.desk.now)
        with psycopg.RawCursor(self.owner) as cursor, self.owner.transaction():
            run_sync(cursor, relay(1_000, self.desk.now))
        seal_log(self.owner, self.desk.now)

    def again(self, **changes: Any) -> Any:
        """March's purchase, sent once more."""
        fields: dict[str, Any] = {"key": "of-march", "receipt_number": "A1"} | changes
        return self.desk.do(buying(self.desk, self.anna, ("bread", 2, 900), **fields))

    def one(self, query: str) -> Any:
        row = self.owner.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]


@pytest.fixture
def place(fresh_database_url: str) -> Iterator[Shop]:
    with (
        open_desk(fresh_database_url, shop(BASE)) as desk,
        psycopg.connect(fresh_database_url, autocommit=True) as owner,
    ):
        keep_months(owner, desk.now)
        yield Shop(desk, owner)
