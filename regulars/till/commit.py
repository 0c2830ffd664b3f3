"""Group commit: what arrives while batches are under way becomes the next one.

A process that serves alone has two batches under way at most, so that neither the database nor we
wait for the other; each is for half of the callers. Where both touch the same member, the locks of
the first make the second wait, and read again. Of several processes each has one: they fill each
other's pauses, and larger batches cost less. Before the next one begins, those who have just been
answered are waited for, some milliseconds at most.
"""

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from regulars.activities.batch import Answer, InternalError, Operation, run_batch
from regulars.activities.context import Context
from regulars.kit.clock import Clock
from regulars.kit.ids import Ids
from regulars.kit.problems import Busy, Problem
from regulars.kit.steps import run_async
from regulars.till.connections import Connections
from regulars.till.metrics import BATCH_SECONDS, BATCH_SIZE, RETRIES
from regulars.till.problems import AGAIN, DATABASE_LOST

log = logging.getLogger("regulars.till")

WORKERS = "REGULARS_WORKERS"
"""Environment variable: how many processes serve, if more than one."""
MOST_IN_A_BATCH = 128
MOST_WAITING = 4096
_TRIES = 4

_LEAST_TO_WAIT_FOR = 4
"""Fewer callers than that are not worth waiting for."""
_LOOKS_AFTER_SECONDS, _STILL_COMING = 0.002, 2
"""So many must have come back in that time for the others to be waited for."""

Batch = list[tuple[Operation, "asyncio.Future[Answer]"]]
Queue = deque[tuple[Operation, "asyncio.Future[Answer]"]]


class DatabaseAway(Problem):
    code = "database_unavailable"
    status = 503
    title = "The database does not answer"


class _Returning:
    """Waits for callers who were just answered: most ask again at once, as tills in a rush do.

    Else the first who is back would have a batch alone while all others wait for it, and a batch
    costs as much as a dozen purchases, whatever is in it. It waits while they keep coming, and no
    longer than the last batch took.
    """

    def __init__(self, begin: Callable[[], None]) -> None:
        self._begin = begin
        self._until = 0.0
        self._waiting = self._seen = 0
        self._timer: asyncio.TimerHandle | None = None

    def answered(self, seconds: float) -> None:
        """A batch that took so long is done."""
        self._until = asyncio.get_running_loop().time() + seconds

    def awaited(self, waiting: int, wanted: int) -> bool:
        """Whether the next batch is to wait until there are as many as wanted."""
        self._waiting = waiting
        loop = asyncio.get_running_loop()
        if waiting < wanted >= _LEAST_TO_WAIT_FOR and loop.time() < self._until:
            if self._timer is None:
                self._seen = waiting
                self._timer = loop.call_later(_LOOKS_AFTER_SECONDS, self._look)
            return True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return False

    def _look(self) -> None:
        """Go on waiting as long as they keep coming."""
        self._timer = None
        if self._waiting - self._seen < _STILL_COMING:
            self._until = 0.0
        self._begin()


