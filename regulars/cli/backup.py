"""``regulars backup``: the private database copied while it runs, and every change since then."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from regulars.cli._options import Data
from regulars.cli._session import session
from regulars.cli._words import say_of_backups as say

app = typer.Typer(help="Back up the private database: whole copies, and every change since.")

Keep = Annotated[int, typer.Option(min=1, help="How many whole copies to keep; older ones go.")]
KEEP = 7


@app.command("begin")
def begin(
    folder: Annotated[Path, typer.Argument(help="Where to, best on another disk.")],
    data: Data = None,
) -> None:
    """Archive every change from now on, and take the first whole copy. Nothing is restarted."""
    from regulars.hosting import backup
    from regulars.hosting.folder import DataFolder

    _check_ours()
    where = DataFolder.at(data)
    archive = backup.begin(where, folder)
    typer.echo(say("backup_begun", folder=archive.path))
    if archive.path.stat().st_dev == where.path.stat().st_dev:
        typer.echo(say("backup_same_disk"))
    now(data)


@app.command("now")
def now(data: Data = None, keep: Keep = KEEP) -> None:
    """Take a whole copy now, and throw away those beyond --keep."""
    from regulars.activities.queries import succeeded
    from regulars.hosting import backup
    from regulars.hosting.folder import DataFolder

    _check_ours()
    where = DataFolder.at(data)
    archive = backup.archive(where)
    taken = backup.take(where, archive, started_at=datetime.now(UTC))
    with session(None, where.path) as talk:
        talk.run(succeeded("backup", int(talk.now.timestamp())))
    typer.echo(say("backup_taken", name=taken.name, folder=archive.path))
    for name in backup.thin(archive, keep=keep):
        typer.echo(say("backup_thrown", name=name))
    typer.echo(say("backup_key", file=where.path / "secret-key"))


@app.command("list")
def list_(data: Data = None) -> None:
    """The whole copies, and the last change that was archived."""
    from regulars.hosting import backup
    from regulars.hosting.folder import DataFolder

    _check_ours()
    archive = backup.archive(DataFolder.at(data))
    for there in backup.backups(archive):
        size = _megabytes(archive.base / there.name)
        typer.echo(f"{there.name}  PostgreSQL {there.postgres}  {size}")
    newest = max((file.stat().st_mtime for file in archive.wal.iterdir()), default=None)
    if newest is not None:
        typer.echo(say("backup_newest", at=_minute(newest)))


@app.command("verify")
def verify(data: Data = None) -> None:
    """Read everything: each file of each copy by its hash, each piece of the log since. Code 1 if
    anything is missing or damaged."""
    from regulars.hosting import backup, proof
    from regulars.hosting.folder import DataFolder

    _check_ours()
    archive = backup.archive(DataFolder.at(data))
    there = backup.backups(archive)
    wrong = [fault for copy in there for fault in proof.faults(archive, copy)]
    if there:
        wrong += proof.gaps(archive, there[0].first_wal)
    for fault in wrong:
        typer.echo(f"!! {fault}")
    if wrong or not there:
        typer.echo(say("backup_not_whole", count=len(wrong)))
        raise typer.Exit(1)
    pieces = len(proof.segments(archive))
    typer.echo(say("backup_whole", copies=len(there), pieces=pieces, first=there[0].ended_at))


@app.command("end")
def end(data: Data = None) -> None:
    """Archive no longer. What is there stays."""
    from regulars.hosting import backup
    from regulars.hosting.folder import DataFolder

    _check_ours()
    backup.end(DataFolder.at(data))
    typer.echo(say("backup_ended"))


def _check_ours() -> None:
    """A database that we did not start is not ours to copy."""
    from regulars.hosting.trouble import Trouble

    if os.environ.get("DATABASE_URL"):
        raise Trouble("backup_own_database")


def _megabytes(folder: Path) -> str:
    return f"{sum(file.stat().st_size for file in folder.iterdir()) / 2**20:,.1f} MB"


def _minute(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
