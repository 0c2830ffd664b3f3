"""``regulars privacy``: what is kept about members, and forgetting it."""

import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from regulars.cli._session import DatabaseUrl, OrganizationSlug, ProgramSlug, Session, session
from regulars.cli._words import moment
from regulars.kit import words
from regulars.kit.problems import Invalid

app = typer.Typer(help="What is kept about members, and forgetting it.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(help="card:..., phone:..., email:... or id:...")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
File = Annotated[
    Path | None, typer.Argument(help="A list as this command prints it; - is standard input.")
]


def say(code: str, /, **figures: object) -> str:
    return words.say("regulars.cli", "privacy.toml", code, words.language(), **figures)


def _seconds(talk: Session) -> int:
    return int(talk.now.timestamp())


def _member(talk: Session, program_id: UUID, who: str) -> UUID:
    from regulars.identifiers.resolve import resolve
    from regulars.members.queries import find

    return talk.run(find(program_id, resolve(who, "PL"))).id


@app.command()
def export(
    member: Who,
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Print everything that is kept about a member, as JSON."""
    from regulars.privacy.copies import document, everything

    with session(database_url) as talk:
        program_id = talk.program(organization, program)
        found = talk.run(everything(program_id, _member(talk, program_id, member)))
    typer.echo(document(found).decode())


@app.command()
def erase(
    member: Who,
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
    yes: Yes = False,
) -> None:
    """Forget a member for good: what names them goes, the books stay. Nobody can undo it."""
    from psycopg import RawCursor

    from regulars.activities.context import Context
    from regulars.privacy.tombstones import erase_one
    from regulars.programs.snapshot import load

    with session(database_url) as talk:
        program_id = talk.program(organization, program)
        found = _member(talk, program_id, member)
        if not yes:
            _agree(member)
        context = Context(program_id, talk.run(load(program_id)))
        with talk.connection.transaction(), RawCursor(talk.connection) as cursor:
            erase_one(cursor, context, found, _seconds(talk), "staff")
    typer.echo(say("erased"))


def _agree(member: str) -> None:
    if not sys.stdin.isatty():
        raise Invalid(say("say_yes"))
    typer.confirm(say("sure", who=member), abort=True)


@app.command()
def erased(
    file: File = None,
    apply: Annotated[bool, typer.Option("--apply", help="Erase again who is there.")] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Print who was erased, a line each: keep it apart from the backups. After a restore, give the
    list and --apply: who came back with the backup is erased again. The list names nobody."""
    from regulars.privacy.queries import still_there, tombstones
    from regulars.privacy.tombstones import again, read, write

    with session(database_url) as talk:
        if file is None and not apply:
            typer.echo(write(talk.run(tombstones())), nl=False)
            return
        text = "" if file is None else sys.stdin.read() if str(file) == "-" else file.read_text()
        kept = [*read(text), *talk.run(tombstones())]
        if apply:
            typer.echo(say("again", count=again(talk.connection, kept, _seconds(talk))))
        else:
            typer.echo(say("none_there", count=len(talk.run(still_there(kept)))))


@app.command()
def report(
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Tell what is kept how long, and what of it is due."""
    from regulars.privacy.retention import report as reported
    from regulars.programs.document import load as document
    from regulars.programs.queries import revision

    with session(database_url) as talk:
        program_id = talk.program(organization, program)
        rules = document(talk.run(revision(program_id)).document)
        told = talk.run(reported(program_id, rules.privacy, _seconds(talk)))
    lines = [[say(name) for name in ("clock", "period", "due", "done", "forgotten")]]
    for one in told:
        kept = "months" if one.clock.months else "days"
        number = one.clock.months or one.clock.days
        lines.append([
            one.clock.name, say(kept, number=number) if number else say("forever"), str(one.due),
            moment(one.done_at, rules.timezone) if one.done_at else "", str(one.forgotten),
        ])  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        typer.echo("  ".join(map(str.ljust, line, widths)).rstrip())


@app.command()
def forget(database_url: DatabaseUrl = None) -> None:
    """Forget what is due, now; the worker does it every hour."""
    from regulars.privacy.retention import apply

    with session(database_url) as talk:
        count = apply(talk.connection, _seconds(talk))
    typer.echo(say("forgot", count=count))
