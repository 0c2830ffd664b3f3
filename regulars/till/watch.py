"""Figures of the database for Prometheus, looked up on a connection of their own, and at most every
few seconds however often somebody asks."""

import asyncio
import logging
from typing import Any

import asyncpg

from regulars.kit.sql import statements
from regulars.till import metrics

log = logging.getLogger("regulars.till")

_SQL = statements("regulars.till", "watch.sql")
_FRESH_SECONDS = 5
_SETTINGS = {"application_name": "regulars metrics", "statement_timeout": "6s"}


class Watch:
    """Looks at the database when the metrics are asked for."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None
        self._lock = asyncio.Lock()
        self._looked_at = float("-inf")

    async def look(self, now: int) -> None:
        """Bring the gauges up to date. Where the database is away, that is what they say."""
        loop = asyncio.get_running_loop()
        async with self._lock:
            if loop.time() - self._looked_at < _FRESH_SECONDS:
                return
            try:
                await asyncio.wait_for(self._ask(now), 8)
                metrics.DATABASE_UP.set(1)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                log.warning("the database was not looked at", extra={"reason": repr(error)})
                metrics.DATABASE_UP.set(0)
            self._looked_at = loop.time()

    async def close(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close()

    async def _ask(self, now: int) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._url, timeout=5, server_settings=_SETTINGS
            )
        row = await self._connection.fetchrow(_SQL["figures"], now)
        for name, gauge in metrics.WATCHED.items():
            gauge.set(row[name] or 0)
        for job, seconds in await self._connection.fetch(_SQL["jobs"], now):
            metrics.JOB_SECONDS.labels(job).set(seconds)
