"""``regulars partitions``: the log by months, what is kept in the database and what is put away."""

from pathlib import Path
from typing import Annotated, Any

import typer

from regulars.cli._options import Data
from regulars.cli._session import DatabaseUrl, Session, session
from regulars.kit import words

app = typer.Typer(help="The log by months: kept, put away, brought back.", no_args_is_help=True)

MonthName = Annotated[str, typer.Argument(help="As regulars partitions show names it: 2024-03.")]
Folder = Annotated[Path, typer.Option("--folder", help="Where the month's Parquet files are.")]


def say(code: str, /, **figures: object) -> str:
    return words.say("regulars.cli", "partitions.toml", code, words.language(), **figures)


def _seconds(talk: Session) -> int:
    return int(talk.now.timestamp())


@app.command()
def show(data: Data = None, database_url: DatabaseUrl = None) -> None:
    """Every month of the log, how large it is, and what has been put away."""
    from regulars.kit.months import LOGS
    from regulars.months import queries

    with session(database_url, data) as talk:
        keep = talk.run(queries.kept_months())
        for table in LOGS:
            for part in talk.run(queries.parts(table)):
                state = "open" if part.until is None else "attached"
                typer.echo(say(state, name=part.name, mb=f"{part.bytes / 1e6:,.1f}"))
        for month in talk.run(queries.detached()):
            typer.echo(_told(month))
    typer.echo(say("keeps_all") if keep is None else say("keeps", months=keep))


def _told(month: Any) -> str:
    where = "dropped" if month.dropped_at else "exported" if month.exported_at else "detached"
    return say(
        where, name=month.name, activities=f"{month.activities:,}", postings=f"{month.postings:,}"
    )


@app.command()
def keep(
    months: Annotated[
        int, typer.Argument(help="Whole months to keep; 0 keeps all of them.", min=0, max=1200)
    ],
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Declare how long months stay. The worker puts older ones away and says so in its log."""
    from regulars.kit.problems import Invalid
    from regulars.months.operations import LEAST, declare

    if 0 < months < LEAST:
        raise Invalid(say("too_few", least=LEAST))
    with session(database_url, data) as talk:
        declare(talk.connection, months or None, _seconds(talk))
    typer.echo(say("keeps", months=months) if months else say("keeps_all"))


@app.command()
def detach(month: MonthName, data: Data = None, database_url: DatabaseUrl = None) -> None:
    """Put a month away: its rows stay in the database, in tables that nothing looks into."""
    from regulars.months import operations

    with session(database_url, data) as talk:
        typer.echo(_told(operations.detach(talk.connection, month, _seconds(talk))))


@app.command()
def export(
    month: MonthName,
    folder: Folder,
    drop: Annotated[
        bool, typer.Option("--drop", help="Then take its rows out of the database.")
    ] = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Write a detached month to Parquet files; with --drop the files are all that is left of it."""
    from regulars.months import files

    with session(database_url, data) as talk:
        for path in files.write(talk.connection, month, folder, _seconds(talk)):
            typer.echo(say("written", path=path))
        if drop:
            files.drop(talk.connection, month, folder, _seconds(talk))
            typer.echo(say("gone", name=month))


@app.command()
def attach(
    month: MonthName,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Of its files, where it was dropped.")
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Bring a month back. It must be as it was put away, to the last row; members who were erased
    since are forgotten in it at once."""
    from regulars.months import files, operations
    from regulars.privacy.tombstones import forget_in

    with session(database_url, data) as talk:
        if folder is not None:
            files.read(talk.connection, month, folder)
        known = operations.attach(talk.connection, month, then=forget_in)
    typer.echo(say("back", name=month, activities=f"{known.activities:,}"))
