"""Trouble that must stay with whoever makes it: a poisonous request, a clock that jumps, a worker
that is killed at its work."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any, LiteralString

import psycopg
import pytest

from regulars.activities.batch import Answer
from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit
from regulars.activities.wants import Wants
from regulars.kit.clock import Clock
from regulars.kit.ids import Ids
from regulars.kit.problems import Problem
from regulars.till.commit import Committer
from regulars.till.connections import Connections
from tests.cli.test_work import working
from tests.crash.proxy import Proxy
from tests.desk import DAY, Desk, open_desk
from tests.households import home
from tests.lengths import LONG, length, tried
from tests.points.counter import DOCUMENT, join, send, state
from tests.purchases.shop import buying, returning

NUL = "\x00"


class Poison:
    """A request that is decided well and that PostgreSQL refuses to write."""

    digest = b"poison"
    now: int | None = None

    def __init__(self, key: str) -> None:
        self.keys = [key]

    def wants(self, wants: Wants, context: Context) -> None:
        pass

    def decide(self, unit: Unit, context: Context) -> Record:
        return Record(unit.make_id(), None, "poison", unit.now, shop=NUL, answer="{}")


def test_a_poisonous_request_fails_alone(database_url: str) -> None:
    with open_desk(database_url, DOCUMENT) as desk:
        members = [join(desk) for _ in range(20)]
        operations: list[Any] = [
            buying(desk, member, ("bread", 1, 1_000), key=desk.key()) for member in members
        ]
        operations.insert(7, Poison(desk.key()))
        operations.insert(15, Poison(desk.key()))
        answers = asyncio.run(_commit(desk, operations))
        for operation, answer in zip(operations, answers, strict=True):
            if isinstance(operation, Poison):
                assert answer.problem is not None
                assert answer.problem.status == 500
            else:
                assert answer.problem is None
        assert [state(desk, member) for member in members] == [{"available": 10}] * len(members)
        again = asyncio.run(_commit(desk, operations))
        assert [one.replayed for one in again] == [one.problem is None for one in answers]
        desk.verify()


async def _commit(desk: Desk, operations: list[Any]) -> list[Answer]:
    """All of them at the same time, by the till's group commit."""
    async with committing(desk, desk.database_url) as committer:
        return await asyncio.gather(*map(committer.submit, operations))


@asynccontextmanager
async def committing(desk: Desk, url: str, **more: Any) -> AsyncIterator[Committer]:
    connections = Connections(url, **more)
    try:
        yield Committer(desk.context, connections, Clock(desk.now), Ids())
    finally:
        await connections.close()


def test_a_database_that_does_not_answer_is_given_up_and_then_found_again(
    database_url: str,
) -> None:
    with Proxy(database_url, 0) as proxy, open_desk(database_url, DOCUMENT) as desk:
        anna = join(desk)
        keys = [desk.key() for _ in range(3)]
        story = _stalled(desk, proxy, [buying(desk, anna, BREAD, key=key) for key in keys])
        problem = asyncio.run(story).problem
        assert problem is not None
        assert (problem.status, problem.code) == (503, "database_unavailable")
        assert problem.document()["retry_after"] == 2
        assert state(desk, anna) == {"available": 30}
        desk.verify()


BREAD = ("bread", 1, 1_000)


async def _stalled(desk: Desk, proxy: Proxy, operations: list[Any]) -> Answer:
    """What is answered while nothing arrives at the database; before and after all goes well."""
    async with committing(desk, proxy.url, answers_within=1.0) as committer:

        async def insist(operation: Any) -> None:
            while (await committer.submit(operation)).problem is not None:
                await asyncio.sleep(0.1)

        await insist(operations[0])
        proxy.stall(True)
        refused = await committer.submit(operations[1])
        proxy.stall(False)
        for operation in operations[1:]:
            await insist(operation)
    return refused


