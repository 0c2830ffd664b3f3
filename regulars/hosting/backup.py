"""Whole copies of the private database, while it runs: taken, listed, thrown away.

A backup is a folder in ``base/``, named by its instant, with what ``pg_basebackup`` writes (the
files as ``base.tar.gz``, the log to make them whole as ``pg_wal.tar.gz``, and a manifest with the
hash of every file) and ``backup.json``. It is complete by itself; the archive of the log adds every
instant since.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import psycopg

from regulars.hosting import archive as archives
from regulars.hosting import binaries, cluster
from regulars.hosting.archive import Archive, archive_of
from regulars.hosting.database import running
from regulars.hosting.folder import DataFolder
from regulars.hosting.postgres import PORT, url
from regulars.hosting.trouble import Trouble

KEEP = 7
NOTE, MANIFEST = "backup.json", "backup_manifest"
PARTS = ("base.tar.gz", "pg_wal.tar.gz")
_UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Backup:
    """One whole copy. Instants are ISO 8601 in UTC; it can be restored as of any since its end."""

    name: str
    postgres: int
    system: str
    started_at: str
    ended_at: str
    first_wal: str
    key: str

    @property
    def usable_from(self) -> datetime:
        return datetime.fromisoformat(self.ended_at)


def begin(folder: DataFolder, path: Path) -> Archive:
    """Archive the log of this database into a folder from now on; at once, without a restart."""
    archive = Archive(path.expanduser().absolute())
    if archive.path.is_relative_to(folder.path):
        raise Trouble("backups_inside", folder=archive.path, data=folder.path)
    try:
        archive.path.mkdir(mode=0o711, parents=True, exist_ok=True)
        for inner in (archive.base, archive.wal):
            inner.mkdir(mode=0o700, exist_ok=True)
            folder.give(inner)
    except OSError as error:
        raise Trouble("backups_unwritable", folder=path, error=error.strerror) from error
    with _awake(folder) as admin:
        _claim(folder, archive, admin)
        archives.note(folder, archive)
        _reload(folder, admin)
    return archive


def end(folder: DataFolder) -> None:
    """Archive no longer. What was archived stays."""
    archives.note(folder, None)
    with _awake(folder) as admin:
        _reload(folder, admin)


def archive(folder: DataFolder) -> Archive:
    """Where this database is backed up; refused with what to do where it is not."""
    found = archive_of(folder)
    if found is None:
        raise Trouble("no_backups", data=folder.path)
    if not found.base.is_dir():
        raise Trouble("backups_gone", folder=found.path)
    return found


def take(folder: DataFolder, archive: Archive, *, started_at: datetime) -> Backup:
    """Copy the whole database. Nobody waits for it; it is there complete or not at all."""
    name = f"{started_at:%Y-%m-%dT%H-%M-%SZ}"
    unfinished = archive.base / f"{name}{_UNFINISHED}"
    with _awake(folder) as admin, _alone(archive):
        _copy(folder, unfinished)
        system, ended_at = _told(admin, "select system_identifier::text, clock_timestamp()"
                                        " from pg_control_system()")  # fmt: skip
        backup = Backup(
            name=name,
            postgres=admin.info.server_version // 10_000,
            system=system,
            started_at=started_at.isoformat(),
            ended_at=ended_at.isoformat(),
            first_wal=_first_wal(unfinished),
            key=fingerprint(folder.path / "secret-key"),
        )
        folder.write(unfinished / NOTE, json.dumps(asdict(backup), indent=1))
        _to_disk(unfinished / NOTE, unfinished)
        unfinished.rename(archive.base / name)
        _to_disk(archive.base)
    return backup


def backups(archive: Archive) -> list[Backup]:
    """The complete ones, oldest first."""
    try:
        notes = sorted(archive.base.glob(f"*Z/{NOTE}"))
        return [Backup(**json.loads(note.read_text(encoding="utf-8"))) for note in notes]
    except PermissionError as error:
        raise Trouble("backups_unwritable", folder=archive.base, error=error.strerror) from error


def thin(archive: Archive, *, keep: int) -> list[str]:
    """Throw away all but the newest, and the log that only those needed; says which."""
    with _alone(archive):
        for left in archive.base.glob(f"*{_UNFINISHED}"):
            shutil.rmtree(left)
        there = backups(archive)
        gone = there[: max(0, len(there) - max(1, keep))]
        for backup in gone:
            dying = archive.base / f"{backup.name}{_UNFINISHED}"
            (archive.base / backup.name).rename(dying)
            shutil.rmtree(dying)
        if gone:
            first = there[len(gone)].first_wal
            for file in archive.wal.iterdir():
                old = file.name[:24] < first
                if old and (is_segment(file.name) or file.name.endswith(".part")):
                    file.unlink()
    return [backup.name for backup in gone]


def is_segment(name: str) -> bool:
    """Whether a file of the archive is a piece of the log, and no note about it."""
    return len(name) == 27 and name.endswith(".gz")


def fingerprint(key: Path) -> str:
    """Tells one secret key from another and says nothing about it; empty without a key."""
    with suppress(OSError):
        return sha256(b"regulars backup" + key.read_bytes().strip()).hexdigest()[:12]
    return ""


def _copy(folder: DataFolder, target: Path) -> None:
    found = binaries.reachable(binaries.find(major=cluster.major_of(folder)), folder)
    command = [
        *(found.tool("pg_basebackup"), "--host", str(folder.socket), "--port", str(PORT)),
        *("--username", "postgres", "--no-password", "--pgdata", str(target)),
        *("--format", "tar", "--compress", "client-gzip:1", "--wal-method", "stream"),
        *("--checkpoint", "fast", "--manifest-checksums", "SHA256", "--label", "regulars"),
    ]
    run = folder.run_as_owner(command, env=found.environment())
    tables = [] if run.returncode else [f for f in target.glob("*.tar.gz") if f.name not in PARTS]
    if run.returncode or tables:
        shutil.rmtree(target, ignore_errors=True)
        raise Trouble(
            "backup_failed", words=run.stderr.strip()[-500:] or "tablespaces are not supported"
        )


def _first_wal(target: Path) -> str:
    """The piece of the log that a recovery of this backup begins with."""
    manifest = json.loads((target / MANIFEST).read_bytes())
    first = manifest["WAL-Ranges"][0]
    high, low = (int(part, 16) for part in first["Start-LSN"].split("/"))
    return f"{first['Timeline']:08X}{high:08X}{low >> 24:08X}"


def _claim(folder: DataFolder, archive: Archive, admin: psycopg.Connection) -> None:
    """An archive is of one database in one of its lives: a restore begins another one."""
    system, timeline = _told(
        admin,
        "select system_identifier::text, timeline_id"
        " from pg_control_system(), pg_control_checkpoint()",
    )
    ours = f"{system} {timeline}"
    if not archive.mark.exists():
        folder.write(archive.mark, ours)
    if archive.mark.read_text(encoding="utf-8") != ours:
        raise Trouble("backups_of_another", folder=archive.path)


def _told(admin: psycopg.Connection, question: str) -> tuple:
    row = admin.execute(question.encode()).fetchone()
    assert row is not None
    return row


def _reload(folder: DataFolder, admin: psycopg.Connection) -> None:
    archives.configure(folder)
    admin.execute("select pg_reload_conf()")


@contextmanager
def _awake(folder: DataFolder) -> Iterator[psycopg.Connection]:
    """A superuser's connection to the database, which is started if it sleeps."""
    admin = url(folder, database="postgres", role="postgres")
    with running(folder), psycopg.connect(admin, autocommit=True) as connection:
        yield connection


@contextmanager
def _alone(archive: Archive) -> Iterator[None]:
    """Two at once would throw away each other's work."""
    place = os.open(archive.base, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Trouble("backup_running", folder=archive.path) from None
    finally:
        os.close(place)


def _to_disk(*paths: Path) -> None:
    for path in paths:
        place = os.open(path, os.O_RDONLY)
        os.fsync(place)
        os.close(place)
