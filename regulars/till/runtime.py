"""Runtime: what one till process holds: connections, keys, programs, committers; and the ear that
hears of new revisions."""

import asyncio
import logging
from typing import Any
from uuid import UUID

import asyncpg

from regulars.activities.context import Context
from regulars.activities.queries import count_misses
from regulars.kit.clock import Clock
from regulars.kit.garbage import look_seldom
from regulars.kit.ids import Ids
from regulars.kit.migrations import APPLIED, migrations
from regulars.kit.steps import run_async
from regulars.programs.snapshot import Revisions, load
from regulars.till.commit import Committer
from regulars.till.connections import ANSWERS_WITHIN_SECONDS, Connections
from regulars.till.keys import Keys
from regulars.till.metrics import PROGRAMS, QUEUE
from regulars.till.watch import Watch

log = logging.getLogger("regulars.till")

_CHANNELS = ("regulars_program", "regulars_products", "regulars_keys")
_RECONNECT_SECONDS = 0.5


class Runtime:
    """Everything a process needs to answer; `start` and `stop` bracket its life."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.clock = clock
        self.connections = Connections(url)
        self.keys = Keys(self._query)
        self._url = url
        self._watch = Watch(url)
        self._ids = Ids()
        self._control: Any = None
        self._lock = asyncio.Lock()
        self._committers: dict[UUID, Committer] = {}
        self._contexts: dict[UUID, Context] = {}
        self._ear: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to listen; the database may still be away."""
        look_seldom()
        self._ear = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Close everything; what was accepted has been answered by then."""
        if self._ear is not None:
            self._ear.cancel()
        await self.connections.close()
        await self._watch.close()
        if self._control is not None and not self._control.is_closed():
            await self._control.close()

    async def context(self, program_id: UUID) -> Context:
        """The program as this process knows it; loaded at the first use."""
        found = self._contexts.get(program_id)
        if found is None:
            revisions = await self._load(program_id)
            found = self._contexts.setdefault(program_id, Context(program_id, revisions))
            PROGRAMS.set(len(self._contexts))
        return found

    async def committer(self, program_id: UUID) -> Committer:
        """The program's group commit."""
        found = self._committers.get(program_id)
        if found is None:
            context = await self.context(program_id)
            made = Committer(context, self.connections, self.clock, self._ids)
            found = self._committers.setdefault(program_id, made)
        return found

    def known_committer(self, program_id: UUID) -> Committer | None:
        """Without waiting: the committer, if the program is loaded already."""
        return self._committers.get(program_id)

    async def wanting(self) -> str:
        """What we wait for before we can answer; nothing when we can."""
        try:
            rows = await asyncio.wait_for(self._query(APPLIED), 2)
        except asyncpg.UndefinedTableError:
            rows = []
        except Exception:
            return "waiting for the database"
        missing = migrations() - {(row[0], row[1]) for row in rows}
        return "waiting for the tables of this version: regulars up" if missing else ""

    async def measure(self) -> None:
        """Bring the figures up to date that are looked up when somebody asks."""
        QUEUE.set(sum(committer.waiting for committer in self._committers.values()))
        await self._watch.look(self.clock.seconds())

    async def count_misses(
        self, program_id: UUID, buckets: list[bytes], window: int, misses: int
    ) -> dict[bytes, int]:
        """Count misses where every process sees them; how many there are by now."""
        async with self.connections.reading(program_id) as connection:
            return await run_async(connection, count_misses(program_id, buckets, window, misses))

    async def _load(self, program_id: UUID) -> Revisions:
        async with self.connections.reading(program_id) as connection:
            return await run_async(connection, load(program_id))

    async def _query(self, sql: str, *params: Any) -> list[Any]:
        """One query as the owner: only for what comes before a key is known, and for health."""
        async with self._lock:
            if self._control is None or self._control.is_closed():
                self._control = await asyncpg.connect(
                    self._url, timeout=10, command_timeout=ANSWERS_WITHIN_SECONDS,
                    server_settings={"application_name": "regulars control"},
                )  # fmt: skip
            try:
                rows: list[Any] = await self._control.fetch(sql, *params)
            except BaseException:  # given up too: the next query is not to wait for this one
                self._control.terminate()
                raise
            return rows

    async def _listen(self) -> None:
        """Hear of new revisions, products and keys. After a lost connection all is looked up anew,
        because something may have been missed."""
        while True:
            try:
                connection = await asyncpg.connect(
                    self._url, timeout=10, server_settings={"application_name": "regulars ear"}
                )
                lost = asyncio.Event()
                connection.add_termination_listener(lambda _, lost=lost: lost.set())
                for channel in _CHANNELS:
                    await connection.add_listener(channel, self._heard)
                for program_id in list(self._contexts):
                    await self._refresh(program_id)
                await lost.wait()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                log.warning("not listening", extra={"reason": repr(error)})
            await asyncio.sleep(_RECONNECT_SECONDS)

    def _heard(self, _connection: Any, _pid: int, channel: str, payload: str) -> None:
        if channel == "regulars_keys":
            self.keys.forget()
            return
        program_id = UUID(payload)
        if program_id not in self._contexts:
            return
        if channel == "regulars_products":
            self._contexts[program_id].forget_products()
        else:
            task = asyncio.create_task(self._refresh(program_id))
            task.add_done_callback(_tell)

    async def _refresh(self, program_id: UUID) -> None:
        """Take the new revision; batches that run keep the one they began with."""
        context = self._contexts[program_id]
        context.revisions = (await self._load(program_id)).adopt(context.revisions)
        context.forget_products()
        log.info("program refreshed", extra={"program": str(program_id)})


def _tell(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a new revision could not be loaded", exc_info=task.exception())