@pytest.mark.parametrize("seed", range(length(3, 50)))
def test_t8_a_clock_that_jumps_makes_and_loses_nothing(database_url: str, seed: int) -> None:
    """Days and weeks back and forth: what is asked may be refused, but every account stays whole,
    and a repeated request is the same whatever the time."""
    chance = Random(seed)
    with open_desk(database_url, DOCUMENT) as desk:
        desk.wait(days=400)
        members = [join(desk) for _ in range(3)]
        bought: list[Any] = []
        held: list[Any] = []
        for _ in range(60):
            desk.wait(days=chance.choice([0, 1, 3, 40, -1, -3, -40]), seconds=chance.randint(0, 9))
            one, other = chance.sample(members, 2)
            steps = [
                buying(desk, one, ("bread", chance.randint(1, 5), 1_000), key=desk.key()),
                send(desk, one, other, chance.choice([10, 20])),
                home.take(desk, one, chance.choice([5, 30]), hold=chance.random() < 0.5),
            ]
            steps += [returning(desk, chance.choice(bought))] if bought else []
            steps += [home.void(desk, held.pop())] if held else []
            operation = chance.choice(steps)
            if not operation.keys:
                operation.keys = [f"key:{desk.key()}"]
            try:
                answer = desk.do(operation)
            except Problem:
                continue
            before = [state(desk, member) for member in members]
            (again,) = desk.batch(operation)
            assert again.replayed
            assert [state(desk, member) for member in members] == before
            if "list_minor" in answer:
                bought.append(answer)
            if answer.get("state") == "held":
                held.append(answer)
        desk.verify()
    tried(jumps_of_the_clock=60)


def test_a_worker_killed_at_its_work_begins_again(fresh_database_url: str) -> None:
    url = fresh_database_url
    with open_desk(url, DOCUMENT) as desk:
        members = [join(desk, ("points", 10), expires_at=desk.now + DAY) for _ in range(50)]
        desk.wait(days=2)
        with psycopg.connect(url) as other:
            other.execute("select 1 from member where program_id = %s for update",
                          (desk.program_id,))  # fmt: skip
            with working(url, desk.now) as workers:
                _wait_until(lambda: _one(url, WAITING) > 0)
                for worker in workers:
                    worker.kill()
        assert state(desk, members[0]) == {}, "reading shows it, nothing is written yet"
        assert _one(url, EXPIRED) == 0
        assert _one(url, AT_WORK) > 0, "nobody told that it was killed"
        with psycopg.connect(url) as hours_later:
            hours_later.execute(
                "update procrastinate_workers set last_heartbeat = now() - interval '1 hour'"
            )
        with working(url, desk.now):
            _wait_until(lambda: _one(url, EXPIRED) == len(members))
            _wait_until(lambda: _one(url, AT_WORK) == 0)
        desk.verify()


@pytest.mark.skipif(not LONG, reason="the database is away for a while: with REGULARS_LONG=1")
def test_a_worker_whose_database_was_away_goes_on_with_its_jobs(
    fresh_database_url: str, tmp_path: Path
) -> None:
    url, log = fresh_database_url, tmp_path / "log"
    with (
        Proxy(url, 0) as proxy,
        open_desk(url, DOCUMENT) as desk,
        log.open("w") as file,
        working(proxy.url, desk.now, log=file) as (worker,),
    ):
        _wait_until(lambda: _one(url, AT_HAND) > 0)
        before = _one(url, AT_HAND)
        proxy.away(True)
        _wait_until(lambda: "jobs wait" in log.read_text())
        proxy.away(False)
        _wait_until(lambda: _one(url, AT_HAND) > before)
        assert worker.poll() is None


AT_HAND = "select coalesce(max(id), 0) from procrastinate_workers"
WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
EXPIRED = "select count(*) from posting where kind = 'expire'"
AT_WORK = "select count(*) from procrastinate_jobs where status = 'doing'"


def _one(url: str, query: LiteralString) -> int:
    with psycopg.connect(url) as connection:
        return int(connection.execute(query).fetchall()[0][0])


def _wait_until(fact: Any) -> None:
    deadline = time.monotonic() + 300
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.2)
