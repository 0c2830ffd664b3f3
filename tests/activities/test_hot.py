"""Rows that every purchase changes are changed in their page: no index learns of it."""

import psycopg
import pytest

from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from tests.desk import open_desk
from tests.purchases.shop import BASE, buying, campaign, points, shop

HOT = ("account", "counter", "member")
LIMITED = campaign("often", points(1), lane="points", limits={"per_member": 1_000, "total": 10**6})
CARDS = ("2900000000000007", "4539148803436467")


@pytest.mark.parametrize("purchases", [60])
def test_hot_rows_are_updated_in_place(fresh_database_url: str, purchases: int) -> None:
    with open_desk(fresh_database_url, shop(BASE, LIMITED)) as desk:
        for card in CARDS:
            desk.do(Join(JoinIn((IdentifierIn("card", card),)), desk.caller, key=None, at=desk.now))
        for number in range(purchases):
            desk.do(buying(desk, f"card:{CARDS[number % 2]}", ("bread", 1, 900), key=desk.key()))
        with psycopg.connect(fresh_database_url, autocommit=True) as connection:
            desk.connection.execute("select pg_stat_force_next_flush()")
            desk.connection.commit()
            found = connection.execute(
                "select relname, n_tup_upd, n_tup_hot_upd from pg_stat_user_tables"
                " where relname = any (%s)", (list(HOT),),
            ).fetchall()  # fmt: skip
    assert sorted(name for name, _, _ in found) == list(HOT)
    for name, updated, hot in found:
        assert updated >= purchases - len(CARDS), name
        assert hot >= 0.9 * updated, f"{name}: {hot} of {updated}"
