"""What waits to be done by time or after the fact."""

from collections.abc import Sequence
from uuid import UUID

from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

_SQL = statements("regulars.activities", "queries.sql")


def due_programs(now: int) -> Steps[list[UUID]]:
    """Programs in which something is due."""
    rows = yield Step(_SQL["due_programs"], (now,))
    return [row[0] for row in rows]


def due_members(program_id: UUID, now: int, most: int) -> Steps[list[UUID]]:
    """Members with something due, the longest overdue first."""
    rows = yield Step(_SQL["due_members"], (program_id, now, most))
    return [row[0] for row in rows]


def lapsed_quotes(program_id: UUID, now: int, most: int) -> Steps[list[UUID]]:
    """Open quotes whose time is over."""
    rows = yield Step(_SQL["lapsed_quotes"], (program_id, now, most))
    return [row[0] for row in rows]


def drain(most: int, also: str = "", params: Sequence[object] = ()) -> Steps[int]:
    """Feed the projections with up to ``most`` rows of the outbox; how many there were.

    ``also`` is a further part of the statement that uses the rows ``taken`` (program_id, id,
    activity_id, topic), with ``params`` from $2 on.
    """
    before, counted, after = _SQL["drain"].rpartition("\nselect count(*)")
    parts = f"{before}, {also}" if also else before
    rows = yield Step(parts + counted + after, (most, *params))
    return int(rows[0][0])


def count_misses(
    program_id: UUID, buckets: Sequence[bytes], window: int, misses: int
) -> Steps[dict[bytes, int]]:
    """Count misses of a window under each bucket; how many there are under each by now."""
    rows = yield Step(_SQL["count_misses"], (program_id, list(buckets), window, misses))
    return {bytes(bucket): count for bucket, count in rows}


def forget_misses(now: int) -> Steps[None]:
    """Those of more than an hour ago count for nothing any more (windows of a minute)."""
    yield Step(_SQL["forget_misses"], (now // 60 - 60,))


def succeeded(job: str, now: int, *, every: int = 0) -> Steps[None]:
    """Note that a job ended well, for the metrics; at most once in ``every`` so many seconds."""
    yield Step(_SQL["succeeded"], (job, now, every))
