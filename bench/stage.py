"""The stage: a private PostgreSQL with production durability, a program, members, and servers.

Everything lives in a folder of its own under /tmp and is gone in the end.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.hosting import strays
from regulars.hosting.folder import DataFolder
from regulars.hosting.migrate import migrate
from regulars.hosting.postgres import Server, url
from regulars.identifiers.kinds.card import check_digit
from regulars.kit.ids import Ids
from regulars.kit.steps import run_sync
from regulars.organizations.operations import SCOPES, create_key, create_organization
from regulars.programs.document import parse
from regulars.programs.operations import ensure_program, put

_STARTS_WITHIN_SECONDS = 30
_SEGMENTS = 32  # of 16 MB: `min_wal_size`
_LAST_YEAR = timedelta(days=365)


class Program(NamedTuple):
    """A program to buy in, the key of its till, and how many members have a card."""

    id: UUID
    key: str
    members: int


class Stage:
    """A running database server and what is put on it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.url = server.url

    @property
    def admin_url(self) -> str:
        """The same database as the superuser."""
        return url(self.server.folder, role="postgres")

    @property
    def now(self) -> int:
        """This instant in seconds."""
        return int(time.time())

    @property
    def postmaster(self) -> int:
        found = strays.postmaster_of(self.server.folder.cluster)
        assert found is not None, "the database server has ended"
        return found

    def database(self, name: str, *, owner: str = "postgres") -> str:
        """Another, new database of the same server: its address, as its owner."""
        where = url(self.server.folder, database="postgres", role="postgres")
        with psycopg.connect(where, autocommit=True) as admin:
            admin.execute(f'CREATE DATABASE "{name}" OWNER "{owner}"'.encode())
        return url(self.server.folder, database=name, role=owner)

    def program(
        self, slug: str, *, members: int, document: dict[str, Any] | None = None
    ) -> Program:
        """A program, or twenty campaigns of which ten match a basket; members with a card each."""
        now = datetime.now(UTC)
        source = json.dumps(document or twenty(slug))
        with psycopg.connect(self.url) as connection:
            cursor = psycopg.RawCursor(connection)
            house = run_sync(cursor, create_organization(slug=slug, name=slug, now=now))
            issued = run_sync(
                cursor,
                create_key(organization_id=house.id, label="1", scopes=SCOPES, now=now),
            )
            parsed = parse(source)
            steps = put(
                organization_id=house.id, document=parsed, source=source, now=now,
                effective_at=now - 2 * _LAST_YEAR,
            )  # fmt: skip
            run_sync(cursor, steps)
            found = run_sync(
                cursor, ensure_program(organization_id=house.id, document=parsed, now=now)
            )
            _add_members(connection, found, members, now)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        return Program(found, issued.secret, members)


@contextmanager
def stage() -> Iterator[Stage]:
    """A migrated database on a server of its own, as `regulars up` would start it."""
    path = Path(tempfile.mkdtemp(prefix="regulars-bench-", dir="/tmp"))
    path.chmod(0o711)
    try:
        with Server(DataFolder.at(path)) as server:
            migrate(server.url)
            here = Stage(server)
            _use_for_a_while(here)
            yield here
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _use_for_a_while(stage: Stage) -> None:
    """Have the log of changes written through once, as on any server that is some days old: to make
    each of its segments for the first time holds up all commits, ours and those of pgbench."""
    with psycopg.connect(stage.admin_url, autocommit=True) as admin:
        for _ in range(_SEGMENTS):
            admin.execute("select pg_logical_emit_message(false, 'bench', '')")
            admin.execute("select pg_switch_wal()")
        admin.execute("checkpoint")


@contextmanager
def serving(
    database_url: str, *, workers: int, planes: str = "till", more: Mapping[str, str] = {}
) -> Iterator[tuple[str, int]]:
    """`regulars serve` on a free port: its address and process id. ``more`` of an environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "regulars", "serve", "--planes", planes]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--workers", str(workers)],
            env={
                **os.environ,
                "DATABASE_URL": database_url,
                "REGULARS_HOSTS": "127.0.0.1",
                "REGULARS_SECRET_KEY": token_hex(32),
                **more,
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(process, address)
            yield address, process.pid
        finally:
            process.terminate()
            process.wait(20)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + _STARTS_WITHIN_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not start")


def twenty(slug: str) -> dict[str, Any]:
    """Ten campaigns that give something for the basket of `bench.load`, ten that are missed."""
    spend = {"kind": "points_per_spend", "per_minor": 100}
    least = [100 * (n + 1) for n in range(10)] + [100_000 + n for n in range(10)]
    return {
        "program": slug,
        "currency": "PLN",
        "timezone": "Europe/Warsaw",
        "assets": {"points": {"pending_days": 14, "expires": {"days": 180}}},
        "campaigns": [
            {
                "id": f"campaign-{n}",
                "when": [{"kind": "basket_total", "at_least_minor": amount}],
                "then": [spend],
            }
            for n, amount in enumerate(least)
        ],
    }


def card(number: int) -> str:
    """The card of a member, as `request.lua` makes it too."""
    payload = f"2000{number:011d}"
    return payload + check_digit(payload)


def _add_members(
    connection: psycopg.Connection, program_id: UUID, count: int, now: datetime
) -> None:
    ids = Ids()
    made = [ids.make(int(now.timestamp() * 1000)) for _ in range(count)]
    joined = now - _LAST_YEAR
    with connection.cursor() as cursor:
        with cursor.copy("COPY member (program_id, id, joined_at) FROM STDIN") as rows:
            for member in made:
                rows.write_row((program_id, member, joined))
        columns = "program_id, kind, value, member_id, since_at"
        with cursor.copy(f"COPY identifier ({columns}) FROM STDIN".encode()) as rows:
            for number, member in enumerate(made):
                rows.write_row((program_id, "card", card(number), member, joined))
