"""Answers at a fixed rate: purchases are due every so often, whether or not the last one is done.

An answer's time runs from the instant its request was due, so that a pause of the server is seen by
everybody who would have come in it (an open loop), and not hidden by a generator that waits.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from random import Random
from statistics import quantiles
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from bench.figures import Figure, figure
from bench.load import PURCHASE
from bench.stage import Program, Stage, card, serving

RATE = 300
CONNECTIONS = 64
AIM = 3.0


class Tills(asyncio.Protocol):
    """One connection: sends a request, says when the whole answer is there."""

    def __init__(self) -> None:
        self.answered: asyncio.Future[bytes] | None = None
        self.transport: asyncio.Transport | None = None
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, end, body = self._heard.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if end and len(body) >= int(length or 0) and self.answered is not None:
            self._heard = b""
            self.answered.set_result(head)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.answered is not None and not self.answered.done():
            self.answered.set_exception(exc or ConnectionError("the server hung up"))


def run(stage: Stage, program: Program, *, seconds: float, repeats: int) -> Iterator[Figure]:
    """p50 and p99 at the fixed rate, and the one as a multiple of the other."""
    p50s: list[float] = []
    p99s: list[float] = []
    with psycopg.connect(stage.admin_url, autocommit=True) as admin:
        admin.execute("checkpoint")  # what the loads before left to be written is not measured
    with serving(stage.url, workers=1) as (address, _):
        asyncio.run(_at_rate(address, program, 2))  # connections, plans, keys
        for _ in range(repeats):
            cuts = quantiles(asyncio.run(_at_rate(address, program, seconds)), n=100)
            p50s.append(cuts[49] * 1000)
            p99s.append(cuts[98] * 1000)
    middle = figure(f"purchases at {RATE}/s, p50", p50s, "ms")
    yield middle
    note = f"aim {AIM:.0f} times p50 at most"
    yield figure(f"purchases at {RATE}/s, p99", p99s, "ms", beside=middle, note=note)


async def _at_rate(address: str, program: Program, seconds: float) -> list[float]:
    """Seconds from when each was due to its answer."""
    where = urlsplit(address)
    loop = asyncio.get_running_loop()
    free: deque[Tills] = deque()
    for _ in range(CONNECTIONS):
        made = await loop.create_connection(Tills, where.hostname, where.port)
        free.append(made[1])
    took: list[float] = []
    chance, run, due = Random(1), uuid4().hex, time.perf_counter()
    asked: set[asyncio.Task[None]] = set()
    for number in range(round(RATE * seconds)):
        due += 1 / RATE
        await asyncio.sleep(due - time.perf_counter())
        request = _request(program, card(chance.randrange(program.members)), f"{run}-{number}")
        task = asyncio.create_task(_ask(free, request, due, took))
        asked.add(task)
        task.add_done_callback(asked.discard)
    await asyncio.gather(*asked)
    if len(took) < round(RATE * seconds):
        raise RuntimeError(f"only {len(took)} of {RATE * seconds:.0f} purchases were recorded")
    for till in free:
        assert till.transport is not None
        till.transport.close()
    return took


async def _ask(free: deque[Tills], request: bytes, due: float, took: list[float]) -> None:
    while not free:  # all are waiting for an answer: this one is late already
        await asyncio.sleep(0.001)
    till = free.popleft()
    till.answered = asyncio.get_running_loop().create_future()
    assert till.transport is not None
    till.transport.write(request)
    head = await till.answered
    if head.startswith(b"HTTP/1.1 201"):
        took.append(time.perf_counter() - due)
    till.answered = None
    free.append(till)


def _request(program: Program, number: str, key: str) -> bytes:
    body = PURCHASE.body.replace("{card}", number)
    return (
        "POST /v1/purchases HTTP/1.1\r\nHost: till\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {program.key}\r\nIdempotency-Key: {key}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
