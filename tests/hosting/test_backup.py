"""Backups and restores of a real database: the whole copy, the log since, and the drill."""

import gzip
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from click.testing import Result
from typer.testing import CliRunner

from regulars.cli import build
from regulars.hosting import archive as archives
from regulars.hosting import backup, proof
from regulars.hosting.archive import Archive
from regulars.hosting.folder import DataFolder
from regulars.hosting.postgres import Server, url
from regulars.hosting.restore import newest, restore
from regulars.hosting.trouble import Trouble
from regulars.kit.steps import Steps, run_sync
from regulars.ledger.verify import verify
from regulars.privacy.queries import tombstones
from regulars.privacy.tombstones import again, erase_one
from regulars.purchases.tasks import seal_log
from tests.desk import Desk, open_desk
from tests.purchases.shop import BASE, buy, join, shop

WORKER = "worker"  # the database of these tests


@dataclass
class Drill:
    """A database with an archive: what it held at one instant, and what it holds now."""

    folder: DataFolder
    archive: Archive
    database: str
    at: datetime
    then: dict[str, Any]
    now: dict[str, Any]
    erased: UUID
    """A member who was erased after that instant."""
    clock: int

    @property
    def copy(self) -> backup.Backup:
        return backup.backups(self.archive)[0]


@pytest.fixture(scope="module")
def drill(postgres: Server, database_url: str) -> Iterator[Drill]:
    place = Path(f"/tmp/regulars-backups-{os.getpid()}")
    archive = backup.begin(postgres.folder, place / "to 'o'\" 100%")
    try:
        with open_desk(database_url, shop(BASE)) as desk:
            backup.take(postgres.folder, archive, started_at=datetime.now(UTC))
            members = [join(desk) for _ in range(5)]
            trade(desk, members)
            then, at = state(database_url), instant(postgres)
            trade(desk, members)
            erased = named(database_url, members[0])
            with desk.connection.transaction(), psycopg.RawCursor(desk.connection) as cursor:
                erase_one(cursor, desk.context, erased, desk.now, "member")
            desk.connection.commit()
            now = state(database_url)
        wait_until_archived(postgres)
        yield Drill(postgres.folder, archive, WORKER, at, then, now, erased, desk.now)
    finally:
        backup.end(postgres.folder)
        shutil.rmtree(place, ignore_errors=True)


def trade(desk: Desk, members: list[Any]) -> None:
    for member in members:
        buy(desk, member, ("bread", 2, 1_000))
    desk.wait(days=1)
    seal_log(desk.connection, desk.now)
    desk.connection.commit()


def named(database_url: str, card: str) -> UUID:
    """The member with this card."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "select member_id from identifier where value = %s", [card.removeprefix("card:")]
        ).fetchone()
        assert row is not None
        return row[0]


def state(database_url: str) -> dict[str, Any]:
    """Balances, the heads of all chains, and how many rows each table has."""
    with psycopg.connect(database_url) as connection:
        ask = connection.execute
        tables = ask(  # wrong guesses are counted in an unlogged one, and need not come back
            "select s.relname from pg_stat_user_tables s join pg_class c on c.oid = s.relid"
            " where c.relpersistence = 'p' order by 1"
        ).fetchall()
        return {
            "balances": ask("select * from account order by 1, 2, 3").fetchall(),
            "chain": ask(
                "select distinct on (program_id) program_id, no, hash from seal order by 1, 2 desc"
            ).fetchall(),
            "counts": {t: ask(f'select count(*) from "{t}"').fetchone() for (t,) in tables},
        }


def instant(server: Server) -> datetime:
    with admin(server.folder) as connection:
        row = connection.execute("select clock_timestamp()").fetchone()
        assert row is not None
        return row[0]


def admin(folder: DataFolder) -> psycopg.Connection:
    return psycopg.connect(url(folder, database="postgres", role="postgres"), autocommit=True)


def wait_until_archived(server: Server) -> None:
    """What a minute does by itself: the current piece of the log is closed and put away."""
    with admin(server.folder) as connection:
        row = connection.execute(
            "select pg_walfile_name(pg_current_wal_insert_lsn()), pg_switch_wal()"
        ).fetchone()
        assert row is not None
        deadline = time.monotonic() + 60
        while connection.execute(
            "select coalesce(last_archived_wal, '') < %s from pg_stat_archiver", [row[0]]
        ).fetchone() == (True,):
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.fixture
def other(data_folder: DataFolder) -> DataFolder:
    """A second server's data folder: not there yet."""
    return DataFolder.at(data_folder.path / "second")


