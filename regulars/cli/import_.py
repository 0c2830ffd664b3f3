"""``regulars import``: purchases, members, products, cards and rewards from files."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import typer

from regulars.cli._document import lines, read
from regulars.cli._session import (
    DatabaseUrl,
    OrganizationSlug,
    ProgramSlug,
    Session,
    author,
    session,
)

if TYPE_CHECKING:
    from regulars.imports.mapping import Mapping
    from regulars.imports.operations import Hearing, Outcome
    from regulars.imports.rows import Given


What = Literal["purchases", "members", "products", "cards", "rewards"]
Unknown = Literal["refuse", "anonymous", "join"]


def command(
    what: Annotated[What, typer.Argument(help="What the rows of the file are.")],
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or Parquet."),
    ] = None,
    mapping: Annotated[
        str | None, typer.Option(help="YAML: which column is which of our fields.")
    ] = None,
    unknown: Annotated[
        Unknown,
        typer.Option(
            help="Purchases of unknown members: refuse the file, record them without a member, or "
            "let the members join."
        ),
    ] = "refuse",
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check and try all of it, and keep nothing.")
    ] = False,
    chunk: Annotated[
        int, typer.Option(min=1, max=50_000, help="Operations in one transaction.")
    ] = 5_000,
    delimiter: Annotated[
        str | None, typer.Option(help="Between the columns: , ; tab or |. Found by itself.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="utf-8; or cp1250, cp1251 and others.")
    ] = None,
    errors: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the errors to this CSV file, too.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The result as one JSON object.")] = False,
    template: Annotated[
        bool, typer.Option("--template", help="Print an example file and an example mapping.")
    ] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of the mapping.")
    ] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Bring in a file of purchases, members, products, cards or rewards: all, or every error.

    Interrupted, the same command goes on where it was; done, the same file changes nothing.
    """
    from regulars.imports.faults import Refused, say
    from regulars.imports.mapping import DELIMITERS, ENCODINGS
    from regulars.imports.rows import Given

    if template or schema:
        typer.echo(_form(what, schema), nl=False)
        return
    if file is None:
        raise typer.BadParameter(say("no_file", what=what))
    _among(delimiter, DELIMITERS, "--delimiter")
    _among(encoding, ENCODINGS, "--encoding")
    given = Given(what, file, _mapping(what, mapping), delimiter, encoding)
    started = time.monotonic()
    with session(database_url) as talk:
        program_id = talk.program(organization, program)
        try:
            with _progress(quiet=as_json) as hearing:
                outcome = _carry_out(talk, given, program_id, hearing, unknown, chunk, dry_run)
        except Refused as refused:
            _tell_faults(refused, given, as_json)
            if errors is not None:
                errors.write_text(refused.faults.table(), encoding="utf-8-sig", newline="")
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            typer.echo(say("interrupted"), err=True)
            raise typer.Exit(130) from None
    _tell(outcome, given, dry_run, as_json, time.monotonic() - started)


def _carry_out(
    talk: Session, given: "Given", program_id: UUID, hearing: "Hearing", unknown: Unknown,
    chunk: int, dry: bool,
) -> "Outcome":  # fmt: skip
    from regulars.imports import operations
    from regulars.imports.rewards import Author

    now, who = int(talk.now.timestamp()), author()
    if given.noun in operations.IN_ONE:
        with talk.connection.transaction(force_rollback=dry):
            return operations.put(
                given, program_id=program_id, run=talk.run, hearing=hearing, now=now,
                author=Author(who, None, talk.now),
            )  # fmt: skip
    return operations.carry_out(
        given, program_id=program_id, database_url=os.environ["DATABASE_URL"], run=talk.run,
        hearing=hearing, now=now, unknown=unknown, chunk=chunk, dry=dry, by=who,
    )  # fmt: skip


def _mapping(noun: Any, file: str | None) -> "Mapping | None":
    """The mapping of a file. With errors, all of them are told and the command ends with code 1."""
    from regulars.imports.mapping import InvalidMapping, parse

    if file is None:
        return None
    try:
        return parse(noun, read(file))
    except InvalidMapping as invalid:
        for line in lines(file, invalid.findings):
            typer.echo(line, err=True)
        raise typer.Exit(1) from None


def _among(value: str | None, allowed: tuple[str, ...], option: str) -> None:
    if value is not None and value not in allowed:
        raise typer.BadParameter(f"{option}: {' | '.join(allowed)}")


def _form(noun: Any, schema: bool) -> str:
    from regulars.imports.mapping import json_schema
    from regulars.imports.mapping import template as example

    if schema:
        return json.dumps(json_schema(noun), ensure_ascii=False, indent=2) + "\n"
    table, mapping = example(noun)
    return f"# {noun}.csv\n{table}\n# mapping.yaml\n{mapping}"


@contextmanager
def _progress(*, quiet: bool) -> Iterator["Hearing"]:
    """A bar for reading and one for carrying out, with rate and time left, where somebody looks."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from regulars.imports.faults import say
    from regulars.imports.operations import Hearing

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"),
        TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
    )  # fmt: skip
    shown = console.is_terminal and not quiet
    with Progress(*columns, console=console, transient=True, disable=not shown) as bars:
        reading = bars.add_task(say("reading"), total=1.0, rate="")
        doing = bars.add_task(say("carrying_out"), total=None, rate="", visible=False)

        def done(number: int, total: int) -> None:
            speed = bars.tasks[doing].speed
            rate = f"{speed:,.0f}/s" if speed else ""
            bars.update(doing, completed=number, total=total, visible=True, rate=rate)

        yield Hearing(lambda part: bars.update(reading, completed=part), done)


def _tell_faults(refused: Any, given: "Given", as_json: bool) -> None:
    from regulars.imports.faults import say

    faults = refused.faults
    if as_json:
        told = [
            {
                "line": fault.line,
                "column": fault.column,
                "code": fault.code,
                "message": fault.words(),
            }
            for fault in faults.first
        ]
        found = {"file": given.path.name, "errors": faults.count, "first": told}
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for fault in faults.first:
        typer.echo(fault.told(str(given.path)), err=True)
    if faults.count > len(faults.first):
        typer.echo(say("more_faults", count=faults.count - len(faults.first)), err=True)
    typer.echo(say("nothing_imported", count=faults.count), err=True)


def _tell(outcome: "Outcome", given: "Given", dry: bool, as_json: bool, seconds: float) -> None:
    from regulars.imports.summary import figures, summary

    if as_json:
        told = {"file": given.path.name, "kind": given.noun, "dry_run": dry}
        told |= figures(outcome) | {"seconds": round(seconds, 3)}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for line in summary(outcome, given.noun, given.path.name, dry):
            typer.echo(line)
