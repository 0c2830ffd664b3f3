"""Importing a file: check all of it, then carry it out in chunks. With a fault, nothing of it."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID

from regulars.imports import cards, chunks, members, products, purchases, rewards
from regulars.imports.chunks import CHUNK, Progress, Run
from regulars.imports.faults import say
from regulars.imports.fields import Noun
from regulars.imports.plan import Place, Plan, Stopped, place
from regulars.imports.purchases import Unknown
from regulars.imports.queries import again, earlier
from regulars.imports.rewards import Author
from regulars.imports.rows import Given, Heard
from regulars.imports.staging import Staging, staged
from regulars.kit.steps import Steps

RunSteps = Callable[[Steps[Any]], Any]
"""Runs steps in a transaction of its own."""


class Hearing(NamedTuple):
    """Who wants to know how far it is."""

    reading: Heard
    done: Callable[[int, int], None]
    """How many operations of how many."""


class Outcome(NamedTuple):
    """What came of an import. ``earlier_at``: it was done before, and nothing was changed now."""

    counts: dict[str, int]
    earlier_at: int | None = None
    resumed: int = 0
    draft_id: UUID | None = None
    """Where the rewards of a file are, until they are in force."""


IN_ONE: tuple[Noun, ...] = ("products", "rewards")
"""What one transaction brings in, however much it is."""


def carry_out(
    given: Given, *, program_id: UUID, database_url: str, run: RunSteps, hearing: Hearing, now: int,
    unknown: Unknown = "refuse", chunk: int = CHUNK, dry: bool = False, source: str = "",
    by: str = "",
) -> Outcome:  # fmt: skip
    """Import purchases, members or cards. `Refused` where the file has a fault. ``source``: what
    the file is called, where its path says something else; ``by``: who brings it in."""
    this = Run(program_id, given.noun, given.digest(unknown), source or given.path.name)
    done, finished_at = run(earlier(this))
    if finished_at is not None:
        if given.noun == "purchases":
            return Outcome({}, finished_at)
        if not dry:
            run(again(this))
        done = 0
    with staged() as staging:
        where = run(place(program_id, now=now))
        plan = run(_prepare(given, where, staging, unknown, hearing, this.source, by))
        hearing.done(done, plan.total)
        try:
            progress = asyncio.run(
                _chunks(database_url, this, plan, hearing, done, now=now, chunk=chunk, dry=dry)
            )
        except chunks.GONE as error:
            raise Stopped(say("database_lost", problem=error)) from error
    return Outcome(plan.figures | dict(progress.counts), finished_at, done)


def put(
    given: Given, *, program_id: UUID, run: RunSteps, hearing: Hearing, now: int, author: Author,
    source: str = "",
) -> Outcome:  # fmt: skip
    """Import products or rewards: the caller's transaction holds all of it."""
    with staged() as staging:
        where: Place = run(place(program_id, now=now))
        if given.noun == "rewards":
            return _put_rewards(given, where, staging, run, hearing, author, source)
        products.check(given, where, staging, heard=hearing.reading)

        def heard(part: float) -> None:
            hearing.done(round(part * staging.rows), staging.rows)

        return Outcome(run(products.carry_out(where, staging, heard=heard)))


def _put_rewards(
    given: Given, where: Place, staging: Staging, run: RunSteps, hearing: Hearing, author: Author,
    source: str,
) -> Outcome:  # fmt: skip
    wanted = rewards.check(given, where, staging, heard=hearing.reading)
    counts, draft_id = run(
        rewards.carry_out(
            where, wanted, source=source or given.path.name, author=author,
            digest=rewards.content_digest(given),
            heard=lambda part: hearing.done(round(part * staging.rows), staging.rows),
        )
    )  # fmt: skip
    return Outcome({"rows": staging.rows, **counts}, draft_id=draft_id)


def _prepare(
    given: Given, where: Place, staging: Staging, unknown: Unknown, hearing: Hearing, source: str,
    by: str,
) -> Steps[Plan]:  # fmt: skip
    if given.noun == "cards":
        return cards.prepare(given, where, staging, heard=hearing.reading, source=source, by=by)
    if given.noun == "members":
        return members.prepare(given, where, staging, heard=hearing.reading)
    return purchases.prepare(given, where, staging, unknown=unknown, heard=hearing.reading)


async def _chunks(
    url: str, this: Run, plan: Plan, hearing: Hearing, done: int, *, now: int, chunk: int, dry: bool
) -> Progress:
    connection = await chunks.connect(url)
    try:
        begun = Progress(done, Counter()) if dry else await chunks.begin(connection, this, now=now)
        return await chunks.carry_out(
            connection,
            this,
            plan.operations(),
            begun,
            now=now,
            count=plan.count,
            heard=lambda done: hearing.done(done, plan.total),
            chunk=chunk,
            dry=dry,
        )
    finally:
        with suppress(Exception):
            await connection.close()
