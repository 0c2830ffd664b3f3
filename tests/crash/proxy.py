"""A proxy before PostgreSQL that cuts connections, at the worst moments too, and delays them."""

import asyncio
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from threading import Thread
from typing import Self
from urllib.parse import parse_qs, quote, urlsplit

_COMMIT = b"Q\x00\x00\x00\x0bcommit\x00"
_CHUNK = 1 << 16


class Proxy:
    """Listens on a socket of its own, and passes on what comes. ``chances`` says of each fault how
    likely it is:

    before   of a commit, that it never arrives
    after    of a commit, that its answer is lost
    cut      of anything sent, that the connection ends instead
    delay    of anything sent, that it waits up to a fifth of a second

    While ``away`` nobody is let in, and who was in is thrown out. While ``stall``ed everybody is
    let in and nothing arrives.
    """

    def __init__(self, database_url: str, seed: int) -> None:
        parts = urlsplit(database_url)
        query = parse_qs(parts.query)
        name = f".s.PGSQL.{query['port'][0]}"
        self._target = Path(query["host"][0]) / name
        self._folder = Path(tempfile.mkdtemp(prefix="regulars-proxy-", dir="/tmp"))
        self._path = self._folder / name
        where = quote(str(self._folder), safe="")
        self.url = parts._replace(query=f"host={where}&port={query['port'][0]}").geturl()
        self.chances: dict[str, float] = {}
        self.hits: Counter[str] = Counter()
        self._chance = Random(seed)
        self._away = False
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        listening = asyncio.start_unix_server(self._serve, self._path)
        asyncio.run_coroutine_threadsafe(listening, self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.away(True)
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        shutil.rmtree(self._folder)

    def away(self, away: bool) -> None:
        """The database is gone, or back, by the time that this returns."""
        asyncio.run_coroutine_threadsafe(self._turn(away), self._loop).result(10)

    def stall(self, stalled: bool) -> None:
        """Nothing that is sent arrives, or what was sent does."""
        turn = self._flowing.clear if stalled else self._flowing.set
        self._loop.call_soon_threadsafe(turn)

    async def _turn(self, away: bool) -> None:
        self._away = away
        if away:
            for writer in self._open:
                writer.transport.abort()

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._away:
            writer.transport.abort()
            return
        there, onward = await asyncio.open_unix_connection(self._target)
        both = {writer, onward}
        self._open |= both
        lost = asyncio.Event()
        back = asyncio.create_task(self._back(there, writer, lost))
        try:
            while data := await reader.read(_CHUNK):
                if not await self._sent(data, onward, lost):
                    break
        except OSError:
            pass
        finally:
            if lost.is_set():
                await asyncio.wait([back], timeout=5)  # until the commit was answered, to nobody
            back.cancel()
            for one in both:
                one.transport.abort()
            self._open -= both

    async def _sent(self, data: bytes, onward: asyncio.StreamWriter, lost: asyncio.Event) -> bool:
        """Pass it on; False when the connection is to end."""
        await self._flowing.wait()
        if self._happens("delay"):
            await asyncio.sleep(self._chance.random() / 5)
        if self._happens("cut"):
            return False
        if _COMMIT in data:
            if self._happens("before"):
                return False
            if self._happens("after"):
                lost.set()
        onward.write(data)
        await onward.drain()
        return not lost.is_set()

    async def _back(
        self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: asyncio.Event
    ) -> None:
        try:
            while data := await there.read(_CHUNK):
                if lost.is_set():
                    return
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            if not lost.is_set():
                writer.transport.abort()

    def _happens(self, fault: str) -> bool:
        happens = self._chance.random() < self.chances.get(fault, 0)
        self.hits[fault] += happens
        return happens
