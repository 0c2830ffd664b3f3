"""Imported baskets a second, beside pgbench: the operation of the till, in large batches."""

import time
from collections.abc import Iterator
from itertools import batched
from random import Random
from uuid import uuid4

import psycopg

from bench.figures import Figure, figure
from bench.stage import Program, Stage, card
from bench.yardstick import Yardstick
from regulars.activities.batch import run_batch
from regulars.activities.context import Context
from regulars.kit.http import Caller
from regulars.kit.ids import Ids
from regulars.kit.steps import run_sync
from regulars.programs.snapshot import load
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.wire import LineIn, PurchaseIn

MEMBERS = 2_500
CHUNK = 5_000
AIM = 1.0


def run(
    stage: Stage, yardstick: Yardstick | None, *, baskets: int, repeats: int, seconds: float
) -> Iterator[Figure]:
    """As many baskets as asked for, by as many households as a supermarket's panel has."""
    program = stage.program("import", members=MEMBERS)
    rates: list[float] = []
    beside: list[float] = []
    for repeat in range(repeats):
        if yardstick is not None:
            beside.append(yardstick.rate(seconds))
        rates.append(_bring_in(stage, program, baskets, Random(repeat)))
    against = figure("pgbench, 32 clients", beside, "/s") if beside else None
    if against is not None:
        yield against
    yield figure(f"import, chunks of {CHUNK:,}", rates, "/s", beside=against, note=f"aim {AIM}")


def _bring_in(stage: Stage, program: Program, baskets: int, random: Random) -> float:
    """Baskets a second, commits included."""
    now, ids, run = int(time.time()), Ids(), uuid4().hex
    with psycopg.connect(stage.url) as connection, psycopg.RawCursor(connection) as cursor:
        context = Context(program.id, run_sync(cursor, load(program.id)))
        started = time.perf_counter()
        for chunk in batched(range(baskets), CHUNK, strict=False):
            operations = [
                RecordPurchase(
                    _basket(program, random), Caller("1", "2"), key=f"{run}-{number}",
                    at=now - 86_400 + number,
                )
                for number in chunk
            ]  # fmt: skip
            answers = run_sync(cursor, run_batch(context, operations, now=now + 86_400, ids=ids))
            connection.commit()
            failed = next((answer for answer in answers if answer.problem is not None), None)
            if failed is not None:
                raise failed.bug or RuntimeError(failed.problem)
        return baskets / (time.perf_counter() - started)


def _basket(program: Program, random: Random) -> PurchaseIn:
    lines = tuple(
        LineIn(f"sku{random.randrange(5_000)}", 1, amount_minor=random.randrange(100, 900))
        for _ in range(random.randrange(1, 10))
    )
    return PurchaseIn(lines, member=f"card:{card(random.randrange(program.members))}")