def called(*words: str, data: DataFolder, **environment: str) -> Result:
    """A command of ``regulars backup``, in this process."""
    line = ["backup", *words, "--data", str(data.path)]
    return CliRunner().invoke(build(), line, env={"DATABASE_URL": "", **environment})


def books(database_url: str) -> str | None:
    return ask(database_url, verify())


def ask[Answer](database_url: str, steps: Steps[Answer]) -> Answer:
    with psycopg.connect(database_url) as connection, psycopg.RawCursor(connection) as cursor:
        return run_sync(cursor, steps)


def test_the_restore_drill_brings_back_everything_on_a_second_server(
    drill: Drill, other: DataFolder
) -> None:
    command = [sys.executable, "-m", "regulars", "restore", str(drill.archive.path)]
    done = subprocess.run(
        [*command, "--data", str(other.path)],
        env={**os.environ, "DATABASE_URL": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "verify: clean" in done.stdout
    assert "secret key" in done.stdout  # another one, and that is said
    with Server(other) as second:
        found = url(other, database=drill.database)
        assert state(found) == drill.now
        assert books(found) is None
        with psycopg.connect(second.url) as connection:  # and it archives nowhere
            row = connection.execute("select current_setting('regulars.backups')").fetchone()
        assert row == ("off",)
        with pytest.raises(Trouble) as refused:  # nor may it mix its log with the first one's
            backup.begin(other, drill.archive.path)
        assert refused.value.code == "backups_of_another"


def test_a_chosen_instant_is_restored_and_nothing_later(drill: Drill, other: DataFolder) -> None:
    key = drill.folder.path / "secret-key"
    done = restore(drill.archive, other, at=drill.at, key=key)
    assert done.same_key
    assert done.until is not None
    assert done.until <= drill.at
    with Server(other):
        found = url(other, database=drill.database)
        assert state(found) == drill.then != drill.now
        assert books(found) is None


def test_who_was_erased_stays_erased_whatever_is_restored(drill: Drill, other: DataFolder) -> None:
    with newest(drill.archive, other) as latest:
        later = url(latest.folder, database=drill.database)
        assert is_there(later, drill.erased) is False
        kept = ask(later, tombstones())
    assert not latest.folder.path.exists()
    restore(drill.archive, other, at=drill.at)
    with Server(other):
        found = url(other, database=drill.database)
        assert is_there(found, drill.erased), "the instant is from before"
        with psycopg.connect(found, autocommit=True) as connection:
            assert again(connection, kept, drill.clock) >= 1
        assert is_there(found, drill.erased) is False
        assert books(found) is None


def is_there(database_url: str, member_id: UUID) -> bool:
    """Whether anything still names the member."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "select exists (select from identifier where member_id = %s)", [member_id]
        ).fetchone()
        assert row is not None
        return row[0]


def test_an_instant_that_was_never_archived_leaves_the_folder_empty(
    drill: Drill, other: DataFolder
) -> None:
    with pytest.raises(Trouble) as late:
        restore(drill.archive, other, at=datetime(2100, 1, 1, tzinfo=UTC))
    assert late.value.code == "restore_too_late"
    with pytest.raises(Trouble) as early:
        restore(drill.archive, other, at=datetime(2000, 1, 1, tzinfo=UTC))
    assert early.value.code == "restore_too_early"
    assert not other.path.exists()


def test_a_restore_never_goes_over_anything(drill: Drill, data_folder: DataFolder) -> None:
    kept = data_folder.path / "precious"
    kept.write_text("mine")
    for folder in (data_folder, drill.folder):
        with pytest.raises(Trouble, match="is not empty"):
            restore(drill.archive, folder)
    assert [*data_folder.path.iterdir()] == [kept]
    assert kept.read_text() == "mine"


def test_the_command_tells_what_is_there_and_that_it_is_whole(drill: Drill) -> None:
    listed = called("list", data=drill.folder)
    assert drill.copy.name in listed.stdout
    assert "last change was archived" in listed.stdout
    proved = called("verify", data=drill.folder)
    assert proved.exit_code == 0
    assert "all whole" in proved.stdout


def test_damage_is_found_before_it_is_needed(
    drill: Drill, data_folder: DataFolder, other: DataFolder
) -> None:
    spoilt = Archive(data_folder.path / "copy")
    shutil.copytree(drill.archive.path, spoilt.path)
    assert [*proof.faults(spoilt, drill.copy), *proof.gaps(spoilt, drill.copy.first_wal)] == []

    first, second, *_ = [n for n in proof.segments(spoilt) if n >= drill.copy.first_wal]
    (spoilt.wal / f"{first}.gz").unlink()
    (spoilt.wal / f"{second}.gz").write_bytes(gzip.compress(b"too little"))
    found = [*proof.gaps(spoilt, drill.copy.first_wal)]
    assert found == [f"{first} is missing", f"{second} has 10 bytes"]

    base = spoilt.base / drill.copy.name / "base.tar.gz"
    base.write_bytes(base.read_bytes()[:-1000])
    assert [*proof.faults(spoilt, drill.copy)]
    if other.as_root:  # the copy is root's, and the database's own user is another
        with pytest.raises(Trouble) as closed:
            restore(spoilt, other)
        assert closed.value.code == "restore_unreadable"
        other.give(spoilt.wal)
    with pytest.raises(Trouble) as damaged:
        restore(spoilt, other)
    assert damaged.value.code == "restore_damaged"
    assert not other.path.exists()


def test_the_archive_is_written_by_the_databases_own_user_and_closed_to_others(
    drill: Drill,
) -> None:
    for file in drill.archive.wal.iterdir():
        assert file.stat().st_uid == drill.folder.owner.pw_uid
        assert file.stat().st_mode & 0o077 == 0


def test_a_piece_of_the_log_is_never_put_in_the_place_of_another(
    drill: Drill, tmp_path: Path
) -> None:
    script = drill.folder.cluster / archives.SCRIPT
    piece = tmp_path / "piece"

    def put(content: bytes) -> int:
        piece.write_bytes(content)
        command = ["sh", str(script), str(piece), "000000010000000000000009", str(tmp_path)]
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert put(b"first") == 0
    assert put(b"first") == 0  # its answer was lost, so it is asked again
    assert put(b"other") == 1
    assert gzip.decompress((tmp_path / "000000010000000000000009.gz").read_bytes()) == b"first"
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "000000010000000000000009.gz",
        "piece",
    ]


def test_old_backups_go_with_the_log_that_only_they_needed(drill: Drill, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.base.mkdir()
    archive.wal.mkdir()
    for day in (1, 2, 3):
        first = f"00000001000000000000000{day * 2}"
        copy = backup.Backup(f"2026-03-0{day}T00-00-00Z", 15, "", "", "", first, "")
        (archive.base / copy.name).mkdir()
        note = str(copy.__dict__).replace("'", '"')
        (archive.base / copy.name / backup.NOTE).write_text(note)
    for number in range(1, 8):
        (archive.wal / f"00000001000000000000000{number}.gz").touch()
    (archive.wal / "00000002.history.gz").touch()
    assert backup.thin(archive, keep=2) == ["2026-03-01T00-00-00Z"]
    assert [copy.name[:10] for copy in backup.backups(archive)] == ["2026-03-02", "2026-03-03"]
    assert proof.segments(archive)[0] == "000000010000000000000004"
    assert (archive.wal / "00000002.history.gz").exists()
    assert backup.thin(archive, keep=0) == ["2026-03-02T00-00-00Z"]  # never all of them


def test_it_is_said_what_to_do_where_nothing_can_be_backed_up(
    postgres: Server, data_folder: DataFolder
) -> None:
    unknown = called("now", data=data_folder)
    assert "regulars backup begin" in str(unknown.exception)
    own = called("now", data=data_folder, DATABASE_URL="postgresql://db.example/regulars")
    assert "pg_dump" in str(own.exception)
    with pytest.raises(Trouble) as inside:
        backup.begin(postgres.folder, postgres.folder.path / "backups-here")
    assert inside.value.code == "backups_inside"
