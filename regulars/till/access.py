"""One JSON line a request on standard error: id, route, status, time. No personal data: paths are
templates, bodies and identifiers are never written."""

import asyncio
import os
import sys
from datetime import UTC, datetime

import msgspec

_EVERY_SECONDS = 0.25


class Line(msgspec.Struct):
    event: str
    request_id: str
    route: str
    status: int
    ms: float


class AccessLog:
    """Collects lines and writes them a few times a second, away from the answer."""

    def __init__(self) -> None:
        self._on = os.environ.get("REGULARS_ACCESS_LOG", "1") != "0"
        self._lines: list[bytes] = []
        self._task: asyncio.Task[None] | None = None
        self._encode = msgspec.json.Encoder().encode

    def start(self) -> None:
        if self._on:
            self._task = asyncio.create_task(self._write_on())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._write()

    def note(self, request_id: str, route: str, status: int, seconds: float) -> None:
        if self._on:
            line = Line("request", request_id, route, status, round(seconds * 1000, 2))
            self._lines.append(self._encode(line))

    async def _write_on(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            self._write()

    def _write(self) -> None:
        if self._lines:
            stamp = f'{{"at":"{datetime.now(UTC).isoformat(timespec="milliseconds")}",'.encode()
            lines, self._lines = self._lines, []
            sys.stderr.buffer.write(b"".join(stamp + line[1:] + b"\n" for line in lines))
            sys.stderr.buffer.flush()
