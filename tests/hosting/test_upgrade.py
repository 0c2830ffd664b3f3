"""A database with rows in it is brought to a coming version while tills send purchases."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import psycopg
import pytest

from regulars.hosting.migrate import pending
from tests.desk import DOCUMENT
from tests.serving import NOW, House, Server, Till

SETTINGS = "tests.hosting.coming.settings"
MEMBERS, ACTIVITIES = 20_000, 100_000
MOST_SECONDS = 1.0
HELD_SECONDS = 4.0


class Tills:
    """Three tills that send one purchase after the other; when each was answered."""

    def __init__(self, tills: list[Till]) -> None:
        self.answered: list[float] = []
        self.refused: list[str] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(till,)) for till in tills]
        for thread in self._threads:
            thread.start()

    def _send(self, till: Till) -> None:
        card = till.join()
        body = {"lines": [{"sku": "milk", "unit_price_minor": 349}], "member": card}
        while not self._stop.is_set():
            answer = till.send("/v1/purchases", body)
            self.answered.append(time.monotonic())
            if not answer.is_success:
                self.refused.append(answer.text)

    def longest_pause(self, since: float) -> float:
        """The longest time in which nobody was answered, until now."""
        times = [since, *(at for at in self.answered if at > since), time.monotonic()]
        return max(later - earlier for earlier, later in pairwise(times))

    def watched(self, seconds: float) -> float:
        """The longest pause of the next seconds."""
        begun = time.monotonic()
        time.sleep(seconds)
        return self.longest_pause(begun)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)


@pytest.fixture
def busy(fresh_database_url: str) -> Iterator[tuple[str, Tills]]:
    house = House(fresh_database_url)
    server = Server(fresh_database_url, NOW)
    till = house.till(server, DOCUMENT)
    _fill(fresh_database_url)
    tills = Tills([till, till.at(server.url), till.at(server.url)])
    yield fresh_database_url, tills
    tills.stop()
    server.stop()


def _fill(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into member (program_id, id, joined_at)"
            " select p.id, gen_random_uuid(), now()"
            "   from program p, generate_series(1, %s)", (MEMBERS,),
        )  # fmt: skip
        connection.execute(
            "insert into activity (program_id, id, kind, occurred_at, recorded_at, facts)"
            " select p.id, gen_random_uuid(), 'visit', now(), now(), repeat('x', 200)"
            "   from program p, generate_series(1, %s)", (ACTIVITIES,),
        )  # fmt: skip


def upgrading(url: str) -> subprocess.Popen[bytes]:
    call = f"from regulars.hosting.migrate import upgrade; upgrade({url!r}, settings={SETTINGS!r})"
    return subprocess.Popen([sys.executable, "-c", call])


def kill_in_the_midst(url: str, run: subprocess.Popen[bytes]) -> int:
    """Kill it and what it started, when some members have their mood and others do not; how many
    have it."""
    deadline = time.monotonic() + 400
    with psycopg.connect(url, autocommit=True) as connection:
        while time.monotonic() < deadline:
            filled = 0
            if one(connection, "select count(*) from pg_attribute where attname = 'mood'"):
                filled = one(connection, "select count(*) from member where mood = 'glad'")
            if filled:
                run.kill()
                connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where query like 'update \"member\" set mood%'"
                )
                return filled
            time.sleep(0.01)
    raise AssertionError("the upgrade never began to fill")


def one(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.alone
def test_an_upgrade_lets_the_tills_go_on_and_goes_on_itself_after_a_kill(
    busy: tuple[str, Tills],
) -> None:
    url, tills = busy
    usual = tills.watched(3)
    assert any("fill in mood of member" in line for line in pending(url, settings=SETTINGS))

    begun = time.monotonic()
    run = upgrading(url)
    assert 0 < kill_in_the_midst(url, run) < MEMBERS
    run.wait(60)
    assert upgrading(url).wait(300) == 0
    during = tills.longest_pause(begun)

    assert pending(url, settings=SETTINGS) == []
    with psycopg.connect(url, autocommit=True) as connection:
        assert one(connection, "select count(*) from member where mood = ''") <= 3  # new ones
        assert one(connection, "select count(*) from pg_index where not indisvalid") == 0
        assert one(connection, "select count(*) from pg_constraint where not convalidated") == 0
        assert one(connection, "select count(*) from pg_inherits where inhparent ="
                               " 'activity_by_shop'::regclass") == 1  # fmt: skip
        assert tills.refused == []
        assert during < MOST_SECONDS + 2 * usual

        # What is measured would tell: a migration that keeps a table to itself.
        begun = time.monotonic()
        with connection.transaction():
            connection.execute("lock table activity")
            time.sleep(HELD_SECONDS)
        assert tills.longest_pause(begun) > HELD_SECONDS * 0.8
