"""Tills go on sending while the database and the server are killed: what was acknowledged is there,
once; what was not is sent again with its key, and is there once too (T14)."""

import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from random import Random
from threading import Thread
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from regulars.hosting.folder import DataFolder
from regulars.hosting.postgres import url
from tests.conftest import FAST, a_data_folder
from tests.crash.installed import PATIENCE_SECONDS, Installation, installation, wait_until
from tests.crash.killing import descendants, kill, kill_database
from tests.kept import take_kept_cluster
from tests.lengths import length, tried
from tests.serving import basket

TILLS = 8


class Sending:
    """What a crowd of tills sends, and what of it was acknowledged.

    Each sends ``each`` at least, and its last one after the last kill: so every kill lies in the
    midst of it, and in the end all is up again.
    """

    def __init__(self, installed: Installation, each: int) -> None:
        self.installed, self.each = installed, each
        self.till, self.program_id = installed.shop()
        self.members = [self.till.join() for _ in range(10)]
        self.acknowledged: dict[str, str] = {}
        self.wrong: list[str] = []
        self.disturbed = self.given_up = False

    def disturbed_by(self, kills: int, chance: Random) -> Counter[str]:
        """While the tills send, kill the database, the server, or both; how often which was hit."""
        hits: Counter[str] = Counter()
        threads = [Thread(target=self.send_all, args=(number,)) for number in range(TILLS)]
        for thread in threads:
            thread.start()
        try:
            for number in range(kills):
                moment = TILLS * self.each * (number + chance.random()) / kills
                wait_until(lambda moment=moment: len(self.acknowledged) >= moment)
                if number % 3 != 1:
                    hits["database"] += kill_database(self.installed.folder) > 0
                if number % 3 != 0:
                    below = descendants(self.installed.process.pid, b"serve")
                    hits["server"] += kill(below) > 0
            self.disturbed = True
            for thread in threads:
                thread.join(PATIENCE_SECONDS)
        finally:
            self.given_up = True
        return hits

    def send_all(self, number: int) -> None:
        for order in count():
            last = self.disturbed and order >= self.each
            key = f"till-{number}-{order}"
            price = 100 * (1 + number + TILLS * order)  # whole points, another for each request
            body = basket(self.members[order % len(self.members)], ("bread", 1, price))
            while not self.given_up and not self.send(key, body):
                time.sleep(0.05)
            if last or self.given_up:
                return

    def send(self, key: str, body: dict[str, Any]) -> bool:
        """Whether it was acknowledged. No answer, or an answer that says so: again later."""
        try:
            answer = self.till.send("/v1/purchases", body, key)
        except httpx.TransportError:
            return False
        if answer.status_code == 201:
            self.acknowledged[key] = answer.json()["id"]
            return True
        if answer.status_code < 500 and answer.status_code not in (409, 429):
            self.wrong.append(f"{answer.status_code} {answer.text}")
            return True
        return False

    def lost_and_doubled(self) -> tuple[int, int]:
        """How many acknowledged purchases are not there, and how many are there too often."""
        rows = self.installed.ask(
            "select substr(i.key, 5), a.id::text from activity a"
            " left join idempotency i on i.program_id = a.program_id and i.activity_id = a.id"
            " where a.program_id = %s and a.kind = 'purchase'",
            self.program_id,
        )
        there = {key: id for key, id in rows if key}
        lost = sum(there.get(key) != id for key, id in self.acknowledged.items())
        return lost, len(rows) - len(there)


@pytest.fixture(scope="module")
def folder() -> Iterator[DataFolder]:
    with a_data_folder() as folder:
        take_kept_cluster(folder, FAST)  # only to make it: it is started with our own settings
        yield folder


def test_t14_nothing_acknowledged_is_lost_and_nothing_doubled(folder: DataFolder) -> None:
    with installation(folder) as installed:
        sending = Sending(installed, each=length(150, 1_500))
        hits = sending.disturbed_by(length(4, 8), Random(14))
        assert min(hits["database"], hits["server"]) >= length(2, 5)
        assert sending.wrong == []
        assert len(sending.acknowledged) >= TILLS * sending.each
        assert sending.lost_and_doubled() == (0, 0)
        installed.verify()
        ((number, spent),) = installed.ask(
            "select count(*), sum(list_minor)::bigint from activity"
            " where program_id = %s and kind = 'purchase'",
            sending.program_id,
        )
        assert number == len(sending.acknowledged)
        query = "select sum(available)::bigint from account where program_id = %s"
        assert installed.ask(query, sending.program_id) == [(spent // 100,)]
        tried(
            purchases_while_processes_were_killed=number,
            kills_of_the_database=hits["database"],
            kills_of_the_server=hits["server"],
        )


def test_t14_without_durable_commits_the_same_shows_a_loss(folder: DataFolder) -> None:
    """Otherwise the test above could not fail. A kill may come when all happens to be on disk: then
    another shop is tried."""
    with installation(folder) as installed:
        admin = make_conninfo(url(folder), user="postgres")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("alter system set synchronous_commit = off")
            connection.execute("alter system set wal_writer_delay = '10s'")
            connection.execute("alter system set wal_writer_flush_after = '1GB'")
            connection.execute("select pg_reload_conf()")
        lost = 0
        for attempt in range(3):
            sending = Sending(installed, each=length(30, 1_500))
            sending.disturbed_by(length(1, 8), Random(15 + attempt))
            lost, _ = sending.lost_and_doubled()
            if lost:
                break
    assert lost > 0
    tried(purchases_lost_where_commits_were_not_durable_as_they_must_be=lost)
