"""The private PostgreSQL: real servers in real folders, and ``kill -9`` of whatever may die."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import psycopg
import pytest

from regulars.hosting import binaries, strays
from regulars.hosting.folder import DataFolder
from regulars.hosting.postgres import Server, is_running, url
from regulars.hosting.trouble import Trouble

ALL_BINARIES = [pytest.param(found.folder, id=str(found.folder)) for found in binaries.installed()]


def write(server: Server, text: str) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [text])


def read(server: Server) -> list[str]:
    with psycopg.connect(server.url) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM note ORDER BY text")]


def setting(server: Server, name: str) -> str:
    with psycopg.connect(server.url) as connection:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
        assert row is not None
        return row[0]


@pytest.mark.parametrize("folder", ALL_BINARIES)
def test_what_is_written_is_there_after_the_next_start(
    data_folder: DataFolder, folder: Path
) -> None:
    with Server(data_folder, postgres_bin=folder) as server:
        write(server, "kept")
    assert not is_running(data_folder)
    with Server(data_folder, postgres_bin=folder) as server:
        assert read(server) == ["kept"]


@pytest.mark.parametrize("folder", ALL_BINARIES)
def test_a_killed_server_recovers_what_was_committed(data_folder: DataFolder, folder: Path) -> None:
    server = Server(data_folder, postgres_bin=folder)
    server.start()
    write(server, "committed")
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    server.start()
    try:
        assert read(server) == ["committed"]
    finally:
        server.stop()


def test_a_stale_pid_file_of_a_living_stranger_is_no_obstacle(data_folder: DataFolder) -> None:
    with Server(data_folder):
        pass
    stranger = subprocess.Popen(["sleep", "60"], user=data_folder.owner.pw_uid)
    stale = f"{stranger.pid}\n{data_folder.cluster}\n1\n5432\n{data_folder.socket}\n\n"
    data_folder.write(data_folder.cluster / "postmaster.pid", stale)
    try:
        with Server(data_folder) as server:
            write(server, "here")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


HANG = """
import sys, time
from regulars.hosting.folder import DataFolder
from regulars.hosting.postgres import Server
with Server(DataFolder.at(sys.argv[1])) as server:
    print(server.process.pid, flush=True)
    time.sleep(600)
