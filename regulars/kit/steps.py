"""Steps: an operation written once, run on asyncpg (till) or psycopg (jobs, command line).

An operation is a generator that yields the statements it needs and is sent their rows back; it
knows no driver. The two drivers below are all there is to know about the difference.
"""

from collections.abc import Generator, Sequence
from typing import Any, NamedTuple


class Step(NamedTuple):
    """One statement with its parameters."""

    sql: str
    params: Sequence[Any] = ()


type Steps[Answer] = Generator[Step, list[Any], Answer]


async def run_async[Answer](connection: Any, steps: Steps[Answer]) -> Answer:
    """Drive ``steps`` on an asyncpg connection, inside whatever transaction is open."""
    try:
        step = next(steps)
        while True:
            step = steps.send(await connection.fetch(step.sql, *step.params))
    except StopIteration as end:
        return end.value


def run_sync[Answer](cursor: Any, steps: Steps[Answer]) -> Answer:
    """Drive ``steps`` on a psycopg raw cursor (``$1`` parameters), in the open transaction."""
    try:
        step = next(steps)
        while True:
            cursor.execute(step.sql, step.params)
            step = steps.send(cursor.fetchall() if cursor.description else [])
    except StopIteration as end:
        return end.value
