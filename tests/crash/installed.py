"""``regulars up``, as it is installed, and a shop in it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import httpx
import psycopg

from regulars.hosting.folder import DataFolder
from regulars.hosting.ports import answers
from regulars.hosting.postgres import url
from regulars.kit.steps import run_sync
from regulars.ledger.verify import verify
from tests.corner import corner
from tests.demo.running import environment
from tests.serving import House, Till
from tests.serving import free_port as free_port

PATIENCE_SECONDS = 300


class Installation(NamedTuple):
    folder: DataFolder
    port: int
    process: subprocess.Popen[bytes]

    @property
    def said(self) -> str:
        return (self.folder.path / "said").read_text()

    def ready(self) -> bool:
        """Whether it answers now, and its database does too."""
        try:
            answer = httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=5)
        except httpx.TransportError:
            return False
        return answer.status_code == 200

    def ask(self, query: str, *params: Any) -> list[Any]:
        with psycopg.connect(url(self.folder)) as connection:
            return connection.execute(query, params).fetchall()

    def verify(self) -> None:
        with psycopg.connect(url(self.folder)) as connection, psycopg.RawCursor(connection) as c:
            assert run_sync(c, verify()) is None

    def shop(self) -> tuple[Till, Any]:
        """A till of a new firm, and the id of its program."""
        house = House(url(self.folder))
        organization = house.organization()
        yesterday = datetime.now(UTC) - timedelta(days=1)
        house.apply(organization, corner(without=("ten-off",)), now=yesterday)
        till = Till(f"http://127.0.0.1:{self.port}", house.key(organization))
        query = "select id from program where organization_id = %s"
        return till, self.ask(query, organization.id)[0][0]


@contextmanager
def installation(folder: DataFolder) -> Iterator[Installation]:
    """``regulars up``, until it serves; ended in order afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "regulars", "up", "--data", str(folder.path)]
    with (folder.path / "said").open("wb") as log:
        process = subprocess.Popen([*command, "--port", str(port)], env=environment(), stderr=log)
    found = Installation(folder, port, process)
    try:
        wait_until(lambda: answers("127.0.0.1", port) and found.ready())
        yield found
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def wait_until(fact: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.05)
