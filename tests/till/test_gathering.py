"""Which requests come into one batch, where a process has one batch under way at a time."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, cast

from regulars.activities.batch import Answer, Operation
from regulars.activities.context import Context
from regulars.kit.clock import Clock
from regulars.kit.ids import Ids
from regulars.till.commit import Batches
from regulars.till.connections import Connections

BATCH_SECONDS = 0.1


class Timed(Batches):
    """Batches of which each takes as long as a database would on a slow day."""

    def __init__(self, *, at_once: int = 1) -> None:
        nothing: Any = None  # no database is asked here
        super().__init__(
            cast(Context, nothing), cast(Connections, nothing), Clock(), Ids(), at_once=at_once
        )
        self.sizes: list[int] = []

    async def transaction(self, operations: Sequence[Operation]) -> list[Answer]:
        self.sizes.append(len(operations))
        await asyncio.sleep(BATCH_SECONDS)
        return [Answer(text="done") for _ in operations]


def operation() -> Operation:
    return cast(Operation, object())


def test_who_was_answered_together_is_judged_together_again() -> None:
    """Else the first who is back has a batch alone, and fifteen wait for it."""

    async def work() -> None:
        batches = Timed()

        async def till() -> None:
            for _ in range(6):
                await batches.submit(operation())

        await asyncio.gather(*(till() for _ in range(16)))
        assert batches.sizes == [1, 16, 16, 16, 16, 16, 15]

    asyncio.run(work())


def test_one_who_comes_alone_waits_for_nobody() -> None:
    async def work() -> None:
        batches = Timed()
        for _ in range(3):
            started = time.perf_counter()
            await batches.submit(operation())
            assert time.perf_counter() - started < 2 * BATCH_SECONDS
        assert batches.sizes == [1, 1, 1]

    asyncio.run(work())


def test_those_who_stay_away_hold_up_the_others_for_moments_only() -> None:
    async def work() -> None:
        batches = Timed()
        await asyncio.gather(*(batches.submit(operation()) for _ in range(16)))
        started = time.perf_counter()
        await batches.submit(operation())
        waited = time.perf_counter() - started - BATCH_SECONDS
        assert waited < BATCH_SECONDS, waited
        assert batches.sizes == [1, 15, 1]

    asyncio.run(work())


def test_where_two_batches_are_under_way_each_is_for_half_of_the_callers() -> None:
    async def work() -> None:
        batches = Timed(at_once=2)

        async def till() -> None:
            for _ in range(6):
                await batches.submit(operation())

        await asyncio.gather(*(till() for _ in range(16)))
        assert sum(batches.sizes) == 96
        assert len(batches.sizes) <= 24, batches.sizes  # 12 if all were halves

    asyncio.run(work())
