"""The worker's part: take what is due, send it, write down what became of it, again and again.

A delivery is taken for a while (`TAKEN_SECONDS`) and committed as taken before anything is sent; a
worker that dies leaves it to be taken again. Whatever is slow is slow for its endpoint alone: each
has few places, and after failures in a row one, and pauses.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from regulars.kit.problems import Problem
from regulars.kit.steps import Step, Steps, run_sync
from regulars.webhooks.operations import disable
from regulars.webhooks.post import Answered, NoAnswer, post
from regulars.webhooks.queries import SQL, told
from regulars.webhooks.schedule import (
    DAY,
    KEEP_TRYING_SECONDS,
    asked_for,
    delay,
    is_over,
    pause,
)
from regulars.webhooks.signing import headers, opened
from regulars.webhooks.targets import loopback_allowed

log = logging.getLogger("regulars.webhooks")

MOST_AT_ONCE = 64
MOST_TO_ONE = 8
TROUBLED = 5
"""So many failures in a row, and an endpoint is asked with one delivery at a time."""
TAKEN_SECONDS = 60
KEPT_SECONDS = 7 * DAY
"""So long one can see what arrived."""
LARGEST_BODY_BYTES = 256_000
_IDLE_SECONDS = 1.0
_LAST_SECONDS = 3.0
_GONE = 410
_BUSY = (429, 503)


class Taken(msgspec.Struct, frozen=True):
    """A delivery in hand; ``body`` is what is sent, ``secrets`` what it is signed with."""

    organization_id: UUID
    endpoint_id: UUID
    id: UUID
    attempt: int
    give_up_at: int
    url: str
    secrets: tuple[str, ...]
    body: bytes


class Ended(msgspec.Struct, frozen=True):
    """How an attempt ended: with an answer, or why there was none."""

    taken: Taken
    answer: Answered | None
    trouble: str = ""

    @property
    def arrived(self) -> bool:
        return self.answer is not None and 200 <= self.answer.status < 300


def take(now: int, most: int) -> Steps[list[Taken]]:
    """Take what is due, with what is to be sent."""
    params = (now, most, MOST_TO_ONE, TROUBLED, TAKEN_SECONDS)
    rows = yield Step(SQL["take"], params)
    found = []
    for organization_id, endpoint_id, id_, program_id, activity_id, *rest in rows:
        attempt, give_up_at, url, *secrets = rest
        event = yield from told(program_id, activity_id)
        found.append(
            Taken(
                organization_id, endpoint_id, id_, attempt, give_up_at, url,
                tuple(secret for secret in secrets if secret),
                msgspec.json.encode(event) if event is not None else b"",
            )
        )  # fmt: skip
    return found


def settle(end: Ended, now: int, chance: float) -> Steps[None]:
    """Write down how an attempt ended, and what follows for the delivery and for its endpoint."""
    taken, answer = end.taken, end.answer
    status = None if answer is None else answer.status
    if end.arrived:
        yield Step(SQL["sent"], (now, taken.endpoint_id, taken.id, status))
        yield Step(SQL["well"], (taken.endpoint_id,))
        return
    wait = None if answer is None else asked_for(answer.retry_after, now)
    next_at = now + max(delay(taken.attempt, chance), wait or 0)
    over = is_over(taken.attempt, next_at, taken.give_up_at) or not taken.body
    why = end.trouble or f"it answered {status}"
    yield Step(
        SQL["failed"],
        (now, taken.endpoint_id, taken.id, taken.attempt, over, next_at, status, why),
    )
    failures, since = (yield Step(SQL["unwell"], (taken.endpoint_id, now)))[0]
    if status == _GONE or now - since >= KEEP_TRYING_SECONDS:
        because = "gone" if status == _GONE else "failing"
        log.warning("endpoint disabled", extra={"endpoint": str(taken.endpoint_id), "why": because})
        yield from disable(
            organization_id=taken.organization_id, endpoint_id=taken.endpoint_id, now=now,
            because=because,
        )  # fmt: skip
    elif wait is not None and status in _BUSY:
        yield Step(SQL["pause"], (taken.endpoint_id, now + wait))
    elif failures >= TROUBLED:
        until = now + pause(failures - TROUBLED + 1, chance)
        yield Step(SQL["pause"], (taken.endpoint_id, until))


def forget(connection: psycopg.Connection, now: int) -> int:
    """Forget what arrived more than a week ago. What could not be delivered is kept."""
    with psycopg.RawCursor(connection) as cursor, connection.transaction():
        cursor.execute(SQL["forget"], (now - KEPT_SECONDS,))
        return cursor.rowcount


async def send(taken: Taken, now: int) -> Ended:
    """One attempt."""
    try:
        if not 0 < len(taken.body) <= LARGEST_BODY_BYTES:
            return Ended(taken, None, "there is nothing to send, or too much")
        secrets = [opened(secret) for secret in taken.secrets]
        signed = headers(secrets, str(taken.id), now, taken.body)
        answer = await post(taken.url, signed, taken.body, loopback=loopback_allowed())
        return Ended(taken, answer)
    except NoAnswer as nothing:
        return Ended(taken, None, str(nothing))
    except Problem as problem:
        return Ended(taken, None, problem.detail)
    except Exception as bug:
        log.exception("delivery failed")
        return Ended(taken, None, f"something is broken here: {bug!r}"[:300])


class Courier:
    """Delivers until told to stop; several may, in as many processes as one likes."""

    def __init__(self, url: str, clock: Callable[[], int]) -> None:
        self._url = url
        self._clock = clock
        self._connection: psycopg.Connection | None = None
        self._under_way: set[asyncio.Task[Ended]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Take and send; what is under way at the end gets a moment, and else is sent again by
        whoever comes next."""
        stopping = asyncio.create_task(stop.wait())
        ended: list[Ended] = []
        try:
            while not stop.is_set():
                ended, more = await self._turn(ended)
                waits: set[asyncio.Task[Any]] = {stopping, *self._under_way}
                if not ended and not more:
                    await asyncio.wait(
                        waits, timeout=_IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED
                    )
                ended += self._finished()
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=_LAST_SECONDS)
            await asyncio.to_thread(self._write, ended + self._finished(), 0)
        finally:
            for task in (stopping, *self._under_way):
                task.cancel()
            if self._connection is not None:
                self._connection.close()

    async def _turn(self, ended: list[Ended]) -> tuple[list[Ended], bool]:
        """Write down what ended and begin what is due; what could not be written down comes back,
        and whether there may be more to begin at once."""
        try:
            free = MOST_AT_ONCE - len(self._under_way)
            taken = await asyncio.to_thread(self._write, ended, free)
        except psycopg.Error as error:
            log.warning("webhooks wait", extra={"reason": repr(error)})
            await asyncio.sleep(_IDLE_SECONDS)
            return ended, False
        for one in taken:
            self._under_way.add(asyncio.create_task(send(one, self._clock())))
        return [], bool(taken)

    def _finished(self) -> list[Ended]:
        done = {task for task in self._under_way if task.done()}
        self._under_way -= done
        return [task.result() for task in done if not task.cancelled()]

    def _write(self, ended: list[Ended], free: int) -> list[Taken]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url, autocommit=True)
        now = self._clock()
        with psycopg.RawCursor(self._connection) as cursor:
            if ended:
                with self._connection.transaction():
                    for end in sorted(ended, key=lambda e: (e.taken.endpoint_id, e.taken.id)):
                        jitter = random.random()  # noqa: S311 - spreads retries, hides nothing
                        run_sync(cursor, settle(end, now, jitter))
            if free <= 0:
                return []
            with self._connection.transaction():
                return run_sync(cursor, take(now, free))
