"""The demonstration's baskets a second, beside pgbench: the load that `make demo` does, timed.

The yardsticks run between its chunks, so that both meet the same machine.
"""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from bench.figures import Figure, compared
from bench.stage import Stage
from bench.yardstick import Yardsticks
from regulars.demo.load import load
from regulars.hosting.migrate import migrate

AIM = 1.0
CHUNKS_BETWEEN = 4
"""Chunks of the load from one measurement of the yardsticks to the next."""


class Clock:
    """Times the chunks and stands still while the yardsticks run."""

    def __init__(self, yardsticks: Yardsticks | None, seconds: float) -> None:
        self.rates: list[float] = []
        self.done = 0
        self.spent = 0.0
        self._yardsticks = yardsticks
        self._seconds = seconds
        self._since = time.perf_counter()
        self._chunks = 0

    def heard(self, done: int, _total: int) -> None:
        """A chunk is committed: so many baskets are done in all."""
        took = time.perf_counter() - self._since
        self.rates.append((done - self.done) / took)
        self.done, self.spent = done, self.spent + took
        if self._chunks % CHUNKS_BETWEEN == 0 and self._yardsticks is not None:
            self._yardsticks.measure(self._seconds)
        self._chunks += 1
        self._since = time.perf_counter()


def run(
    stage: Stage, yardsticks: Yardsticks | None, *, baskets: int, seconds: float
) -> Iterator[Figure]:
    """Load the first ``baskets`` of the year (0: all of it) in a database of its own."""
    url = stage.database("demo", owner="regulars")
    migrate(url)
    clock = Clock(yardsticks, seconds)
    loaded = asyncio.run(
        load(url, baskets=baskets or None, now=datetime.now(UTC), heard=clock.heard)
    )
    if loaded.fault is not None:
        raise RuntimeError(f"the books are not clean: {loaded.fault}")
    beside = yardsticks.figures() if yardsticks is not None else []
    yield from beside
    name = f"demonstration, {clock.done:,} baskets"
    yield from compared(name, [clock.done / clock.spent], "/s", beside, note=f"aim {AIM}")
