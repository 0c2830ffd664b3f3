"""The year goes through the program: prepare, carry out all in order, close the books."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from msgspec import Struct

from regulars.activities.batch import Answer, Operation
from regulars.activities.queries import drain
from regulars.demo import journey, setup, shoes
from regulars.demo.summary import Summary, summarize
from regulars.demo.visits import operations
from regulars.imports.chunks import Progress, Run, begin, carry_out, connect
from regulars.kit.problems import Conflict
from regulars.kit.steps import run_async, run_sync
from regulars.ledger.verify import verify
from regulars.programs.snapshot import load as load_revisions
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.returns import RecordReturn
from regulars.purchases.tasks import bring_up_to_date, seal_log
from regulars.rewards.operations import Redeem

CHUNK = 20_000
"""A household buys several times in so many: it is loaded once."""
_SOURCE = "Complete Journey"


class OtherBaskets(Conflict):
    code = "demo_of_other_size"
    title = "This folder has a demonstration of another size"


class Loaded(Struct, frozen=True):
    """What the load came to. Rates are of this run alone."""

    program_id: UUID
    club_id: UUID
    """The program of the small shoe shop beside it."""
    summary: Summary
    fault: str | None
    seconds: float
    baskets_now: int
    closes: datetime
    """As of when the books were read."""

    @property
    def purchases_per_second(self) -> float:
        return self.baskets_now / self.seconds if self.seconds else 0.0


async def load(
    url: str, *, baskets: int | None, now: datetime, heard: Callable[[int, int], None]
) -> Loaded:
    """Load the first ``baskets`` (or all) into the demo; ``heard`` is told (done, of about).

    Interrupted, the next call goes on where it was; called again, it changes nothing.
    """
    closes = journey.closes(baskets)
    with psycopg.connect(url) as control:
        program_id = setup.prepare(control, now)
        club_id = shoes.open_shop(control, closes, now)
    run = Run(program_id, "demo", f"complete-journey-{baskets or 'all'}", _SOURCE)
    connection = await connect(url)
    try:
        await _refuse_other(connection, run)
        progress = await begin(connection, run, now=int(now.timestamp()))
        before = progress.counts["baskets"]
        started = time.perf_counter()
        if progress.finished_at is None:
            await _carry_out(connection, run, progress, baskets, int(now.timestamp()), heard)
        seconds = time.perf_counter() - started
        with psycopg.connect(url, autocommit=True) as control:
            fault = close_books(control, int(closes.timestamp()))
        revisions = await run_async(connection, load_revisions(program_id))
        summary = await run_async(
            connection, summarize(program_id, revisions.document(1), progress.counts)
        )
    finally:
        await connection.close()
    return Loaded(
        program_id, club_id, summary, fault, seconds, progress.counts["baskets"] - before, closes
    )


async def _refuse_other(connection: Any, run: Run) -> None:
    """A folder is for one number of baskets: the books of two would be mixed."""
    others = await connection.fetch(
        "select digest from import_run where program_id = $1 and kind = $2 and digest <> $3",
        run.program_id, run.kind, run.digest,
    )  # fmt: skip
    if others:
        raise OtherBaskets(
            f"It has {others[0][0].rpartition('-')[2]} baskets: give the same --baskets, or "
            "another --data folder."
        )


async def _carry_out(
    connection: Any,
    run: Run,
    progress: Progress,
    baskets: int | None,
    now: int,
    heard: Callable[[int, int], None],
) -> None:
    total = journey.count(baskets)
    stream = operations(journey.baskets(baskets), journey.households())
    await carry_out(
        connection, run, stream, progress, now=now, count=count, chunk=CHUNK,
        heard=lambda _: heard(progress.counts["baskets"], total),
    )  # fmt: skip


def count(operation: Operation, answer: Answer) -> Iterable[tuple[str, int]]:
    """What to count of an answer: operations by kind, refusals, and what each campaign did."""
    if answer.problem is not None:
        refused = f"refused:{answer.problem.code}"
        yield "not_enough_points" if isinstance(operation, Redeem) else refused, 1
    elif isinstance(operation, Redeem):
        yield "redemptions", 1
    elif isinstance(operation, RecordReturn):
        yield "returns", 1
    elif isinstance(operation, RecordPurchase):
        yield "baskets", 1
        decision = operation.decision
        if decision is not None:
            for campaign in decision.used:
                yield f"used:{campaign}", 1
            for discount in decision.discounts:
                yield f"off:{discount.campaign}", discount.amount_minor
            for award in decision.awards:
                yield f"given:{award.campaign}", award.amount


def close_books(connection: psycopg.Connection, now: int) -> str | None:
    """Bring every account up to ``now``, feed the projections, seal the log and verify everything;
    the first fault, or None."""
    bring_up_to_date(connection, now)
    with psycopg.RawCursor(connection) as cursor:
        while run_sync(cursor, drain(20_000)):
            continue
        seal_log(connection, now)
        fault: str | None = run_sync(cursor, verify())
    return fault