"""


def start_elsewhere(folder: DataFolder) -> tuple[subprocess.Popen, int]:
    command = [sys.executable, "-c", HANG, str(folder.path)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    return parent, int(parent.stdout.readline())


def test_the_server_dies_with_its_parent(data_folder: DataFolder) -> None:
    parent, _ = start_elsewhere(data_folder)
    parent.kill()
    parent.communicate()
    end = time.monotonic() + 20
    while strays.processes_in(data_folder.cluster) and time.monotonic() < end:
        time.sleep(0.05)
    assert strays.processes_in(data_folder.cluster) == {}


def test_an_orphan_still_at_work_is_ended_before_the_next_start(data_folder: DataFolder) -> None:
    parent, postmaster = start_elsewhere(data_folder)
    os.kill(postmaster, signal.SIGSTOP)  # it cannot even hear that its parent dies
    parent.kill()
    parent.communicate()
    os.kill(postmaster, signal.SIGCONT)
    with Server(data_folder) as server:
        assert server.process is not None
        assert server.process.pid != postmaster
        write(server, "after")


def test_backends_that_outlived_their_server_are_ended(data_folder: DataFolder) -> None:
    server = Server(data_folder)
    server.start()
    assert server.process is not None
    script = f"import psycopg; psycopg.connect({server.url!r}).execute('{BUSY}')"
    client = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
    time.sleep(1)
    server.process.kill()
    server.process.wait()
    server.start()
    try:
        write(server, "alone")
    finally:
        server.stop()
        client.kill()
        client.wait()


BUSY = "SELECT count(*) FROM generate_series(1, 10000000000)"


def test_half_a_cluster_is_made_anew(data_folder: DataFolder) -> None:
    unfinished = data_folder.path / "postgresql.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("15\n")
    with Server(data_folder) as server:
        write(server, "whole")
    assert not unfinished.exists()


def test_a_folder_with_something_else_in_it_is_left_alone(data_folder: DataFolder) -> None:
    data_folder.cluster.mkdir()
    precious = data_folder.cluster / "thesis.txt"
    precious.write_text("years of work")
    with pytest.raises(Trouble) as refused:
        Server(data_folder).start()
    assert refused.value.code == "not_a_cluster"
    assert precious.read_text() == "years of work"


def test_the_folder_of_another_version_is_refused_in_words(data_folder: DataFolder) -> None:
    with Server(data_folder):
        pass
    data_folder.write(data_folder.cluster / "PG_VERSION", "14\n")
    with pytest.raises(Trouble, match="PostgreSQL 14") as refused:
        Server(data_folder).start()
    assert refused.value.code == "other_version"


def test_two_servers_do_not_share_a_folder(data_folder: DataFolder) -> None:
    with Server(data_folder) as first:
        with pytest.raises(Trouble, match=f"in use by process {os.getpid()}"):
            Server(data_folder).start()
        write(first, "undisturbed")


def test_a_long_path_gets_a_short_socket(data_folder: DataFolder) -> None:
    long = DataFolder.at(data_folder.path / "_".join(["a long name"] * 10))
    with Server(long) as server:
        assert server.folder.socket.parent == Path("/tmp")
        assert server.folder.socket.stat().st_mode & 0o077 == 0
        write(server, "answered")
    server.folder.socket.rmdir()


def test_a_socket_folder_that_another_can_enter_is_refused(data_folder: DataFolder) -> None:
    data_folder.socket.mkdir()
    data_folder.socket.chmod(0o777)
    with pytest.raises(Trouble) as refused:
        Server(data_folder).start()
    assert refused.value.code == "socket_folder_foreign"


def test_odd_characters_in_the_path_are_no_obstacle_to_either_driver(
    data_folder: DataFolder,
) -> None:
    odd = DataFolder.at(data_folder.path / "Łódź 100% 'x'+&=")

    async def ask(address: str) -> str:
        connection = await asyncpg.connect(address)
        try:
            return await connection.fetchval("SELECT current_user")
        finally:
            await connection.close()

    with Server(odd) as server:
        write(server, "psycopg")
        assert asyncio.run(ask(server.url)) == "regulars"


def test_nothing_is_offered_over_tcp_and_nothing_is_trusted(data_folder: DataFolder) -> None:
    with Server(data_folder) as server:
        assert setting(server, "listen_addresses") == ""
        rules = (data_folder.cluster / "regulars_hba.conf").read_text()
        assert {line.split()[0] for line in rules.splitlines()} == {"local"}
        assert "trust" not in rules
        with pytest.raises(psycopg.OperationalError, match="regulars_app"):
            psycopg.connect(url(data_folder, role="regulars_app"))


def test_the_owner_is_no_superuser_and_may_act_as_the_till(data_folder: DataFolder) -> None:
    with Server(data_folder) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT current_setting('is_superuser')").fetchone() == ("off",)
        connection.execute("SET ROLE regulars_app")
        assert connection.execute("SELECT current_user").fetchone() == ("regulars_app",)


def test_commits_are_durable_and_pages_are_checked(data_folder: DataFolder) -> None:
    with Server(data_folder) as server:
        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert setting(server, name) == "on"
        assert setting(server, "wal_compression") in ("lz4", "on")


def test_an_operators_own_settings_stay(data_folder: DataFolder) -> None:
    with Server(data_folder) as server:
        admin = url(data_folder, database="postgres", role="postgres")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET shared_buffers = '64MB'")
    with Server(data_folder) as server:
        assert setting(server, "shared_buffers") == "64MB"


def test_the_key_of_an_installation_is_its_own_and_stays(data_folder: DataFolder) -> None:
    data_folder.prepare()
    key = (data_folder.path / "secret-key").read_text()
    data_folder.prepare()
    assert (data_folder.path / "secret-key").read_text() == key
    assert len(key) >= 64
    assert (data_folder.path / "secret-key").stat().st_mode & 0o077 == 0


def test_a_server_that_cannot_start_says_what_postgresql_said(data_folder: DataFolder) -> None:
    with pytest.raises(Trouble, match="shared_buffers") as refused:
        Server(data_folder, settings={"shared_buffers": "'plenty'"}).start()
    assert refused.value.code == "postgres_not_started"
    with Server(data_folder) as server:
        write(server, "again")
