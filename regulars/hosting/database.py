"""The database a command works on: DATABASE_URL, the one that runs, or one started for it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regulars.hosting.folder import DataFolder
from regulars.hosting.migrate import migrate
from regulars.hosting.postgres import Server, is_running, url


@contextmanager
def database(data: Path | None = None) -> Iterator[str]:
    """The URL of a database with the tables of this version.

    ``DATABASE_URL`` wins. Without it the private server of the data folder is used where it runs
    (``regulars up`` in another window), and else started for as long as the block lasts.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        migrate(given)
        yield given
        return
    folder = DataFolder.at(data)
    if is_running(folder):
        migrate(url(folder))
        yield url(folder)
        return
    with Server(folder) as server:
        migrate(server.url)
        yield server.url
