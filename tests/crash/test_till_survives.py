"""Tills go on sending while the database and the server are killed: what was acknowledged is there,
once; what was not is sent again with its key, and is there once too (T14)."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from threading import Thread
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from regulars.hosting.folder import DataFolder
from regulars.hosting.ports import answers
from regulars.hosting.postgres import url
from regulars.kit.steps import run_sync
from regulars.ledger.verify import verify
from tests.corner import corner
from tests.crash.killing import descendants, kill, kill_database
from tests.demo.running import environment
from tests.lengths import LONG, length
from tests.serving import House, Till, basket

TILLS = 8
EACH = length(150, 1_500)
KILLS = length(4, 8)
PATIENCE_SECONDS = 300


@dataclass
class Sending:
    """What a crowd of tills sends, and what of it was acknowledged.

    Each sends ``EACH`` at least, and its last one after the last kill: so every kill lies in the
    midst of it, and in the end all is up again.
    """

    till: Till
    members: list[str]
    acknowledged: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    disturbed: bool = False
    given_up: bool = False

    def start(self) -> list[Thread]:
        threads = [Thread(target=self.send_all, args=(number,)) for number in range(TILLS)]
        for thread in threads:
            thread.start()
        return threads

    def send_all(self, number: int) -> None:
        for order in count():
            last = self.disturbed and order >= EACH
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


@contextmanager
def installation(folder: DataFolder, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """``regulars up``, as it is installed."""
    command = [sys.executable, "-m", "regulars", "up", "--data", str(folder.path)]
    with (folder.path / "said").open("wb") as log:
        process = subprocess.Popen([*command, "--port", str(port)], env=environment(), stderr=log)
    try:
        wait_until(lambda: answers("127.0.0.1", port) and ready(port))
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def wait_until(fact: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def open_shop(folder: DataFolder, port: int) -> Sending:
    house = House(url(folder))
    organization = house.organization()
    house.apply(
        organization, corner(without=("ten-off",)), now=datetime.now(UTC) - timedelta(days=1)
    )
    till = Till(f"http://127.0.0.1:{port}", house.key(organization))
    return Sending(till, [till.join() for _ in range(10)])


def disturb(sending: Sending, folder: DataFolder, up: int, chance: Random) -> Counter[str]:
    """While the tills send, kill the database, the server, or both; how often which was hit."""
    hits: Counter[str] = Counter()
    threads = sending.start()
    try:
        for number in range(KILLS):
            moment = TILLS * EACH * (number + chance.random()) / KILLS
            wait_until(lambda moment=moment: len(sending.acknowledged) >= moment)
            if number % 3 != 1:
                hits["database"] += kill_database(folder) > 0
            if number % 3 != 0:
                hits["server"] += kill(descendants(up, b"serve")) > 0
        sending.disturbed = True
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
    finally:
        sending.given_up = True
    return hits


def lost_and_doubled(sending: Sending, folder: DataFolder) -> tuple[int, int]:
    """How many acknowledged purchases are not there, and how many are there too often."""
    with psycopg.connect(url(folder)) as connection:
        rows = connection.execute(
            "select substr(i.key, 5), a.id::text from activity a"
            " left join idempotency i on i.program_id = a.program_id and i.activity_id = a.id"
            " where a.kind = 'purchase'"
        ).fetchall()
    there = {key: id for key, id in rows if key}
    lost = sum(there.get(key) != id for key, id in sending.acknowledged.items())
    return lost, len(rows) - len(there)


def test_t14_nothing_acknowledged_is_lost_and_nothing_doubled(data_folder: DataFolder) -> None:
    port = free_port()
    with installation(data_folder, port) as up:
        sending = open_shop(data_folder, port)
        hits = disturb(sending, data_folder, up.pid, Random(14))
        assert min(hits["database"], hits["server"]) >= length(2, 5)
        assert sending.wrong == []
        assert len(sending.acknowledged) >= TILLS * EACH
        assert lost_and_doubled(sending, data_folder) == (0, 0)
        with psycopg.connect(url(data_folder)) as connection:
            with psycopg.RawCursor(connection) as cursor:
                assert run_sync(cursor, verify()) is None
            query = "select count(*), sum(list_minor)::int from activity where kind = 'purchase'"
            number, spent = connection.execute(query).fetchall()[0]
            assert number == len(sending.acknowledged)
            query = "select sum(available) from account where asset = 'points'"
            assert connection.execute(query).fetchone() == (spent // 100,)


@pytest.mark.skipif(not LONG, reason="the negative control runs with REGULARS_LONG=1")
def test_without_durable_commits_the_same_would_show_a_loss(data_folder: DataFolder) -> None:
    port = free_port()
    with installation(data_folder, port) as up:
        admin = make_conninfo(url(data_folder), user="postgres")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("alter system set synchronous_commit = off")
            connection.execute("alter system set wal_writer_delay = '10s'")
            connection.execute("select pg_reload_conf()")
        sending = open_shop(data_folder, port)
        disturb(sending, data_folder, up.pid, Random(15))
        lost, _ = lost_and_doubled(sending, data_folder)
    assert lost, "the test above can fail"
