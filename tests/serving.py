"""A real server for the tests: a process that answers HTTP over this worker's database.

    serve      starts one: ``serve(clock=...)``, on a free port; the same twice is the same process
    house      makes organizations with a program and a key each

Each story works in an organization of its own, so that no story sees another's rows.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from regulars.kit.steps import Steps, run_sync
from regulars.organizations.operations import MANAGING, SCOPES, create_key, create_organization
from regulars.programs.document import parse
from regulars.programs.operations import put

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""When the stories begin: a Monday, 13:00 in Warsaw."""

_numbers = count(1)
_running: "list[Server]" = []
_STARTS_WITHIN_SECONDS = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One process that serves. Its clock begins at ``clock`` and goes on from there."""

    def __init__(
        self, database_url: str, clock: datetime, planes: str = "till", port: int = 0, **more: str
    ) -> None:
        port = port or free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self.process = subprocess.Popen(
            [sys.executable, "-m", "regulars", "serve", "--port", str(port), "--planes", planes],
            env={
                **os.environ,
                "DATABASE_URL": database_url,
                "REGULARS_CLOCK": clock.isoformat(),
                "REGULARS_HOSTS": "127.0.0.1,localhost",
                "REGULARS_SECRET_KEY": uuid4().hex * 2,
                **more,
            },
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        _running.append(self)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=60).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.03)
        self.stop()
        raise RuntimeError(f"the server did not start: {self.said()}")

    def said(self) -> str:
        """What it wrote to its log so far."""
        self.log.seek(0)
        return self.log.read().decode()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(120)


Serve = Callable[..., Server]


class Till:
    """A client with a key, as the software of a till would be. Every write gets a new key."""

    def __init__(self, url: str, secret: str) -> None:
        self.secret = secret
        self.http = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {secret}"},
            timeout=30,
            limits=httpx.Limits(max_connections=80),
        )

    def at(self, url: str) -> "Till":
        """The same till, calling another server."""
        return Till(url, self.secret)

    def send(self, path: str, body: Any, key: str | None = None, **headers: str) -> httpx.Response:
        """A write."""
        return self.http.post(
            path, json=body, headers={"Idempotency-Key": key or uuid4().hex, **headers}
        )

    def post(self, path: str, body: Any, key: str | None = None) -> Any:
        """A write that is expected to be accepted: its answer."""
        return told(self.send(path, body, key))

    def told(self, method: str, path: str, body: Any = None) -> Any:
        """Any request that is expected to succeed: its answer."""
        return told(self.http.request(method, path, json=body))

    def get(self, path: str, **query: Any) -> Any:
        """A reading that is expected to succeed."""
        return told(self.http.get(path, params=query))

    def refused(self, path: str, body: Any, key: str | None = None) -> tuple[int, str]:
        """A write that is expected to be refused: status and code."""
        answer = self.send(path, body, key)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["code"]

    # What stories do, in their words.

    def join(self, **body: Any) -> str:
        """A new member with a new card; how requests name them."""
        return f"card:{self.post('/v1/members', {'issue_card': True, **body})['card']}"

    def buy(self, member: str | None, *lines: tuple[str, int, int], **more: Any) -> Any:
        """A purchase of (article, quantity, unit price)."""
        return self.post("/v1/purchases", basket(member, *lines, **more))

    def bring_back(self, purchase: Any, *lines: tuple[int, int]) -> Any:
        """A return of (line, quantity); of everything where none is named."""
        return self.post("/v1/returns", returned(purchase, *lines))

    def points(self, member: str, asset: str = "points") -> dict[str, Any]:
        """What the member has of an asset now."""
        assets = self.get(f"/v1/members/{member}/balance")["assets"]
        return next((found for found in assets if found["asset"] == asset), {"available": 0})

    def available(self, member: str, asset: str = "points") -> int:
        return int(self.points(member, asset)["available"])


def told(answer: httpx.Response) -> Any:
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.text}"
    return answer.json()


def basket(member: str | None, *lines: tuple[str, int, int], **more: Any) -> dict[str, Any]:
    """The body of a purchase or a quote."""
    return {
        "lines": [
            {"sku": sku, "quantity": quantity, "unit_price_minor": price}
            for sku, quantity, price in lines
        ],
        **({} if member is None else {"member": member}),
        **more,
    }


def returned(purchase: Any, *lines: tuple[int, int]) -> dict[str, Any]:
    return {
        "purchase": purchase["id"],
        "lines": [{"line": line, "quantity": quantity} for line, quantity in lines],
    }


def at_once[Answer](number: int, call: Callable[[int], Answer]) -> list[Answer]:
    """Call so many times at the same time."""
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(call, range(number)))


class House:
    """Makes organizations, programs and keys in the database, as the command line does."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url

    def run[Answer](self, steps: Steps[Answer]) -> Answer:
        with psycopg.connect(self._url) as connection, psycopg.RawCursor(connection) as cursor:
            return run_sync(cursor, steps)

    def connected[Answer](self, work: Callable[[psycopg.Connection], Answer]) -> Answer:
        """What wants a connection of its own; committed."""
        with psycopg.connect(self._url) as connection:
            return work(connection)

    def organization(self) -> Any:
        slug = f"firm-{os.getpid()}-{next(_numbers)}"
        return self.run(create_organization(slug=slug, name=slug.title(), now=NOW))

    def apply(self, organization: Any, document: str, now: datetime = NOW - timedelta(60)) -> Any:
        """Make a document the next revision of the program it names; in force at once."""
        return self.run(
            put(organization_id=organization.id, document=parse(document), source=document, now=now)
        )

    def key(self, organization: Any, *scopes: str, label: str = "till 1") -> str:
        return self.run(
            create_key(
                organization_id=organization.id,
                label=label,
                scopes=scopes or (*SCOPES, *MANAGING),
                now=NOW,
            )
        ).secret

    def till(self, server: Server, document: str) -> Till:
        """A till of a new organization with this program."""
        organization = self.organization()
        self.apply(organization, document)
        return Till(server.url, self.key(organization))


@pytest.fixture(scope="session")
def serve(database_url: str) -> Iterator[Serve]:
    running: dict[tuple[datetime, int, str], Server] = {}

    def start(clock: datetime = NOW, number: int = 1, planes: str = "till") -> Server:
        found = running.get((clock, number, planes))
        if found is None:
            found = running[clock, number, planes] = Server(database_url, clock, planes)
        return found

    yield start
    for server in running.values():
        server.stop()


@pytest.fixture(scope="session")
def server(serve: Serve) -> Server:
    return serve()


@pytest.fixture(scope="session")
def house(database_url: str) -> House:
    return House(database_url)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """With a failure comes what the servers wrote to their logs."""
    report = yield
    if report.failed:
        for number, server in enumerate(_running):
            report.sections.append((f"server {number}", server.said()[-6000:]))
    return report
