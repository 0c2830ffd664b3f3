"""Chunks: operations in their order, a few thousand a transaction, each chunk exactly once.

How far the import has come is written in the transaction of the chunk itself. Killed at any moment
it goes on with the next chunk and ends in the same totals.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from regulars.activities.batch import Answer, Operation, run_batch
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
GONE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""What is raised when the database goes away, depending on the moment."""
_MET = (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError)

Count = Callable[[Operation, Answer], Iterable[str]]
"""Names of what to count of an answer, each once; ``name=5`` counts 5."""


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
    ids = Ids()
    rest = islice(operations, progress.done, None)
    look_seldom()
    gc.disable()  # a chunk leaves no circles; what little there is goes between the chunks
    try:
        await _carry_out_parts(
            connection, run, context, ids, _parts(rest, chunk), progress, now, count, heard, dry
        )
    finally:
        gc.enable()
    if not dry:
        await connection.execute(_SQL["finish"], run.program_id, run.kind, run.digest, now)
    return progress


async def _carry_out_parts(
    connection: Any,
    run: Run,
    context: Context,
    ids: Ids,
    parts: Iterable[list[Operation]],
    progress: Progress,
    now: int,
    count: Count,
    heard: Callable[[int], None],
    dry: bool,
) -> None:
    for part in parts:
        for attempt in range(1, _ATTEMPTS + 1):
            await connection.execute("begin")
            try:
                await _carry_out_part(
                    connection, run, context, ids, part, progress, now, count, dry
                )
                await connection.execute("rollback" if dry else "commit")
                break
            except _MET as met:  # a till was quicker with the same member or receipt
                await connection.execute("rollback")
                if attempt == _ATTEMPTS:
                    raise met
            except BaseException:
                with suppress(*GONE):
                    await connection.execute("rollback")
                raise
        part.clear()  # or the collector would look through all of it
        gc.collect(1)
        heard(progress.done)


async def _carry_out_part(
    connection: Any,
    run: Run,
    context: Context,
    ids: Ids,
    part: list[Operation],
    progress: Progress,
    now: int,
    count: Count,
    dry: bool,
) -> None:
    key = (run.program_id, run.kind, run.digest)
    if not dry:
        rows = await connection.fetch(_SQL["lock"], *key)
        if rows[0][0] != progress.done:
            raise Interleaved("Another process is doing this import: wait until it is done.")
    answers = await run_async(connection, run_batch(context, part, now=now, ids=ids))
    for operation, answer in zip(part, answers, strict=True):
        if answer.bug is not None:
            raise answer.bug
        for name in count(operation, answer):
            word, _, amount = name.partition("=")
            progress.counts[word] += int(amount or 1)
    progress.done += len(part)
    if dry:
        return
    counts = msgspec.json.encode(progress.counts).decode()
    await connection.execute(_SQL["advance"], *key, progress.done, counts)


def _parts(operations: Iterable[Operation], size: int) -> Iterator[list[Operation]]:
    rest = iter(operations)
    while part := list(islice(rest, size)):
        yield part
