"""Steps: an operation written once, run on asyncpg (till) or psycopg (jobs, command line).

An operation is a generator that yields the statements it needs and is sent their rows back; it
knows no driver. The two drivers below are all there is to know about the difference.
"""

import re
from collections.abc import Generator, Sequence
from typing import Any, NamedTuple


class Step(NamedTuple):
    """One statement with its parameters."""

    sql: str
    params: Sequence[Any] = ()


_PLACE = re.compile(r"\$(\d+)")

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


def side_by_side(*steps: Step) -> Step:
    """One statement that answers several at once, for statements that give one row each: their
    columns stand beside each other. Nulls where a later one gives none."""
    texts: list[str] = []
    params: list[Any] = []
    for number, step in enumerate(steps):
        before = len(params)
        text = _PLACE.sub(lambda found, n=before: f"${int(found[1]) + n}", step.sql)  # type: ignore[misc]
        texts.append(f"({text}) as part_{number}")
        params += step.params
    first, *others = texts
    return Step(
        " left join ".join([f"select * from {first}", *(f"{one} on true" for one in others)]),
        params,
    )


def knowing[Answer](steps: Steps[Answer], known: dict[str, list[Any]]) -> Steps[Answer]:
    """``steps``, not asking again what was read already (`as_asked` of the statement: its rows)."""
    try:
        step = next(steps)
        while True:
            rows = known.get(as_asked(step))
            step = steps.send((yield step) if rows is None else rows)
    except StopIteration as end:
        return end.value


def as_asked(step: Step) -> str:
    """By which a statement with its parameters is known again."""
    return f"{step.sql}\0{list(step.params)!r}"
