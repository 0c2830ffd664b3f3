"""The way to the database breaks, also in the middle of a commit: writes are refused with 503 and
Retry-After, nothing acknowledged is lost, nothing is doubled, and nobody has to restart (T14)."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from regulars.hosting.postgres import url
from regulars.kit.steps import run_sync
from regulars.ledger.verify import verify
from tests.conftest import FOLDER
from tests.corner import corner
from tests.crash.proxy import Proxy
from tests.lengths import length, tried
from tests.serving import NOW, House, Server, basket

TILLS = 8
EACH = length(15, 600)
SEEDS = length(1, 5)
ROUGH = {"before": 0.1, "after": 0.1, "cut": 0.02, "delay": 0.05}


class Shop:
    """A till whose server reaches the database through a proxy."""

    def __init__(self, database_url: str, proxy: Proxy) -> None:
        self.house, self.proxy = House(database_url), proxy
        self.server = Server(proxy.url, NOW)
        self.till = self.house.till(self.server, corner(without=("ten-off",)))

    def insist(self, path: str, body: dict[str, Any], key: str, refused: list[Any]) -> Any:
        """Send it with its key until it is acknowledged, as tills do."""
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            answer = self.till.send(path, body, key)
            if answer.is_success:
                return answer.json()
            refused.append(answer)
            time.sleep(0.02)
        raise AssertionError("not acknowledged within five minutes")


@pytest.fixture
def shop(fresh_database_url: str, request: pytest.FixtureRequest) -> Iterator[Shop]:
    with Proxy(fresh_database_url, getattr(request, "param", 0)) as proxy:
        shop = Shop(fresh_database_url, proxy)
        try:
            yield shop
        finally:
            shop.server.stop()


@pytest.mark.parametrize("shop", range(SEEDS), indirect=True)
def test_t14_nothing_is_lost_or_doubled_when_connections_are_cut(
    shop: Shop, fresh_database_url: str
) -> None:
    members = [shop.till.join() for _ in range(4)]
    shop.proxy.chances = ROUGH
    refused: list[httpx.Response] = []

    def send_all(number: int) -> dict[str, str]:
        chance = Random(number)
        told: dict[str, str] = {}
        while len(told) < EACH or not all(shop.proxy.hits[fault] for fault in ROUGH):
            key = f"till-{number}-{len(told)}"
            body = basket(chance.choice(members), ("bread", 1, 1_000))
            told[key] = shop.insist("/v1/purchases", body, key, refused)["id"]
        return told

    with ThreadPoolExecutor(TILLS) as pool:
        told = {key: id for one in pool.map(send_all, range(TILLS)) for key, id in one.items()}
    shop.proxy.chances = {}
    assert {(answer.status_code, "retry-after" in answer.headers) for answer in refused} <= {
        (503, True)
    }
    tried(
        purchases_over_broken_connections=len(told),
        commits_that_never_arrived=shop.proxy.hits["before"],
        commits_whose_answer_was_lost=shop.proxy.hits["after"],
    )
    with psycopg.connect(fresh_database_url) as connection:
        rows = connection.execute(
            "select substr(i.key, 5), a.id::text from activity a left join idempotency i"
            " on i.program_id = a.program_id and i.activity_id = a.id where a.kind = 'purchase'"
        ).fetchall()
        assert sorted(rows) == sorted(told.items())
        points = connection.execute("select sum(available)::int from account").fetchone()
        assert points == (10 * len(told),)
        with psycopg.RawCursor(connection) as cursor:
            assert run_sync(cursor, verify()) is None


def test_while_the_database_is_away_writes_are_refused_and_then_go_on(shop: Shop) -> None:
    anna = shop.till.join()
    body = basket(anna, ("bread", 1, 1_000))
    shop.proxy.away(True)
    answer = shop.till.send("/v1/purchases", body, "one")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    reading = shop.till.http.get(f"/v1/members/{anna}/balance")
    assert (reading.status_code, "retry-after" in reading.headers) == (503, True)
    assert shop.till.http.get("/readyz").status_code == 503
    shop.proxy.away(False)
    assert shop.insist("/v1/purchases", body, "one", [])["earned"] == {"points": 10}
    assert shop.till.post("/v1/purchases", body, "one")["earned"] == {"points": 10}
    assert shop.till.available(anna) == 10


def test_no_connection_left_is_a_503_and_ends_by_itself(
    shop: Shop, fresh_database_url: str
) -> None:
    anna = shop.till.join()
    body = basket(anna, ("bread", 1, 1_000))
    _limit_connections(fresh_database_url, 0)
    shop.proxy.away(True)  # those that are open end, and no new ones are let in by the database
    shop.proxy.away(False)
    answer = shop.till.send("/v1/purchases", body, "one")
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True), answer.text
    _limit_connections(fresh_database_url, -1)
    assert shop.insist("/v1/purchases", body, "one", [])["earned"] == {"points": 10}
    assert shop.till.available(anna) == 10


def _limit_connections(database_url: str, most: int) -> None:
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    admin = url(FOLDER, database="postgres", role="postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(
            sql.SQL("alter database {} connection limit {}").format(
                sql.Identifier(str(name)), sql.Literal(most)
            )
        )
