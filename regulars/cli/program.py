"""``regulars program``: check, plan and apply a program document, look back, go back."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from regulars.cli._document import agree, instant, lines, parsed, present, read, show_plan
from regulars.cli._session import DatabaseUrl, OrganizationSlug, ProgramSlug, author, session
from regulars.cli._words import moment, say

app = typer.Typer(
    help="Check, plan and apply a program document; look back and go back.", no_args_is_help=True
)

File = Annotated[str, typer.Argument(help="The document, YAML or JSON; - reads it from the input.")]
Note = Annotated[str, typer.Option(help="Why; it stands in the history.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Expect = Annotated[
    int | None,
    typer.Option(min=0, help="Refuse unless this is the last revision now; 0 = none yet."),
]
Number = Annotated[int, typer.Argument(min=1, help="The number of a revision.")]


@app.command()
def check(
    file: File,
    with_products: Annotated[
        bool,
        typer.Option("--products", help="Also search the program's products for sales below cost."),
    ] = False,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Tell everything that is wrong in a document. Ends with code 1 if there is an error."""
    from regulars.kit.clock import Clock
    from regulars.programs.document import check as examine

    text = read(file)
    now = datetime.fromtimestamp(Clock.from_environment().seconds(), UTC)
    found = examine(text, now=now)
    if with_products and found.document is not None:
        from regulars.products.queries import stock

        with session(database_url) as talk:
            program_id = talk.program(organization, found.document.program)
            found = examine(text, now=now, stock=talk.run(stock(program_id, now)))
    for line in lines(file, found.findings):
        typer.echo(line)
    figures = {"file": file, "errors": len(found.errors), "warnings": len(found.warnings)}
    typer.echo(say("checked" if found.findings else "clean", **figures))
    if found.document is None:
        raise typer.Exit(1)


@app.command()
def plan(
    file: File, organization: OrganizationSlug = None, database_url: DatabaseUrl = None
) -> None:
    """Show what applying a document would change. Nothing is changed."""
    document = parsed(file, read(file))
    with session(database_url) as talk:
        show_plan(document, present(talk, talk.organization(organization), document), talk.now)


@app.command()
def apply(
    file: File,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
    note: Note = "",
    yes: Yes = False,
    expect: Expect = None,
    effective: Annotated[
        str | None,
        typer.Option(help="From when on, in the program's time: 2026-12-24 or 2026-12-24T06:00."),
    ] = None,
) -> None:
    """Make a document the program's next revision; running tills take it within a second."""
    from regulars.programs import operations

    text = read(file)
    document = parsed(file, text)
    starts = instant(effective, document.timezone)
    with session(database_url) as talk:
        organization_id = talk.organization(organization)
        last = present(talk, organization_id, document)
        if not show_plan(document, last, talk.now):
            return
        agree(yes)
        applied = talk.run(
            operations.put(
                organization_id=organization_id,
                document=document,
                source=text,
                now=talk.now,
                note=note,
                author=author(),
                effective_at=starts,
                expect=expect if expect is not None else last.number if last else 0,
            )
        )
        when = moment(applied.effective_at, document.timezone)
        typer.echo(say("applied", number=applied.number, program=document.program, when=when))


@app.command()
def show(
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
    revision: Annotated[int | None, typer.Option(min=1, help="Another than the last.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Every field, also the defaults.")
    ] = False,
) -> None:
    """Print the text of a revision as it was applied."""
    from regulars.programs import queries

    with session(database_url) as talk:
        shown = talk.run(queries.revision(talk.program(organization, program), revision))
    if as_json:
        typer.echo(json.dumps(json.loads(shown.document), ensure_ascii=False, indent=2))
    else:
        typer.echo(shown.source, nl=not shown.source.endswith("\n"))


@app.command()
def history(
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """List the revisions, the last one first."""
    from rich.console import Console
    from rich.table import Table

    from regulars.programs import queries

    with session(database_url) as talk:
        entries = talk.run(queries.history(talk.program(organization, program)))
    table = Table(box=None, header_style="bold")
    for column in ("number", "effective", "author", "note", "digest"):
        table.add_column(say(f"column_{column}"))
    for entry in entries:
        begins = moment(entry.effective_at)
        table.add_row(
            str(entry.number), begins, entry.author, entry.note, bytes(entry.digest).hex()[:12]
        )
    Console(highlight=False).print(table)


@app.command()
def rollback(
    number: Number,
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
    note: Note = "",
    yes: Yes = False,
) -> None:
    """Apply an older revision's document again, as a new revision."""
    from regulars.programs import operations, queries
    from regulars.programs.document import load

    with session(database_url) as talk:
        program_id = talk.program(organization, program)
        old = talk.run(queries.revision(program_id, number))
        last = talk.run(queries.revision(program_id))
        document = load(old.document)
        if not show_plan(document, last, talk.now):
            return
        agree(yes)
        applied = talk.run(
            operations.rollback(
                program_id=program_id,
                number=number,
                now=talk.now,
                note=note or say("rolled_back", number=number),
                author=author(),
                expect=last.number,
            )
        )
        when = moment(applied.effective_at, document.timezone)
        typer.echo(say("applied", number=applied.number, program=document.program, when=when))


@app.command()
def schema() -> None:
    """Print the JSON Schema of the document, for editors that complete and check while typing."""
    from regulars.programs.schema import json_schema

    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
