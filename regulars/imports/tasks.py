"""The worker's part: take a file from the shelf, carry it out, say how far it is and what came of
it.

A file in hand is taken for a while, and longer with every sign of life; a worker that dies leaves
it to another one, which goes on where the last transaction ended (`chunks`).
"""

import logging
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from msgspec import Struct

from regulars.imports import operations
from regulars.imports.chunks import Interleaved
from regulars.imports.faults import Refused
from regulars.imports.fields import Noun
from regulars.imports.operations import Hearing, Outcome
from regulars.imports.plan import Stopped
from regulars.imports.rewards import Author
from regulars.imports.rows import Given
from regulars.imports.shelf import SQL, Settings, fetch, told
from regulars.kit.periods import instant
from regulars.kit.problems import Problem
from regulars.kit.steps import Step, Steps, run_sync
from regulars.staff.operations import record

log = logging.getLogger("regulars.imports")
TAKEN_SECONDS = 300
KEPT_SECONDS = 30 * 86_400
_HEARD_SECONDS = 0.5
_AWAY = (psycopg.OperationalError, psycopg.InterfaceError)
"""The database is away or let somebody else go first: the file waits, and is taken again. What else
it says against a file it would say every time."""


class Taken(Struct, frozen=True):
    """A file in hand."""

    program_id: UUID
    id: UUID
    organization_id: UUID
    noun: Noun
    name: str
    settings: Settings
    dry: bool
    made_by: UUID | None
    made_by_name: str


class Interrupted(Exception):
    """The worker is to stop: the file is let go of, and another one goes on with it."""


def work(url: str, clock: Callable[[], int], stopping: Callable[[], bool]) -> bool:
    """Deal with one file; whether there was one."""
    with psycopg.connect(url, autocommit=True) as connection:
        desk = _Desk(connection, clock, stopping)
        taken = desk.run(_take(clock()))
        if taken is None:
            return False
        try:
            _deal_with(desk, taken, url)
        except (Interrupted, Interleaved):
            desk.run(_step("give_up", taken))
        return True


def forget(connection: psycopg.Connection, now: int) -> int:
    """Throw files away that nobody brought in for a month, and the faults of older ones."""
    with psycopg.RawCursor(connection) as cursor, connection.transaction():
        cursor.execute(SQL["forget"], (instant(now - KEPT_SECONDS),))
        return cursor.rowcount


class _Desk:
    """Steps in transactions of their own, and signs of life."""

    def __init__(
        self, connection: psycopg.Connection, clock: Callable[[], int], stopping: Callable[[], bool]
    ) -> None:
        self.connection, self.clock, self.stopping = connection, clock, stopping
        self._heard = 0.0
        self._said: tuple[float, int, int] = (0.0, 0, 0)

    def run(self, steps: Steps[Any]) -> Any:
        with self.connection.transaction(), psycopg.RawCursor(self.connection) as cursor:
            return run_sync(cursor, steps)

    @contextmanager
    def whole(self, dry: bool) -> Any:
        """One transaction around all that is run inside."""
        with self.connection.transaction(force_rollback=dry):
            yield

    def hearing(self, taken: Taken, url: str) -> Hearing:
        """Writes down how far it is, twice a second at most, on a connection of its own."""

        def heard(part: float, done: int, total: int) -> None:
            if self.stopping():
                raise Interrupted
            if time.monotonic() - self._heard < _HEARD_SECONDS:
                return
            self._heard = time.monotonic()
            until = instant(self.clock() + TAKEN_SECONDS)
            with psycopg.connect(url, autocommit=True) as other, psycopg.RawCursor(other) as cursor:
                run_sync(cursor, _step("heard", taken, part, done, total, until))

        return Hearing(lambda part: heard(part, 0, 0), lambda done, total: heard(1.0, done, total))


def _take(now: int) -> Steps[Taken | None]:
    rows = yield Step(SQL["take"], (instant(now), instant(now + TAKEN_SECONDS)))
    if not rows:
        return None
    program_id, file_id, organization_id, noun, name, settings, dry, by, by_name = rows[0]
    opened = msgspec.json.decode(settings, type=Settings)
    return Taken(program_id, file_id, organization_id, noun, name, opened, dry, by, by_name)


def _deal_with(desk: _Desk, taken: Taken, url: str) -> None:
    now = instant(desk.clock())
    try:
        outcome = _carry_out(desk, taken, url)
    except Refused as refused:
        faults = refused.faults
        desk.run(_end(taken, now, "refused", count=faults.count, faults=told(faults.kept)))
    except Stopped as stopped:
        desk.run(_end(taken, now, "stopped", said=stopped.detail))
    except Problem as problem:
        desk.run(_end(taken, now, "stopped", said=problem.detail))
    except (Interrupted, Interleaved, *_AWAY):
        raise
    except Exception as bug:
        log.exception("an import is broken", extra={"file": str(taken.id)})
        desk.run(_end(taken, now, "broken", said=repr(bug)[:300]))
    else:
        desk.run(_well(taken, now, outcome))


def _carry_out(desk: _Desk, taken: Taken, url: str) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="regulars-file-") as folder:
        path = Path(folder) / f"file{Path(taken.name).suffix.lower()}"
        desk.run(fetch(taken.program_id, taken.id, path))
        given = Given(taken.noun, path, taken.settings.of(taken.noun))
        hearing, now = desk.hearing(taken, url), desk.clock()
        if taken.noun in operations.IN_ONE:
            author = Author(taken.made_by_name, taken.made_by, datetime.now(UTC))
            with desk.whole(taken.dry):
                return operations.put(
                    given, program_id=taken.program_id, run=desk.run, hearing=hearing, now=now,
                    author=author, source=taken.name,
                )  # fmt: skip
        return operations.carry_out(
            given, program_id=taken.program_id, database_url=url, run=desk.run, hearing=hearing,
            now=now, unknown=taken.settings.unknown, dry=taken.dry, source=taken.name,
            by=taken.made_by_name,
        )  # fmt: skip


def _well(taken: Taken, now: datetime, outcome: Outcome) -> Steps[None]:
    """It ended well: written down with it, in the record too, and the file is no longer needed."""
    known = outcome.earlier_at is not None and not outcome.counts
    word = "known" if known else "checked" if taken.dry else "done"
    draft = str(outcome.draft_id) if outcome.draft_id and not taken.dry else ""
    yield from _end(taken, now, word, counts=outcome.counts, said=draft)
    if taken.dry:
        return
    yield Step(SQL["throw_away"], (taken.program_id, taken.id))
    yield from record(
        organization_id=taken.organization_id, staff_id=taken.made_by, who=taken.made_by_name,
        action=f"{taken.noun}-imported", now=now, object=taken.name, details=outcome.counts,
    )  # fmt: skip


def _end(
    taken: Taken, now: datetime, word: str, *, said: str = "", count: int = 0, faults: str = "[]",
    counts: dict[str, int] | None = None,
) -> Steps[None]:  # fmt: skip
    figures = msgspec.json.encode(counts or {}).decode()
    yield from _step("end", taken, now, word, said, figures, count, faults)


def _step(name: str, taken: Taken, *more: Any) -> Steps[None]:
    yield Step(SQL[name], (taken.program_id, taken.id, *more))
