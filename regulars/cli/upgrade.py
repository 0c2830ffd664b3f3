"""``regulars upgrade``: bring the tables to this version while everybody goes on working."""

from typing import Annotated

import typer

from regulars.cli._options import Data
from regulars.cli._words import say


def command(
    check: Annotated[
        bool, typer.Option("--check", help="Only say what would be done; code 1 if anything.")
    ] = False,
    data: Data = None,
) -> None:
    """Say what has to be done to the tables, and do it.

    Nobody waits longer than a moment for it. Killed at any point, it goes on when it is run again.
    """
    from regulars.hosting.database import database
    from regulars.hosting.migrate import pending, upgrade

    with database(data, prepare=lambda url: None) as url:
        steps = pending(url)
        for line in steps:
            typer.echo(line)
        if not steps:
            typer.echo(say("up_to_date"))
        elif check:
            raise typer.Exit(1)
        else:
            upgrade(url, again=lambda: typer.echo(say("lock_taken")))
            typer.echo(say("upgraded"))
