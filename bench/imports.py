"""Imported baskets a second, beside pgbench: the operation of the till, in large batches."""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from random import Random
from uuid import uuid4

from bench.figures import Figure, compared, figure
from bench.processes import resident_mb
from bench.stage import Program, Stage, card
from bench.yardstick import Yardsticks
from regulars.activities.batch import Answer, Operation
from regulars.imports.chunks import CHUNK, Run, begin, carry_out, connect
from regulars.kit.http import Caller
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.wire import LineIn, PurchaseIn

MEMBERS = 2_500
SINGLES = 1_000
"""Baskets that are imported each in a transaction of its own, to compare."""
AIM = 1.0
AIM_SINGLES = 4.0


def run(
    stage: Stage, yardsticks: Yardsticks | None, *, baskets: int, repeats: int, seconds: float
) -> Iterator[Figure]:
    """As many baskets as asked for, by as many households as a supermarket's panel has; beside
    pgbench, and beside the same work as single transactions."""
    program = stage.program("import", members=MEMBERS)
    rates: list[float] = []
    singles: list[float] = []
    begun: list[float] = []
    ended: list[float] = []
    for repeat in range(repeats):
        if yardsticks is not None:
            yardsticks.measure(seconds)
        few = made(stage, program, SINGLES, Random(-1 - repeat))
        singles.append(asyncio.run(bring_in(stage, program, few, chunk=1)))
        many = made(stage, program, baskets, Random(repeat))
        marks: list[float] = []
        rates.append(asyncio.run(bring_in(stage, program, many, marks=marks)))
        begun.append(marks[0])
        ended.append(marks[-1])
    beside = yardsticks.figures() if yardsticks is not None else []
    yield from beside
    name = f"import, chunks of {CHUNK:,}"
    yield from compared(name, rates, "/s", beside, note=f"aim {AIM}")
    alone = figure("the same, each its own transaction", singles, "/s")
    yield alone
    yield figure(f"{name}, beside those", rates, "/s", beside=alone, note=f"aim {AIM_SINGLES}")
    first = figure("memory after its first chunk", begun, "MB")
    yield first
    yield figure("memory after its last chunk", ended, "MB", beside=first, note="aim: flat")


async def bring_in(
    stage: Stage, program: Program, operations: Sequence[RecordPurchase] | Iterator[RecordPurchase],
    *, chunk: int = CHUNK, marks: list[float] | None = None,
) -> float:  # fmt: skip
    """Baskets a second: made, judged, written and committed. ``marks`` takes the memory after each
    chunk, in MB."""
    now = stage.now
    run = Run(program.id, "bench", uuid4().hex, "bench")
    connection = await connect(stage.url)
    try:
        progress = await begin(connection, run, now=now)
        started = time.perf_counter()
        await carry_out(
            connection, run, operations, progress, now=now, count=_outcome, chunk=chunk,
            heard=lambda _: None if marks is None else marks.append(resident_mb(os.getpid())),
        )  # fmt: skip
        seconds = time.perf_counter() - started
    finally:
        await connection.close()
    if progress.counts["recorded"] != progress.done:
        raise RuntimeError(f"of {progress.done} baskets: {dict(progress.counts)}")
    return progress.done / seconds


def _outcome(operation: Operation, answer: Answer) -> list[tuple[str, int]]:
    return [("recorded" if answer.problem is None else answer.problem.code, 1)]


def made(stage: Stage, program: Program, count: int, random: Random) -> Iterator[RecordPurchase]:
    caller, name, now = Caller("1", "2"), uuid4().hex, stage.now
    for number in range(count):
        lines = tuple(
            LineIn(f"sku{random.randrange(5_000)}", 1, amount_minor=random.randrange(100, 900))
            for _ in range(random.randrange(1, 10))
        )
        request = PurchaseIn(lines, member=f"card:{card(random.randrange(program.members))}")
        at = now - count + number
        yield RecordPurchase(request, caller, key=f"{name}-{number}", at=at)