class Batches:
    """Gathers operations of one program and carries them out in batches."""

    def __init__(
        self, context: Context, connections: Connections, clock: Clock, ids: Ids, *, at_once: int
    ) -> None:
        self._context = context
        self._connections = connections
        self._clock = clock
        self._ids = ids
        self._waiting: Queue = deque()
        self._at_once = at_once
        self._under_way = self._in_batches = 0
        self._callers = 0
        self._returning = _Returning(self._start)

    @property
    def waiting(self) -> int:
        """How many operations wait for a batch."""
        return len(self._waiting)

    def submit(self, operation: Operation) -> asyncio.Future[Answer]:
        """Queue an operation; the future gives its answer after the commit."""
        if len(self._waiting) >= MOST_WAITING:
            raise Busy("Try again in a second, with the same Idempotency-Key.", retry_after=1)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((operation, future))
        self._start()
        return future

    def _start(self) -> None:
        """Begin the next batch with all that waits, if it is the next one's turn.

        That is when they are as many as its share of the callers. Else it waits for the batch
        beside it, or for those who are about to return; one who comes alone waits for nobody.
        """
        waiting = self._waiting
        if not waiting or self._under_way == self._at_once:
            return
        callers = max(self._callers, len(waiting) + self._in_batches)
        share = min(-(-callers // self._at_once), MOST_IN_A_BATCH)
        if len(waiting) < share and self._under_way:
            return
        if self._returning.awaited(len(waiting), share):
            return
        batch = [waiting.popleft() for _ in range(min(len(waiting), MOST_IN_A_BATCH))]
        self._under_way += 1
        self._in_batches += len(batch)
        task = asyncio.create_task(self._run(batch))
        task.add_done_callback(_raise)

    async def _run(self, batch: Batch) -> None:
        started = time.perf_counter()
        operations = [operation for operation, _ in batch]
        try:
            answers = await self.carry_out(operations)
        finally:
            took = time.perf_counter() - started
            self._callers = len(self._waiting) + self._in_batches
            self._under_way -= 1
            self._in_batches -= len(batch)
            self._returning.answered(took)
            self._start()  # before the answers go out: the database need not wait for that
        self.observe(len(batch), took)
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)

    async def carry_out(self, operations: Sequence[Operation]) -> list[Answer]:
        """One transaction; when it fails, again, then by halves, so that a poisonous request fails
        alone."""
        away: Exception | None = None
        for attempt in range(_TRIES):
            try:
                answers = await self.transaction(operations)
                for answer in answers:
                    if answer.bug is not None:
                        log.error("operation failed", exc_info=answer.bug)
                return answers
            except AGAIN as error:
                RETRIES.inc()
                log.info("batch tried again", extra={"reason": type(error).__name__})
            except DATABASE_LOST as error:  # perhaps after the commit: keys make this safe
                RETRIES.inc()
                away = error
                if isinstance(error, TimeoutError):
                    break  # whoever waits has waited long enough
                await asyncio.sleep(0.05 * 2**attempt)
            except Exception as error:
                if len(operations) == 1:
                    log.exception("operation failed")
                    return [_broken(error)]
                break
        if away is not None:
            log.error("database unavailable", extra={"reason": repr(away)})
            problem = DatabaseAway(
                "Nothing is known to be recorded. Try again with the same Idempotency-Key.",
                retry_after=2,
            )
            return [Answer(problem=problem) for _ in operations]
        if len(operations) == 1:
            return [Answer(problem=Busy("Try again with the same Idempotency-Key.", retry_after=1))]
        middle = len(operations) // 2
        first = await self.carry_out(operations[:middle])
        return first + await self.carry_out(operations[middle:])

    async def transaction(self, operations: Sequence[Operation]) -> list[Answer]:
        """Try it once."""
        raise NotImplementedError

    def observe(self, size: int, seconds: float) -> None:
        """Hear how large a batch was and how long it took."""


class Committer(Batches):
    """What is recorded: answered when it is on disk."""

    def __init__(self, context: Context, connections: Connections, clock: Clock, ids: Ids) -> None:
        at_once = 1 if int(os.environ.get(WORKERS, "1")) > 1 else 2
        super().__init__(context, connections, clock, ids, at_once=at_once)
        self.rehearsals = Rehearsals(context, connections, clock, ids, at_once=1)

    @property
    def waiting(self) -> int:
        return super().waiting + self.rehearsals.waiting

    async def transaction(self, operations: Sequence[Operation]) -> list[Answer]:
        async with self._connections.writing(self._context.program_id) as connection:
            steps = run_batch(self._context, operations, now=self._clock.seconds(), ids=self._ids)
            await connection.execute("begin")
            try:
                answers: list[Answer] = await run_async(connection, steps)
                await connection.execute("commit")
            except BaseException:
                await _roll_back(connection)
                raise
        return answers

    def observe(self, size: int, seconds: float) -> None:
        BATCH_SIZE.observe(size)
        BATCH_SECONDS.observe(seconds)


class Rehearsals(Batches):
    """The same path without the writing: what a quote is that holds nothing. One statement reads
    all that a batch needs, and locks nothing."""

    async def transaction(self, operations: Sequence[Operation]) -> list[Answer]:
        async with self._connections.reading(self._context.program_id) as connection:
            steps = run_batch(
                self._context, operations, now=self._clock.seconds(), ids=self._ids, dry=True
            )
            answers: list[Answer] = await run_async(connection, steps)
        return answers


async def _roll_back(connection: Any) -> None:
    """Leave no transaction open; a connection that cannot even do that is dropped."""
    try:
        await asyncio.wait_for(connection.execute("rollback"), 2)
    except Exception:
        connection.terminate()


def _broken(error: Exception) -> Answer:
    problem = InternalError("It was noted. Try again later with the same Idempotency-Key.")
    return Answer(problem=problem, bug=error)


def _raise(task: "asyncio.Task[None]") -> None:
    """A failing committer must not be silent."""
    if not task.cancelled() and task.exception() is not None:
        log.critical("committer stopped", exc_info=task.exception())
