"""``regulars work``: what happens by time, in processes of their own; two do nothing twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, Any

import psycopg

from tests.desk import open_desk
from tests.purchases.shop import BASE, balance, buy, campaign, join, off, quoting, shop

LAST_ONE = campaign("last-one", off(100), lane="basket", limits={"total": 1})
ENDS_WITHIN_SECONDS = 10


@contextmanager
def working(
    database_url: str, at: int, number: int = 1, log: int | IO[str] = subprocess.DEVNULL
) -> Iterator[list[subprocess.Popen[str]]]:
    """So many workers, whose clock begins at ``at``."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "REGULARS_CLOCK": datetime.fromtimestamp(at, UTC).isoformat(),
    }
    command = [sys.executable, "-m", "regulars", "work"]
    workers = [
        subprocess.Popen(command, env=environment, stderr=log, text=True) for _ in range(number)
    ]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def ask(database_url: str, query: str) -> Any:
    with psycopg.connect(database_url) as connection:
        return connection.execute(query).fetchall()


def wait_until(fact: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.1)


EXPIRED = (
    "select member_id, count(*), sum(amount)::bigint from posting where kind = 'expire' group by 1"
)
DAYS = "select day, kind, activities, list_minor, paid_minor from day_total order by 1, 2"
REBUILT = """
select (a.occurred_at at time zone p.timezone)::date, a.kind, count(*), sum(list_minor)::bigint,
       sum(paid_minor)::bigint
  from activity a join program p on p.id = a.program_id group by 1, 2 order by 1, 2"""


def test_what_is_due_is_done_once_by_two_workers(fresh_database_url: str) -> None:
    url = fresh_database_url
    with open_desk(url, shop(BASE)) as desk:
        members = [join(desk) for _ in range(20)]
        for member in members:
            buy(desk, member, ("bread", 1, 1_000))
        desk.wait(days=19)
        for member in members:
            buy(desk, member, ("bread", 1, 2_000))
        assert balance(desk, members[1]) == (20, 10, 0, 0)
        desk.wait(days=3)
        with working(url, desk.now, number=2) as workers:
            more = 0
            while more < 40 or ask(url, "select count(*) from seal") == [(0,)]:
                buy(desk, members[more % 3], ("milk", 1, 100))
                more += 1
                time.sleep(0.02)
            wait_until(lambda: balance(desk, members[7]) == (0, 20, 0, 0))
            wait_until(lambda: ask(url, "select count(*) from outbox") == [(0,)])
            assert [row[1:] for row in ask(url, EXPIRED)] == [(1, -10)] * 20
            assert ask(url, DAYS) == ask(url, REBUILT)
            wait_until(lambda: ask(url, "select count(*) from procrastinate_workers") == [(2,)])
            for worker in workers:
                worker.send_signal(signal.SIGTERM)
            began = time.monotonic()
            assert [worker.wait(60) for worker in workers] == [0, 0]
            assert time.monotonic() - began < ENDS_WITHIN_SECONDS
        desk.verify()


def test_a_promise_that_lapses_is_free_for_others(fresh_database_url: str) -> None:
    url = fresh_database_url
    with open_desk(url, shop(LAST_ONE)) as desk:
        anna, eve = join(desk), join(desk)
        quote = desk.do(quoting(desk, anna, ("bread", 1, 1_000), hold_seconds=60))
        assert quote["discount_minor"] == 100
        desk.wait(seconds=120)
        assert buy(desk, eve, ("bread", 1, 1_000))["discount_minor"] == 0
        with working(url, desk.now):
            wait_until(lambda: ask(url, "select outcome from quote") == [("lapsed",)])
        assert buy(desk, eve, ("bread", 1, 1_000))["discount_minor"] == 100
