"""``regulars cards``: make batches of cards, print them, put them into use, look them up."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Literal
from uuid import UUID

import typer

from regulars.cli import _words
from regulars.cli._session import (
    DatabaseUrl,
    OrganizationSlug,
    ProgramSlug,
    Session,
    author,
    session,
)
from regulars.cli._words import moment
from regulars.kit import words

if TYPE_CHECKING:
    from regulars.cards.design import Design
    from regulars.cards.queries import Batch

app = typer.Typer(help="Cards in batches: make, print, put into use.", no_args_is_help=True)

BatchName = Annotated[
    str | None, typer.Argument(help="The batch's name; not needed where there is only one.")
]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", dir_okay=False, help="The file to write; - = here.")
]
First = Annotated[int, typer.Option("--from", min=1, help="The first card of the batch.")]
Last = Annotated[int | None, typer.Option("--to", min=1, help="The last card of the batch.")]


def say(code: str, /, **figures: object) -> str:
    """A sentence of this group, or one that all commands share."""
    if code.startswith("column_"):
        return _words.say(code)
    return words.say("regulars.cli", "cards.toml", code, words.language(), **figures)


@app.command()
def make(
    name: Annotated[str, typer.Argument(help="What the batch is called.")],
    count: Annotated[int, typer.Option(min=1, help="How many cards.")],
    prefix: Annotated[
        str | None, typer.Option(help="The first digits; 29, or 20 for EAN-13, where left out.")
    ] = None,
    length: Annotated[int, typer.Option(help="Digits of a number; EAN-13 always has 13.")] = 16,
    first: Annotated[
        int | None,
        typer.Option("--range-from", min=0, help="Count from here; else numbers are random."),
    ] = None,
    symbology: Annotated[
        Literal["qr", "code128", "ean13"], typer.Option(help="What is printed for scanners.")
    ] = "qr",
    activation: Annotated[
        Literal["batch", "first-use"],
        typer.Option(help="When cards can be used: after 'activate', or at once."),
    ] = "batch",
    design: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="YAML: texts and colour.")
    ] = None,
    logo: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A PNG or JPEG picture.")
    ] = None,
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make a batch: all its cards in one transaction, or none."""
    from regulars.cards.batches import Order, make_batch
    from regulars.cards.numbers import Numbers

    ean = symbology == "ean13"
    numbers = Numbers(
        (("20" if ean else "29") if prefix is None else prefix), 13 if ean else length, symbology
    )
    with session(database_url) as talk:
        program_id = talk.program(organization, program)
        order = Order(
            name, count, numbers, _design(talk, program_id, design), first,
            "first_use" if activation == "first-use" else "batch",
            None if logo is None else logo.read_bytes(), author(),
        )  # fmt: skip
        make_batch(talk.connection, program_id, order, now=talk.now)
    typer.echo(say(f"cards_made_{order.activation}", name=name, count=f"{count:,}"))


