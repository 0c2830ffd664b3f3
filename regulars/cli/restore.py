"""``regulars restore``: a database made again in a new data folder, as of a chosen instant."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli._options import Data
from regulars.cli._session import session
from regulars.cli._words import moment, say, say_of_backups

if TYPE_CHECKING:
    from regulars.hosting.archive import Archive
    from regulars.hosting.folder import DataFolder
    from regulars.privacy.queries import Tombstone


def command(
    backups: Annotated[Path, typer.Argument(help="The folder given to `backup begin`.")],
    data: Data = None,
    at: Annotated[
        str | None,
        typer.Option(help="An instant, 2026-12-24T06:00 (UTC unless it says); else the newest."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="The secret key that was kept, to put into the new folder.")
    ] = None,
    erased: Annotated[
        Path | None,
        typer.Option(help="With --at: who was erased since, as `privacy erased` prints it."),
    ] = None,
) -> None:
    """Make the database again in an empty data folder, and prove its books.

    Without --at, all that was archived comes back. What was committed later than --at is left out;
    but members who were erased later are erased again. To know them the newest state is restored
    first, beside, and thrown away; with --erased that is not needed.
    """
    from regulars.cli._document import instant
    from regulars.hosting.archive import Archive
    from regulars.hosting.folder import DataFolder
    from regulars.hosting.restore import check_empty, restore
    from regulars.hosting.trouble import Trouble
    from regulars.ledger.verify import verify
    from regulars.privacy.tombstones import again

    if os.environ.get("DATABASE_URL"):
        raise Trouble("backup_own_database")
    folder, archive = DataFolder.at(data), Archive(backups.expanduser().absolute())
    until_when = instant(at, "UTC")
    check_empty(folder)
    later = [] if until_when is None else _erased_later(archive, folder, erased)
    done = restore(archive, folder, at=until_when, key=key)
    until = done.until or done.backup.usable_from
    typer.echo(
        say_of_backups("restored", name=done.backup.name, folder=folder.path, at=moment(until))
    )
    if not done.same_key:
        typer.echo(say_of_backups("restored_other_key", file=folder.path / "secret-key"))
    with session(None, folder.path) as talk:
        count = again(talk.connection, later, int(talk.now.timestamp()))
        if count:
            typer.echo(say_of_backups("restored_erased", count=count))
        fault = talk.run(verify())
    if fault is not None:
        typer.echo(say("verify_fault", fault=fault))
        raise typer.Exit(1)
    typer.echo(say("verify_clean"))
    typer.echo(say_of_backups("restored_next", folder=folder.path))


def _erased_later(archive: "Archive", folder: "DataFolder", file: Path | None) -> "list[Tombstone]":
    """Everybody who was erased by the end of the archive, from a list or from the newest state."""
    import psycopg

    from regulars.hosting.restore import newest
    from regulars.kit.steps import run_sync
    from regulars.privacy.queries import tombstones
    from regulars.privacy.tombstones import read

    if file is not None:
        return read(file.read_text("utf-8"))
    with (
        newest(archive, folder) as server,
        psycopg.connect(server.url) as connection,
        psycopg.RawCursor(connection) as cursor,
    ):
        return list(run_sync(cursor, tombstones()))
