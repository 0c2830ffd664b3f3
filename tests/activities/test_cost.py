"""What a purchase costs the database does not grow with what was bought before."""

from collections.abc import Iterator

import psycopg
import pytest

from regulars.activities.batch import run_batch
from regulars.activities.session import PLANS
from regulars.kit.steps import run_sync
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.wire import LineIn, PurchaseIn
from tests.desk import Desk, open_desk

CARDS = ("2900000000000007", "4539148803436467")
FEW = 100
BASKET = (LineIn("milk", 1, amount_minor=349),)
READ = "select coalesce(sum(idx_tup_fetch + seq_tup_read), 0)::int from pg_stat_xact_user_tables"


@pytest.fixture
def desk(fresh_database_url: str) -> Iterator[Desk]:
    with open_desk(fresh_database_url) as desk:
        desk.connection.prepare_threshold = 0  # as the till: planned once, while all is empty
        for name, value in PLANS.items():
            desk.connection.execute(f"set {name} = {value}".encode())
        for card in CARDS:
            request = JoinIn((IdentifierIn("card", card),))
            desk.do(Join(request, desk.caller, key=None, at=desk.now))
        yield desk


def rows_read(desk: Desk, count: int) -> int:
    """Rows the database read for so many purchases in one batch, two cards by turns."""
    operations = [
        RecordPurchase(
            PurchaseIn(BASKET, member=f"card:{CARDS[number % 2]}"), desk.caller, key=desk.key(),
            at=desk.now,
        )
        for number in range(count)
    ]  # fmt: skip
    with desk.connection.transaction(), psycopg.RawCursor(desk.connection) as cursor:
        run_sync(cursor, run_batch(desk.context, operations, now=desk.now, ids=desk.ids))
        return int(cursor.execute(READ).fetchone()[0])  # type: ignore[index]


@pytest.mark.parametrize("believed", ["never looked at", "empty"])
def test_the_thousandth_purchase_reads_as_little_as_the_first(desk: Desk, believed: str) -> None:
    if believed == "empty":
        desk.connection.commit()
        desk.connection.autocommit = True
        desk.connection.execute("vacuum analyze")
        desk.connection.autocommit = False
    assert rows_read(desk, 1) < FEW
    rows_read(desk, 1000)
    assert rows_read(desk, 1) < FEW
