"""Real PostgreSQL for the tests: a private server a worker, and copies of one migrated database.

    postgres             the running Server (session)
    database_url         a database with our tables, shared by this worker's tests (session)
    fresh_database_url   a copy of the empty one, for this test alone
    data_folder          an empty data folder that the database may enter, also under root

Django is set up over ``database_url``; the server starts when the first test asks for it.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import django
import psycopg
import pytest
from psycopg import sql

from regulars.hosting.folder import DataFolder
from regulars.hosting.migrate import SETTINGS, migrate
from regulars.hosting.postgres import Server, url
from tests.kept import take_kept_cluster
from tests.lengths import LONG, TRIED  # and properties are set up before the first is read

ROOM_BYTES = 6 << 30


def _place() -> Path:
    """In memory, where tests run side by side and there is room: a database is a thousand files,
    and some file systems take long to make files where others were just deleted. What measures
    times runs alone, on a disk like everybody's."""
    memory, beside = Path("/dev/shm"), "PYTEST_XDIST_WORKER" in os.environ
    if beside and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_BYTES:
        return memory
    return Path("/tmp")


PLACE = _place()
FOLDER = DataFolder.at(PLACE / f"regulars-test-{os.getpid()}")
TEMPLATE, WORKER = "regulars", "worker"

# A test database need not outlive the machine. Tests of durability start their own server.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
FAST |= {"shared_buffers": "256MB"}  # there is little in it, and tables are emptied often
FAST |= {"max_connections": "400"}  # servers of many tests stay open until the end
FAST |= {"max_wal_size": "512MB", "min_wal_size": "80MB"}  # nobody waits for room on a disk


def pytest_configure() -> None:
    """Models can be imported while tests are collected; nothing connects before it is asked for.

    What the machine's own environment chooses must not reach the tests. Compiled modules are kept
    whatever it says: else each of hundreds of processes would compile all of them anew.
    """
    for name in ("REGULARS_DATA", "REGULARS_POSTGRES_BIN", "PYTHONDONTWRITEBYTECODE"):
        os.environ.pop(name, None)
    sys.dont_write_bytecode = False
    os.environ["REGULARS_LANG"] = "en"
    os.environ["DATABASE_URL"] = url(FOLDER, database=WORKER)
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    django.setup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    _forget_killed_runs()
    take_kept_cluster(FOLDER, FAST)
    with Server(FOLDER, settings=FAST) as server:
        yield server
    shutil.rmtree(FOLDER.path)


@pytest.fixture(scope="session")
def migrated(postgres: Server) -> Server:
    """The server, with the tables of this version in the database that copies are made of."""
    migrate(postgres.url)
    return postgres


@pytest.fixture(scope="session")
def database_url(migrated: Server) -> str:
    return _copy(WORKER)


@pytest.fixture
def fresh_database_url(migrated: Server) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    yield _copy(name)
    _as_admin("DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def data_folder() -> Iterator[DataFolder]:
    with a_data_folder() as folder:
        yield folder


@contextmanager
def a_data_folder() -> Iterator[DataFolder]:
    path = Path(tempfile.mkdtemp(prefix="regulars-test-", dir=PLACE))
    path.chmod(0o711)
    try:
        yield DataFolder.at(path)
    finally:
        shutil.rmtree(path)


_numbers = count(1)


def _forget_killed_runs() -> None:
    """What they left would fill the memory."""
    for left in PLACE.glob("regulars-test-*"):
        number = left.name.rpartition("-")[2]
        if number.isdecimal() and not Path(f"/proc/{number}").exists():
            shutil.rmtree(left, ignore_errors=True)


def _copy(name: str) -> str:
    _as_admin("CREATE DATABASE {} TEMPLATE {} OWNER regulars", name, TEMPLATE)
    return url(FOLDER, database=name)


def _as_admin(statement: str, *names: str) -> None:
    admin = url(FOLDER, database="postgres", role="postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Tests run side by side: what each process tried is added up."""
    TRIED.update(getattr(node, "workeroutput", {}).get("tried", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["tried"] = dict(TRIED)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """What did not run is said aloud at the end, with the reason. Nothing is skipped in silence.
    A long run says what it tried."""
    if LONG and TRIED:
        terminalreporter.section("TRIED", sep="=", bold=True)
        for what, number in TRIED.items():
            terminalreporter.line(f"{number:>12,} {what.replace('_', ' ')}")
        if exitstatus == 0:
            terminalreporter.line("Nothing was lost, nothing was doubled, every sum was right.")
    skipped = {
        f"{report.nodeid}: {report.longrepr[2]}"
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    }
    missing = {file.read_text().strip() for file in Path(".venv").glob("missing-*")}
    if not skipped and not missing:
        return
    terminalreporter.section("NOT RUN ON THIS MACHINE", sep="!", yellow=True, bold=True)
    for line in (*sorted(missing), *sorted(skipped)):
        terminalreporter.line(f"!! {line}", yellow=True)
