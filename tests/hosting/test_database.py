"""Which database a command works on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Timer

import psycopg
import pytest

from regulars.hosting.database import database
from regulars.hosting.folder import DataFolder
from regulars.hosting.postgres import Server, is_running
from tests.conftest import a_data_folder


def tables(database_url: str) -> set[str]:
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in found}


@pytest.fixture(scope="module")
def folder() -> Iterator[DataFolder]:
    """One for all tests here: tables are made once."""
    with a_data_folder() as folder:
        yield folder


@pytest.fixture(autouse=True)
def _nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")


def test_one_is_started_for_the_command_and_ended_with_it(folder: DataFolder) -> None:
    with database(folder.path) as url:
        assert "django_migrations" in tables(url)
    assert not is_running(folder)


def test_the_one_that_runs_is_used_and_goes_on_running(folder: DataFolder) -> None:
    with Server(folder) as server:
        with database(folder.path) as url:
            assert url == server.url
        assert server.poll() is None


KEEP = """
import sys, time
from regulars.hosting.folder import DataFolder
from regulars.hosting.postgres import Server
with Server(DataFolder.at(sys.argv[1])) as server:
    print(server.process.pid, flush=True)
    time.sleep(600)
"""


def test_one_that_a_killed_process_left_is_not_taken_for_running(folder: DataFolder) -> None:
    command = [sys.executable, "-c", KEEP, str(folder.path)]
    keeper = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert keeper.stdout is not None
    left = int(keeper.stdout.readline())
    os.kill(left, signal.SIGSTOP)  # it does not hear yet that it is to end
    keeper.kill()
    keeper.communicate()
    assert is_running(folder)
    Timer(0.5, os.kill, (left, signal.SIGCONT)).start()
    with database(folder.path) as url:
        assert "django_migrations" in tables(url)
    assert not is_running(folder)


def test_one_that_is_just_being_restarted_is_waited_for(folder: DataFolder) -> None:
    def use() -> set[str]:
        with database(folder.path) as url:
            return tables(url)

    with Server(folder) as server, ThreadPoolExecutor(1) as elsewhere:
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        waiting = elsewhere.submit(use)
        time.sleep(0.3)
        assert not waiting.done()
        server.start()
        assert "django_migrations" in waiting.result(60)
        assert server.poll() is None, "whose it is keeps it"


def test_a_given_one_wins(
    fresh_database_url: str, data_folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", fresh_database_url)
    with database(data_folder.path) as url:
        assert url == fresh_database_url
    assert not data_folder.cluster.exists()


def test_each_test_can_have_a_database_of_its_own(
    database_url: str, fresh_database_url: str
) -> None:
    assert database_url != fresh_database_url
    assert tables(database_url) == tables(fresh_database_url)
