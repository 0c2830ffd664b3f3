"""Chunks: operations in their order, a few thousand a transaction, each chunk exactly once.

How far the import has come is written in the transaction of the chunk itself. Killed at any moment
it goes on with the next chunk and ends in the same totals. While the database writes a chunk, the
operations of the next one are made.
"""

import asyncio
import gc
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from regulars.activities.batch import Answer, Gathered, Operation, gather, run_batch
from regulars.activities.context import Context
from regulars.activities.session import PLANS
from regulars.kit.garbage import look_seldom
from regulars.kit.ids import Ids
from regulars.kit.problems import Conflict
from regulars.kit.sql import statements
from regulars.kit.steps import run_async
from regulars.programs.snapshot import load

_SQL = statements("regulars.imports", "chunks.sql")
CHUNK = 5_000
_ATTEMPTS = 5
_LOOKED_AT = "analyze " + ", ".join((
    "account", "counter", "hold", "identifier", "lot", "lot_use", "member", "member_day",
    "progress", "qualified_day", "redemption", "voucher",
))  # fmt: skip
_SAMPLE = "set local default_statistics_target = 10"
"""A few thousand rows tell the planner how large a table is, in milliseconds."""
GONE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""What is raised when the database goes away, depending on the moment."""
_MET = (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError)

Count = Callable[[Operation, Answer], Iterable[tuple[str, int]]]
"""What to count of an answer, and how much of it."""


class Run(Struct, frozen=True):
    """One import: what it is called, and the digest by which it is known when it comes again."""

    program_id: UUID
    kind: str
    digest: str
    source: str


class Progress(Struct):
    """How far an import is. ``finished_at`` tells of an earlier time it was done."""

    done: int
    counts: Counter[str]
    finished_at: int | None = None


class Interleaved(Conflict):
    """Another process is carrying out the same import."""

    code = "import_elsewhere"
    title = "This import runs elsewhere"


async def connect(url: str) -> Any:
    """A connection for an import."""
    return await asyncpg.connect(
        url, server_settings={"application_name": "regulars import", **PLANS}
    )


async def begin(connection: Any, run: Run, *, now: int) -> Progress:
    """Begin an import, or find out how far it came."""
    params = (run.program_id, run.kind, run.digest, run.source, now)
    row = (await connection.fetch(_SQL["begin"], *params))[0]
    return Progress(row[0], Counter(msgspec.json.decode(row[1])), row[2])


async def carry_out(
    connection: Any,
    run: Run,
    operations: Iterable[Operation],
    progress: Progress,
    *,
    now: int,
    count: Count,
    heard: Callable[[int], None] = lambda done: None,
    chunk: int = CHUNK,
    dry: bool = False,
) -> Progress:
    """Carry out what is left of ``operations``. ``heard`` is told after each commit how many are
    done; with ``dry`` every chunk is rolled back."""
    context = Context(run.program_id, await run_async(connection, load(run.program_id)))
    work = Work(connection, run, context, progress, now, count, dry)
    parts = Ahead(islice(operations, progress.done, None), chunk, context, now)
    look_seldom()
    gc.disable()  # a chunk leaves no circles; what little there is goes between the chunks
    try:
        while (part := await parts.take()).operations:
            await work.carry_out(part, parts)
            part.operations.clear()  # or the collector would look through all of it
            gc.collect(1)
            heard(progress.done)
    finally:
        gc.enable()
        await parts.close()
    if not dry:
        await connection.execute(_SQL["finish"], *work.key, now)
    return progress


class Part(NamedTuple):
    """The operations of a chunk, and what they want loaded."""

    operations: list[Operation]
    gathered: Gathered


class Ahead:
    """The operations by chunks; the next one is made while the database writes the one at hand."""

    def __init__(
        self, operations: Iterable[Operation], size: int, context: Context, now: int
    ) -> None:
        self._rest = iter(operations)
        self._size = size
        self._context = context
        self._now = now
        self._next: asyncio.Future[Part] | None = None
        self._taken = 0

    async def take(self) -> Part:
        """The next chunk; one without operations in the end."""
        made = self.make()
        self._next = None
        self._taken += 1
        return await made

    def make(self) -> asyncio.Future[Part]:
        """Begin to make the next chunk, unless that was begun."""
        if self._next is None:
            self._next = asyncio.ensure_future(asyncio.to_thread(self._make))
        return self._next

    @property
    def doubled(self) -> bool:
        """Whether the chunk at hand is the first, second, fourth, eighth..."""
        return self._taken & (self._taken - 1) == 0

    async def close(self) -> None:
        """Wait for what was begun: it reads what the caller is about to close."""
        if self._next is not None:
            with suppress(Exception):
                await self._next

    def _make(self) -> Part:
        operations = list(islice(self._rest, self._size))
        return Part(operations, gather(self._context, operations, now=self._now))


class Work:
    """What the chunks of one import have in common."""

    def __init__(
        self,
        connection: Any,
        run: Run,
        context: Context,
        progress: Progress,
        now: int,
        count: Count,
        dry: bool,
    ) -> None:
        self.key = (run.program_id, run.kind, run.digest)
        self._connection = connection
        self._context = context
        self._progress = progress
        self._now = now
        self._count = count
        self._dry = dry
        self._ids = Ids()

    async def carry_out(self, part: Part, parts: Ahead) -> None:
        """One chunk, in a transaction of its own."""
        for attempt in range(1, _ATTEMPTS + 1):
            await self._connection.execute("begin")
            try:
                await self._try(part, parts, first=attempt == 1)
                await self._connection.execute("rollback" if self._dry else "commit")
                return
            except _MET as met:  # a till was quicker with the same member or receipt
                await self._connection.execute("rollback")
                if attempt == _ATTEMPTS:
                    raise met
            except BaseException:
                with suppress(*GONE):
                    await self._connection.execute("rollback")
                raise

    async def _try(self, part: Part, parts: Ahead, *, first: bool) -> None:
        if not self._dry:
            rows = await self._connection.fetch(_SQL["lock"], *self.key)
            if rows[0][0] != self._progress.done:
                raise Interleaved("Another process is doing this import: wait until it is done.")
        batch = run_batch(
            self._context, part.operations, now=self._now, ids=self._ids, judged=parts.make,
            gathered=part.gathered if first else None,
        )  # fmt: skip
        answers = await run_async(self._connection, batch)
        if parts.doubled:
            await self._look_at_tables()
        self._add_up(part.operations, answers)
        if not self._dry:
            counts = msgspec.json.encode(self._progress.counts).decode()
            await self._connection.execute(_SQL["advance"], *self.key, self._progress.done, counts)

    def _add_up(self, part: list[Operation], answers: list[Answer]) -> None:
        counts = self._progress.counts
        for operation, answer in zip(part, answers, strict=True):
            if answer.bug is not None:
                raise answer.bug
            for name, amount in self._count(operation, answer):
                counts[name] += amount
        self._progress.done += len(part)

    async def _look_at_tables(self) -> None:
        """Have the statements planned anew for tables that have grown: a plan made while a table
        was empty may read all that a program has, and autovacuum comes by only once a minute."""
        await self._connection.execute(_SAMPLE)
        await self._connection.execute(_LOOKED_AT)
