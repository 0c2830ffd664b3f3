"""``regulars explain``: why a purchase earned what it earned, each campaign, for ever."""

from typing import Annotated, Literal
from uuid import UUID

import typer

from regulars.cli._options import Data
from regulars.cli._session import DatabaseUrl, session
from regulars.kit import words


def command(
    purchase: Annotated[UUID, typer.Argument(help="The id of a purchase or activity.")],
    lang: Annotated[
        Literal["pl", "bg", "en"] | None, typer.Option(help="Language of the reasons.")
    ] = None,
    audience: Annotated[
        Literal["member", "cashier", "developer"],
        typer.Option("--for", help="For whom the reasons are worded."),
    ] = "cashier",
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Tell of each campaign whether it applied, or why not; made anew from what was stored."""
    from rich.console import Console

    from regulars.kit.money import format_minor
    from regulars.programs.snapshot import load
    from regulars.purchases.queries import UnknownActivity, explanation

    language = lang or words.language()
    with session(database_url, data) as talk:
        programs = talk.connection.execute(
            "select program_id from activity where id = %s", (purchase,)
        ).fetchall()
        if not programs:
            raise UnknownActivity("Nothing was recorded under this id.")
        program_id = programs[0][0]
        revisions = talk.run(load(program_id))
        found = talk.run(explanation(program_id, purchase, revisions, language, audience))
    console = Console(highlight=False)
    currency = revisions.number(found.revision).currency
    earned = ", ".join(f"{amount:,} {asset}" for asset, amount in found.earned.items())
    console.print(
        f"{found.id}  {format_minor(found.list_minor, currency)} → "
        f"{format_minor(found.paid_minor, currency)}  {earned}",
        markup=False,
    )
    for told in found.campaigns:
        mark = "[green]✓[/]" if told.applied else "[dim]–[/]"
        console.print(f"{mark} ", end="")
        console.print(
            f"{told.name}: {told.why}", markup=False, style=None if told.applied else "dim"
        )
    word = "explain_same" if found.identical else "explain_differs"
    console.print(words.say("regulars.cli", "words.toml", word, language))
    if not found.identical:
        raise typer.Exit(1)
