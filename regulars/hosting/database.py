"""The database a command works on: DATABASE_URL, the one that runs, or one started for it."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from regulars.hosting.folder import DataFolder
from regulars.hosting.migrate import migrate
from regulars.hosting.postgres import START_SECONDS, Server
from regulars.hosting.trouble import Trouble


@contextmanager
def database(
    data: Path | None = None, *, prepare: Callable[[str], None] = migrate
) -> Iterator[str]:
    """The URL of a database with the tables of this version, or as ``prepare`` leaves them.

    ``DATABASE_URL`` wins. Without it the private server of the data folder is used where another
    process keeps it (``regulars up`` in another window), and else started for as long as the block
    lasts.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        prepare(given)
        yield given
        return
    with running(DataFolder.at(data)) as server:
        prepare(server.url)
        yield server.url


@contextmanager
def running(folder: DataFolder) -> Iterator[Server]:
    """The private server, another process's or one started for as long as the block lasts."""
    server = Server(folder)
    ours = _start_or_find(server)
    try:
        yield server
    finally:
        if ours:
            server.stop()


def _start_or_find(server: Server) -> bool:
    """Start it, True, or wait until the one of another process answers, False.

    Who holds the lock keeps the server. One that runs without is what a killed process left: it is
    on its way down, whatever it still answers, and starting ends it.
    """
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            server.start()
        except Trouble as trouble:
            if trouble.code != "folder_in_use":
                raise
            if _answers(server.url):
                return False
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return True


def _answers(database_url: str) -> bool:
    try:
        psycopg.connect(database_url, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True