@app.command()
def pdf(
    name: BatchName = None,
    out: Out = None,
    paper: Annotated[
        Literal["a4", "card"],
        typer.Option(help="a4: ten on a sheet, to be cut; card: one a page, for a card printer."),
    ] = "a4",
    first: First = 1,
    last: Last = None,
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Write the cards as a PDF, fronts and backs by turns."""
    from regulars.cards.queries import batch, numbers
    from regulars.cards.sheets import write_pdf

    with session(database_url) as talk:
        program_id = talk.program(organization, program)
        found = talk.run(batch(program_id, name))
        assert found.design is not None
        design = found.design
        cards = numbers(talk.run, program_id, found.id, first, last or found.size)
        with _Target(out, f"{_file_name(found)}.pdf") as target:
            pages = write_pdf(
                target.file, cards, title=found.name, design=design,
                symbology=found.symbology, logo=found.logo, paper=paper,
            )  # fmt: skip
    typer.echo(say("cards_pages", pages=f"{pages:,}", file=target.name), err=True)


@app.command("csv")
def as_csv(
    name: BatchName = None,
    out: Out = None,
    first: First = 1,
    last: Last = None,
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Write the numbers as a table for a print house."""
    import io

    from regulars.cards.queries import batch, numbers
    from regulars.cards.sheets import write_csv

    with session(database_url) as talk:
        program_id = talk.program(organization, program)
        found = talk.run(batch(program_id, name))
        cards = numbers(talk.run, program_id, found.id, first, last or found.size)
        with _Target(out, f"{_file_name(found)}.csv") as target:
            text = io.TextIOWrapper(target.file, "utf-8-sig", newline="", write_through=True)
            count = write_csv(text, cards, batch=found.name, symbology=found.symbology)
            text.detach()
    typer.echo(say("cards_rows", count=f"{count:,}", file=target.name), err=True)


@app.command()
def activate(
    name: BatchName = None,
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Put a batch into use: whoever uses one of its cards first becomes a member."""
    from regulars.cards import operations, queries

    with session(database_url) as talk:
        program_id = talk.program(organization, program)
        found = talk.run(queries.batch(program_id, name))
        count = talk.run(operations.activate(program_id, found, now=talk.now))
    typer.echo(say("cards_activated", name=found.name, count=f"{count:,}"))


@app.command()
def show(
    card: Annotated[str | None, typer.Argument(help="A card number; all batches without.")] = None,
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Show the batches and the states of their cards, or what became of one card."""
    from regulars.cards import queries
    from regulars.identifiers.resolve import identify

    with session(database_url) as talk:
        program_id = talk.program(organization, program)
        if card is None:
            _table(talk, program_id, talk.run(queries.batches(program_id)))
            return
        _, number = identify("card", card.removeprefix("card:"))
        found = talk.run(queries.card(program_id, number))
    typer.echo(f"{found.number}  {say(f'card_{found.state}')}")
    for code, value in (
        ("card_batch", found.batch), ("card_member", found.member_id),
        ("card_replaced_by", found.replaced_by),
    ):  # fmt: skip
        if value is not None:
            typer.echo(f"  {say(code)}: {value}")
    if found.secret is not None:
        typer.echo(f"  {say('card_electronic')}")


def _table(talk: Session, program_id: UUID, batches: "list[Batch]") -> None:
    from rich.console import Console
    from rich.table import Table

    from regulars.cards.queries import STATES, counts

    table = Table(box=None, header_style="bold")
    for column in ("card_batch", "cards_symbology", "column_created", "cards_size"):
        table.add_column(say(column))
    for state in STATES:
        table.add_column(say(f"card_{state}"), justify="right")
    for one in batches:
        found = talk.run(counts(program_id, one.id))
        states = [f"{found[state]:,}" if state in found else "" for state in STATES]
        table.add_row(one.name, one.symbology, moment(one.made_at), f"{one.size:,}", *states)
    Console(highlight=False).print(table)


def _design(talk: Session, program_id: UUID, file: Path | None) -> "Design":
    from regulars.cards.design import read
    from regulars.kit.problems import Invalid
    from regulars.programs.document import load
    from regulars.programs.queries import revision

    document = load(talk.run(revision(program_id)).document)
    try:
        text = "" if file is None else file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Invalid(f"{file} is not UTF-8 text; save it as UTF-8.") from None
    return read(text, dict(document.name) or {"en": document.program})


def _file_name(batch: "Batch") -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in batch.name)


class _Target:
    """A file that appears when it is whole, or the standard output."""

    def __init__(self, out: Path | None, usual: str) -> None:
        self._path = None if str(out) == "-" else out or Path(usual)
        self.name = "-" if self._path is None else str(self._path)
        self.file: BinaryIO

    def __enter__(self) -> "_Target":
        if self._path is None:
            self.file = sys.stdout.buffer
        else:
            self._part = self._path.with_name(f"{self._path.name}.part")
            self.file = self._part.open("wb")
        return self

    def __exit__(self, kind: Any, *rest: object) -> None:
        if self._path is None:
            self.file.flush()
            return
        self.file.close()
        if kind is None:
            os.replace(self._part, self._path)
        else:
            with suppress(OSError):
                self._part.unlink()
