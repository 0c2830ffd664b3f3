"""``regulars up``: one window, one Ctrl-C, and a next start after anything.

Only the last test begins with nothing; the others find the tables of an earlier start.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import psycopg
import pytest

from regulars.hosting import strays
from regulars.hosting.folder import DataFolder
from regulars.hosting.ports import answers
from regulars.hosting.postgres import url
from tests.conftest import FAST
from tests.kept import take_kept_cluster


@pytest.fixture
def used_folder(data_folder: DataFolder) -> DataFolder:
    take_kept_cluster(data_folder, FAST)
    return data_folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def up(folder: DataFolder, port: int | None = None) -> subprocess.Popen:
    words = ["up", "--data", str(folder.path), "--port", str(port or free_port())]
    environment = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "regulars", *words]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def wait_until(fact: Callable[[], bool], process: subprocess.Popen | None = None) -> None:
    end = time.monotonic() + 300
    while not fact():
        assert time.monotonic() < end
        assert process is None or process.poll() is None, process.communicate()[1]
        time.sleep(0.05)


def migrated(folder: DataFolder) -> bool:
    """All the tables are there: that is noted last."""
    try:
        with psycopg.connect(url(folder)) as connection:
            row = connection.execute(
                "select obj_description(to_regclass('django_migrations'), 'pg_class') is not null"
            )
            return row.fetchone() == (True,)
    except psycopg.OperationalError:
        return False


def up_and_answering(folder: DataFolder) -> subprocess.Popen:
    port = free_port()
    process = up(folder, port)
    wait_until(lambda: answers("127.0.0.1", port), process)
    return process


def empty(folder: DataFolder) -> bool:
    return strays.processes_in(folder.cluster) == {}


def test_ctrl_c_ends_everything(used_folder: DataFolder) -> None:
    process = up_and_answering(used_folder)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert empty(used_folder)


def test_after_kill_9_of_up_nothing_is_left_and_the_next_start_works(
    used_folder: DataFolder,
) -> None:
    for _ in range(2):
        process = up_and_answering(used_folder)
        process.kill()
        process.communicate()
        wait_until(lambda: empty(used_folder))


def test_a_killed_database_comes_back(used_folder: DataFolder) -> None:
    process = up_and_answering(used_folder)
    killed = strays.postmaster_of(used_folder.cluster)
    assert killed is not None
    time.sleep(1)  # the watch begins
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: strays.postmaster_of(used_folder.cluster) not in (None, killed), process)
    wait_until(lambda: migrated(used_folder), process)
    process.terminate()
    process.communicate(timeout=60)
    assert empty(used_folder)


def test_two_on_one_folder_refuse_each_other(used_folder: DataFolder) -> None:
    first = up(used_folder)
    wait_until(lambda: migrated(used_folder), first)
    second = up(used_folder)
    _, said = second.communicate(timeout=60)
    assert second.returncode == 2
    assert f"in use by process {first.pid}" in said
    first.terminate()
    first.communicate(timeout=60)


def test_it_says_where_it_answers_and_does(data_folder: DataFolder) -> None:
    port = free_port()
    process = up(data_folder, port)
    wait_until(lambda: answers("127.0.0.1", port), process)
    assert process.stderr is not None
    said = ""
    while "answers at" not in said:
        said = process.stderr.readline()
        assert said, "it ended without a word"
    assert f"http://127.0.0.1:{port}/" in said
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert not answers("127.0.0.1", port)
    assert empty(data_folder)
