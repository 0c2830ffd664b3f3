"""``regulars verify``: prove the ledger's invariants on the database it is pointed at."""

import typer

from regulars.cli._options import Data
from regulars.cli._session import DatabaseUrl, session
from regulars.cli._words import say


def command(data: Data = None, database_url: DatabaseUrl = None) -> None:
    """Check every invariant; name the first broken row and end with code 1 if anything differs."""
    from regulars.ledger.verify import verify

    def heard(name: str, fault: str | None) -> None:
        typer.echo(f"{'ok  ' if fault is None else 'FAIL'} {name}")

    with session(database_url, data) as talk:
        fault = talk.run(verify(heard))
    if fault is not None:
        typer.echo(say("verify_fault", fault=fault))
        raise typer.Exit(1)
    typer.echo(say("verify_clean"))
