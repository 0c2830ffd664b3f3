"""The doctor names what is wrong and what to do; each illness here is a real one."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from regulars.hosting import doctor
from regulars.hosting.doctor import Finding, examine
from regulars.hosting.folder import DataFolder
from regulars.hosting.postgres import Server, url


@pytest.fixture(autouse=True)
def _no_database_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


LISTEN = """
import socket, sys, time
with socket.create_server(("127.0.0.1", int(sys.argv[1]))):
    print("listening", flush=True)
    time.sleep(60)
"""


def look(folder: DataFolder | None = None, *, port: int | None = None) -> dict[str, Finding]:
    found = examine(data=folder and folder.path, port=port or free_port())
    return {finding.code: finding for finding in found}


def wrong(findings: dict[str, Finding]) -> set[str]:
    return {finding.code for finding in findings.values() if not finding.well}


def test_a_machine_ready_to_start_is_well(data_folder: DataFolder) -> None:
    findings = look(data_folder)
    assert wrong(findings) == set()
    assert {"port_free", "postgres_found", "folder_fine", "database_asleep"} <= set(findings)


def test_looking_changes_nothing(data_folder: DataFolder) -> None:
    look(data_folder)
    assert list(data_folder.path.iterdir()) == []


def test_a_taken_port_is_named_with_its_holder(data_folder: DataFolder) -> None:
    with socket.socket() as taker:
        taker.bind(("127.0.0.1", 0))
        taker.listen()
        findings = look(data_folder, port=taker.getsockname()[1])
    assert wrong(findings) == {"port_taken"}
    assert f"process {os.getpid()}" in findings["port_taken"].sentence
    assert "--port" in findings["port_taken"].sentence


def test_a_port_that_we_serve_on_is_fine(data_folder: DataFolder) -> None:
    port = free_port()
    environment = os.environ | {"DATABASE_URL": url(data_folder)}
    server = subprocess.Popen(
        [sys.executable, "-c", LISTEN, str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    server.stdout.readline()
    try:
        assert "port_ours" in look(data_folder, port=port)
    finally:
        server.kill()
        server.communicate()


def test_a_nearly_full_disk_is_told(
    data_folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_MB", 10**9)
    assert wrong(look(data_folder)) == {"disk_nearly_full"}


def test_an_old_postgresql_is_refused(
    data_folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = data_folder.path / "old"
    old.mkdir()
    for name in ("postgres", "initdb"):
        (old / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 13.4'\n")
        (old / name).chmod(0o755)
    monkeypatch.setenv("REGULARS_POSTGRES_BIN", str(old))
    findings = look(data_folder)
    assert wrong(findings) == {"postgres_too_old"}
    assert "13.4" in findings["postgres_too_old"].sentence


def test_a_folder_of_another_version_is_told(data_folder: DataFolder) -> None:
    data_folder.cluster.mkdir()
    (data_folder.cluster / "PG_VERSION").write_text("12\n")
    if os.geteuid() == 0:
        os.chown(data_folder.cluster, data_folder.owner.pw_uid, data_folder.owner.pw_gid)
    assert wrong(look(data_folder)) == {"other_version"}


def test_a_file_where_the_folder_should_be_is_told(data_folder: DataFolder) -> None:
    file = data_folder.path / "file"
    file.write_text("")
    assert wrong(look(DataFolder.at(file))) == {"folder_not_writable"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts what others cannot reach")
def test_a_folder_the_database_cannot_reach_is_told(data_folder: DataFolder) -> None:
    closed = data_folder.path / "closed"
    closed.mkdir(mode=0o700)
    findings = look(DataFolder.at(closed / "data"))
    assert wrong(findings) == {"folder_unreachable"}


def test_a_silent_database_is_told(
    data_folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://regulars@127.0.0.1:{free_port()}/regulars")
    findings = look(data_folder)
    assert wrong(findings) == {"database_silent"}
    assert "DATABASE_URL" in findings["database_silent"].sentence


@contextmanager
def administered(folder: DataFolder) -> Iterator[psycopg.Connection]:
    admin = url(folder, database="postgres", role="postgres")
    with Server(folder), psycopg.connect(admin, autocommit=True) as connection:
        yield connection


def test_a_database_without_our_tables_is_told(data_folder: DataFolder) -> None:
    with Server(data_folder):
        assert wrong(look(data_folder)) == {"migrations_missing"}


def test_a_database_without_rights_is_told(data_folder: DataFolder) -> None:
    with administered(data_folder) as admin:
        admin.execute("ALTER DATABASE regulars OWNER TO postgres")
        findings = look(data_folder)
    assert wrong(findings) == {"database_rights"}
    assert "ALTER DATABASE regulars OWNER TO regulars" in findings["database_rights"].sentence


@pytest.mark.parametrize("role", ["regulars_app", "regulars_pages"])
def test_a_missing_role_is_told(data_folder: DataFolder, role: str) -> None:
    with administered(data_folder) as admin:
        admin.execute(f"REVOKE {role} FROM regulars")
        assert wrong(look(data_folder)) == {"role_missing"}


def test_a_database_with_our_tables_is_well(
    database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    findings = look()
    assert wrong(findings) == set()
    assert {"database_answers", "migrations_done", "zones_known"} <= set(findings)


def test_missing_time_zones_are_told(
    data_folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "ZONE", "Europe/Atlantis")
    assert wrong(look(data_folder)) == {"zones_missing"}
