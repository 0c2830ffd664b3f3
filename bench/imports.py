"""Imported baskets a second, beside pgbench: the operation of the till, in large batches."""

import asyncio
import time
from collections.abc import Iterator
from random import Random
from uuid import uuid4

from bench.figures import Figure, compared
from bench.stage import Program, Stage, card
from bench.yardstick import Yardsticks
from regulars.activities.batch import Answer, Operation
from regulars.imports.chunks import CHUNK, Run, begin, carry_out, connect
from regulars.kit.http import Caller
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.wire import LineIn, PurchaseIn

MEMBERS = 2_500
AIM = 1.0


def run(
    stage: Stage, yardsticks: Yardsticks | None, *, baskets: int, repeats: int, seconds: float
) -> Iterator[Figure]:
    """As many baskets as asked for, by as many households as a supermarket's panel has."""
    program = stage.program("import", members=MEMBERS)
    rates: list[float] = []
    for repeat in range(repeats):
        if yardsticks is not None:
            yardsticks.measure(seconds)
        rates.append(asyncio.run(_bring_in(stage, program, baskets, Random(repeat))))
    beside = yardsticks.figures() if yardsticks is not None else []
    yield from beside
    yield from compared(f"import, chunks of {CHUNK:,}", rates, "/s", beside, note=f"aim {AIM}")


async def _bring_in(stage: Stage, program: Program, baskets: int, random: Random) -> float:
    """Baskets a second: made, judged, written and committed."""
    now, name = int(time.time()), uuid4().hex
    run = Run(program.id, "bench", name, "bench")
    connection = await connect(stage.url)
    try:
        progress = await begin(connection, run, now=now)
        started = time.perf_counter()
        await carry_out(
            connection, run, _baskets(program, baskets, random, name, now), progress, now=now,
            count=_outcome,
        )  # fmt: skip
        seconds = time.perf_counter() - started
    finally:
        await connection.close()
    if progress.counts["recorded"] != baskets:
        raise RuntimeError(f"of {baskets} baskets: {dict(progress.counts)}")
    return baskets / seconds


def _outcome(operation: Operation, answer: Answer) -> list[str]:
    return ["recorded" if answer.problem is None else answer.problem.code]


def _baskets(
    program: Program, count: int, random: Random, name: str, now: int
) -> Iterator[RecordPurchase]:
    caller = Caller("1", "2")
    for number in range(count):
        lines = tuple(
            LineIn(f"sku{random.randrange(5_000)}", 1, amount_minor=random.randrange(100, 900))
            for _ in range(random.randrange(1, 10))
        )
        request = PurchaseIn(lines, member=f"card:{card(random.randrange(program.members))}")
        at = now - count + number
        yield RecordPurchase(request, caller, key=f"{name}-{number}", at=at)
