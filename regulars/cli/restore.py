"""``regulars restore``: a database made again in a new data folder, as of a chosen instant."""

import os
from pathlib import Path
from typing import Annotated

import typer

from regulars.cli._options import Data
from regulars.cli._session import session
from regulars.cli._words import moment, say, say_of_backups


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
) -> None:
    """Make the database again in an empty data folder, and prove its books.

    Without --at, all that was archived comes back. What was committed later than --at is left out.
    """
    from regulars.cli._document import instant
    from regulars.hosting.archive import Archive
    from regulars.hosting.folder import DataFolder
    from regulars.hosting.restore import restore
    from regulars.hosting.trouble import Trouble
    from regulars.ledger.verify import verify

    if os.environ.get("DATABASE_URL"):
        raise Trouble("backup_own_database")
    folder = DataFolder.at(data)
    done = restore(Archive(backups.expanduser().absolute()), folder, at=instant(at, "UTC"), key=key)
    until = done.until or done.backup.usable_from
    typer.echo(
        say_of_backups("restored", name=done.backup.name, folder=folder.path, at=moment(until))
    )
    if not done.same_key:
        typer.echo(say_of_backups("restored_other_key", file=folder.path / "secret-key"))
    with session(None, folder.path) as talk:
        fault = talk.run(verify())
    if fault is not None:
        typer.echo(say("verify_fault", fault=fault))
        raise typer.Exit(1)
    typer.echo(say("verify_clean"))
    typer.echo(say_of_backups("restored_next", folder=folder.path))
