"""Dedicated connections: no pool, because resetting a session on every release costs a fifth.

Every connection works as the role `regulars_app`, under row-level security, for the program (and
organization) it was handed out for.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg

from regulars.activities.session import PLANS
from regulars.kit.rowsecurity import ENTER, ROLE

ANSWERS_WITHIN_SECONDS = 20
"""A database that takes longer for a statement is away. Locks are waited for less."""
_SETTINGS = {
    "application_name": "regulars till",
    **PLANS,
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
}

_NONE = UUID(int=0)
"""No program."""


class Connections:
    """A few connections for writing and a few for reading, opened when first needed."""

    def __init__(
        self, url: str, *, writers: int = 2, readers: int = 4,
        answers_within: float = ANSWERS_WITHIN_SECONDS,
    ) -> None:  # fmt: skip
        self._writers = _Set(url, writers, answers_within)
        self._readers = _Set(url, readers, answers_within)

    @asynccontextmanager
    async def writing(self, program_id: UUID) -> AsyncIterator[Any]:
        """A connection for one transaction."""
        async with self._writers.taken(program_id) as connection:
            yield connection

    @asynccontextmanager
    async def reading(self, program_id: UUID) -> AsyncIterator[Any]:
        """A connection for queries, outside of any transaction."""
        async with self._readers.taken(program_id) as connection:
            yield connection

    @asynccontextmanager
    async def managing(self, organization_id: UUID, programs: Iterable[UUID]) -> AsyncIterator[Any]:
        """A connection in a transaction that sees the rows of one organization."""
        async with self._readers.taken(_NONE) as connection, connection.transaction():
            await connection.fetch(ENTER, str(organization_id), ",".join(map(str, programs)))
            yield connection

    async def close(self) -> None:
        await self._writers.close()
        await self._readers.close()


class _Set:
    """Connections that are handed out one at a time and remember whose rows they may see."""

    def __init__(self, url: str, most: int, answers_within: float) -> None:
        self._url, self._answers_within = url, answers_within
        self._free: asyncio.LifoQueue[_Held | None] = asyncio.LifoQueue()
        for _ in range(most):
            self._free.put_nowait(None)

    @asynccontextmanager
    async def taken(self, program_id: UUID) -> AsyncIterator[Any]:
        held = await self._free.get()
        try:
            if held is None or held.connection.is_closed():
                held = None
                held = _Held(await _open(self._url, self._answers_within))
            if held.program_id != program_id:
                await held.connection.execute(
                    "select set_config('regulars.programs', $1, false)", str(program_id)
                )
                held.program_id = program_id
            yield held.connection
        except TimeoutError:
            if held is not None:
                held.connection.terminate()  # nobody knows what it is in the midst of
            raise
        finally:
            self._free.put_nowait(held)

    async def close(self) -> None:
        while not self._free.empty():
            held = self._free.get_nowait()
            if held is not None:
                await held.connection.close()


class _Held:
    __slots__ = ("connection", "program_id")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.program_id: UUID | None = None


async def _open(url: str, answers_within: float) -> Any:
    """A connection of the data plane."""
    connection = await asyncpg.connect(
        url, server_settings=_SETTINGS, timeout=10, command_timeout=answers_within
    )
    await connection.execute(f"set role {ROLE}")
    return connection
