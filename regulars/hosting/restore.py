"""A database made again from a backup and the log since, in a new data folder: as of the newest
instant that was archived, or of a chosen one."""

import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import inf
from pathlib import Path

import psycopg

from regulars.hosting import binaries
from regulars.hosting.archive import Archive, fetching
from regulars.hosting.backup import PARTS, Backup, backups, fingerprint
from regulars.hosting.folder import DataFolder
from regulars.hosting.postgres import Server, url
from regulars.hosting.trouble import Trouble

_NOT_REACHED = "before configured recovery target was reached"


@dataclass(frozen=True)
class Restored:
    backup: Backup
    until: datetime | None
    """When the last change was made that is there; None where there was none since the backup."""
    same_key: bool
    """Whether the folder's secret key is the one that was in use when the backup was taken."""


def restore(
    archive: Archive, folder: DataFolder, *, at: datetime | None = None, key: Path | None = None
) -> Restored:
    """Fill an empty data folder; either it ends well, or the folder is empty again.

    What was committed after ``at`` is left out. The restored database archives nowhere until it is
    told to.
    """
    check_empty(folder)
    backup = choose(archive, at)
    _check_readable(archive, folder)
    existed = folder.path.exists()
    try:
        folder.prepare()
        if key is not None:
            _take_key(folder, key)
        _unpack(archive.base / backup.name, folder)
        until = _recover(archive, folder, backup, at)
    except Trouble as trouble:
        _empty(folder, existed)
        if _NOT_REACHED in trouble.detail:
            raise Trouble("restore_too_late", at=at) from trouble
        raise
    except BaseException:
        _empty(folder, existed)
        raise
    same = fingerprint(folder.path / "secret-key") == backup.key
    return Restored(backup, until, same)


@contextmanager
def newest(archive: Archive, folder: DataFolder) -> Iterator[Server]:
    """A server with the newest state of all, for what an earlier instant cannot know; in a folder
    beside the one that is to be filled, and gone afterwards."""
    beside = DataFolder.at(folder.path.with_name(f"{folder.path.name}.newest"))
    restore(archive, beside)
    try:
        with Server(beside) as server:
            yield server
    finally:
        _empty(beside, existed=False)


def check_empty(folder: DataFolder) -> None:
    """A restore never goes over anything."""
    if folder.path.exists() and (not folder.path.is_dir() or any(folder.path.iterdir())):
        raise Trouble("restore_not_empty", folder=folder.path)


def choose(archive: Archive, at: datetime | None) -> Backup:
    """The newest backup that the instant can be reached from."""
    there = backups(archive) if archive.base.is_dir() else []
    if not there:
        raise Trouble("restore_nothing_there", folder=archive.path)
    fitting = [backup for backup in there if at is None or backup.usable_from <= at]
    if not fitting:
        raise Trouble("restore_too_early", at=at, first=there[0].ended_at)
    return fitting[-1]


def _check_readable(archive: Archive, folder: DataFolder) -> None:
    """The database's own user fetches the log, and may be another one than where it was written."""
    where = archive.wal if archive.wal.is_dir() else archive.path
    if folder.run_as_owner(["/usr/bin/test", "-r", str(where), "-a", "-x", str(where)]).returncode:
        raise Trouble("restore_unreadable", folder=where, user=folder.owner.pw_name)


def _take_key(folder: DataFolder, key: Path) -> None:
    try:
        (folder.path / "secret-key").write_bytes(key.read_bytes())
    except OSError as error:
        raise Trouble("restore_no_key", file=key, error=error.strerror) from error


def _unpack(backup: Path, folder: DataFolder) -> None:
    unfinished = folder.path / "postgresql.unfinished"
    unfinished.mkdir(mode=0o700)
    for part, target in zip(PARTS, (unfinished, unfinished / "pg_wal"), strict=True):
        try:
            with tarfile.open(backup / part) as tar:
                tar.extractall(target, filter="data")
        except (OSError, EOFError, tarfile.TarError) as error:
            raise Trouble("restore_damaged", file=backup / part, error=error) from error
    for path in (unfinished, *unfinished.rglob("*")):
        folder.give(path)
        path.chmod(0o700 if path.is_dir() else 0o600)
    folder.write(unfinished / "recovery.signal", "")
    unfinished.rename(folder.cluster)


def _recover(
    archive: Archive, folder: DataFolder, backup: Backup, at: datetime | None
) -> datetime | None:
    """Replay the log; the instant of the last change that was in it.

    Nobody may look meanwhile (``hot_standby``): who may has to have as many connections as the
    first server had, at any time since the backup.
    """
    found = binaries.find(major=backup.postgres)
    settings = {
        "restore_command": fetching(archive),
        "recovery_target_action": "promote",
        "hot_standby": "off",
    }
    if at is not None:
        settings["recovery_target_time"] = f"'{at.isoformat()}'"
    with (
        Server(folder, postgres_bin=found.folder, settings=settings, patience=inf),
        psycopg.connect(url(folder, database="postgres", role="postgres")) as connection,
    ):
        row = connection.execute("select pg_last_xact_replay_timestamp()").fetchone()
        return row[0] if row else None


def _empty(folder: DataFolder, existed: bool) -> None:
    for path in folder.path.iterdir() if folder.path.is_dir() else ():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if not existed and folder.path.is_dir():
        folder.path.rmdir()
