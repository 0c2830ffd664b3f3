"""A document on the command line: read it, tell its errors, show what it would change, ask."""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import typer

from regulars.cli._session import Session
from regulars.cli._words import moment, say
from regulars.kit.problems import Invalid, NotFound
from regulars.kit.words import language

if TYPE_CHECKING:
    from regulars.programs.diff import Change
    from regulars.programs.document import Document
    from regulars.programs.faults import Finding
    from regulars.programs.queries import Shown

_STYLES = {
    "added": ("+", "green"),
    "removed": ("-", "red"),
    "changed": ("~", "yellow"),
    "moved": ("~", "yellow"),
}


def read(file: str) -> str:
    """The text of a file, or of the input for ``-``."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise NotFound(say("unreadable", file=file, error=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise Invalid(say("not_utf8", file=file, position=error.start)) from error


def lines(file: str, findings: "Iterable[Finding]") -> Iterator[str]:
    """Each finding as ``file:line: path: message; suggestion``, as editors understand it."""
    for finding in findings:
        place = f"{file}:{finding.line}" if finding.line else file
        severity = f"{say('warning')}: " if finding.severity == "warning" else ""
        path = f"{finding.path}: " if finding.path else ""
        hint = f"; {finding.suggestion}" if finding.suggestion else ""
        yield f"{place}: {severity}{path}{finding.message}{hint}"


def parsed(file: str, text: str) -> "Document":
    """The document. With errors, all of them are told and the command ends with code 1."""
    from regulars.programs.document import check

    found = check(text)
    if found.document is None:
        for line in lines(file, found.errors):
            typer.echo(line, err=True)
        raise typer.Exit(1)
    return found.document


def present(talk: Session, organization_id: UUID, document: "Document") -> "Shown | None":
    """The last revision of the program the document names."""
    from regulars.programs import queries

    program_id = talk.run(queries.programs(organization_id)).get(document.program)
    return None if program_id is None else talk.run(queries.last_revision(program_id))


def show_plan(document: "Document", last: "Shown | None", now: datetime) -> bool:
    """Print what would change; False when nothing would."""
    from rich.console import Console
    from rich.text import Text

    from regulars.programs.diff import diff
    from regulars.programs.document import load

    console = Console(highlight=False, soft_wrap=True)
    changes = diff(load(last.document) if last else None, document)
    number = last.number if last else 0
    if not changes:
        console.print(say("nothing_changes", program=document.program, number=number))
        return False
    console.print(
        say("plan", program=document.program, number=number, next=number + 1), style="bold"
    )
    for change in changes:
        sign, style = _STYLES[change.sort]
        console.print(Text(f"  {sign} {change.words(language())}", style))
        for sentence in _rule(change, document):
            console.print(Text(f"      {sentence}", "dim"))
    if last is not None and last.effective_at > now:
        when = moment(last.effective_at, document.timezone)
        console.print(say("overtakes", number=number, when=when), style="yellow")
    return True


def agree(yes: bool) -> None:
    """Ask before something is changed; a script says --yes."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Invalid(say("say_yes"))
    typer.confirm(say("apply_it"), abort=True)


def instant(text: str | None, timezone: str) -> datetime | None:
    """A day or time as typed, in the program's time zone unless it names its own."""
    from regulars.kit.periods import zone

    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(say("not_a_time", text=text)) from error
    return at if at.tzinfo else at.replace(tzinfo=zone(timezone))


def _rule(change: "Change", document: "Document") -> Iterator[str]:
    """What a new campaign does, in a sentence."""
    from regulars.engine.explain import sentence
    from regulars.engine.program import compile_rules

    if change.noun == "campaign" and change.sort == "added":
        yield sentence(compile_rules(document), change.name, language())
