"""``regulars voucher lot``: codes in bulk: make them, bring them in, write them out, pause them."""

from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import typer

from regulars.cli._session import DatabaseUrl, OrganizationSlug, ProgramSlug, Session, session
from regulars.cli._words import moment
from regulars.kit.words import language
from regulars.kit.words import say as _say

if TYPE_CHECKING:
    from regulars.vouchers.files import FileRefused
    from regulars.vouchers.wire import LotOut

app = typer.Typer(help="Vouchers.", no_args_is_help=True)
lots = typer.Typer(help="Lots of codes.", no_args_is_help=True)
app.add_typer(lots, name="lot")

Lot = Annotated[str, typer.Argument(help="The name of the lot.")]
Definition = Annotated[str, typer.Option("--voucher", help="The voucher of the program it is of.")]
Uses = Annotated[int | None, typer.Option(min=1, help="How often each code can be used.")]
PerMember = Annotated[
    int | None, typer.Option(min=1, help="How often each member may use each code.")
]
Prefix = Annotated[str | None, typer.Option(help="Letters and digits before every code made.")]
From = Annotated[datetime | None, typer.Option("--from", help="From when; UTC.")]
Until = Annotated[datetime | None, typer.Option("--until", help="Until when; UTC.")]


def say(code: str, /, **figures: object) -> str:
    """A sentence of these commands."""
    return _say("regulars.cli", "voucher.toml", code, language(), **figures)


@lots.command()
def create(
    lot: Lot,
    voucher: Definition,
    count: Annotated[int | None, typer.Option(min=1, max=5_000_000, help="How many codes.")] = None,
    public: Annotated[str | None, typer.Option(help="Or: one code for everybody.")] = None,
    prefix: Prefix = None,
    uses: Uses = None,
    per_member: PerMember = None,
    valid_from: From = None,
    valid_until: Until = None,
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make codes, or one public code."""
    from regulars.vouchers.lots import generate

    if (count is None) == (public is None):
        raise typer.BadParameter(say("lot_count_or_public"))
    asked = _asked(lot, voucher, prefix, uses, per_member, valid_from, valid_until, public)
    with session(database_url) as talk:
        program_id = talk.program(organization, program)
        if count is None:
            made = _make(talk, program_id, asked)
        else:
            made = _make(
                talk, program_id, asked, (count, b""),
                [(code, None) for code in generate(count, prefix or "")],
            )  # fmt: skip
    typer.echo(say("lot_made", lot=made.lot, count=made.issued))


@lots.command("import")
def import_(
    lot: Lot,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV.")],
    voucher: Definition,
    prefix: Prefix = None,
    uses: Uses = None,
    per_member: PerMember = None,
    valid_from: From = None,
    valid_until: Until = None,
    region: Annotated[str, typer.Option(help="Whose phone numbers need no prefix.")] = "PL",
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Bring codes in from a CSV file with the columns code, member or both: all, or none.

    A row with a member makes a code of that member, a new one where it has none. The same file
    twice changes nothing.
    """
    from regulars.vouchers.files import FileRefused, digest, read, settle

    asked = _asked(lot, voucher, prefix, uses, per_member, valid_from, valid_until, None)
    with session(database_url) as talk:
        program_id = talk.program(organization, program)
        try:
            codes = read(file, region)
            mark = digest(codes)
            made = _make(
                talk, program_id, asked, (len(codes), mark), (),
                lambda: talk.run(settle(program_id, codes, prefix or "")),
                lambda: [(given.code, given.member_id) for given in codes],
            )  # fmt: skip
        except FileRefused as refused:
            _tell(refused, file)
            raise typer.Exit(1) from None
    typer.echo(say("lot_made", lot=made.lot, count=made.issued))


@lots.command()
def export(
    lot: Lot,
    file: Annotated[Path | None, typer.Argument(dir_okay=False, help="CSV; else printed.")] = None,
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Write the codes of a lot as CSV; no cell is one that a spreadsheet would run."""
    import sys

    from regulars.vouchers.files import write
    from regulars.vouchers.queries import lot as find

    with session(database_url) as talk:
        program_id = talk.program(organization, program)
        talk.run(find(program_id, lot))
        target = nullcontext(sys.stdout) if file is None else file.open("w", newline="")
        with target as out:
            count = write(out, program_id, lot, talk.run)
    typer.echo(say("lot_exported", lot=lot, count=count), err=True)


@lots.command()
def pause(
    lot: Lot,
    state: Annotated[
        Literal["paused", "active", "withdrawn"],
        typer.Option(help="active: it works again; withdrawn: for good."),
    ] = "paused",
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make the codes of a lot unusable, until they are to work again or for good."""
    from regulars.kit.http import Caller
    from regulars.vouchers.lots import SetLotState
    from regulars.vouchers.wire import LotStateIn

    with session(database_url) as talk:
        now = int(talk.now.timestamp())
        operation = SetLotState(lot, LotStateIn(state), Caller(), key=None, at=now)
        _carry_out(talk, talk.program(organization, program), operation)
    typer.echo(say(f"lot_{state}", lot=lot))


@lots.command("list")
def list_lots(
    program: ProgramSlug = None,
    organization: OrganizationSlug = None,
    database_url: DatabaseUrl = None,
) -> None:
    """List the lots with their codes issued and used."""
    from rich.console import Console
    from rich.table import Table

    from regulars.vouchers.queries import lot as find
    from regulars.vouchers.queries import lots as all_lots

    with session(database_url) as talk:
        program_id = talk.program(organization, program)
        found = [
            talk.run(find(program_id, each.lot)) for each in talk.run(all_lots(program_id)).lots
        ]
    table = Table(box=None, header_style="bold")
    for column in ("lot", "voucher", "source", "state", "issued", "used", "until"):
        table.add_column(say(f"column_{column}"))
    for each in found:
        until = moment(each.valid_until) if each.valid_until else ""
        used = "" if each.used is None else str(each.used)
        table.add_row(
            each.lot, each.voucher, each.source, each.state, str(each.issued), used, until
        )
    Console(highlight=False).print(table)


def _asked(
    lot: str, voucher: str, prefix: str | None, uses: int | None, per_member: int | None,
    valid_from: datetime | None, valid_until: datetime | None, public: str | None,
) -> Any:  # fmt: skip
    import msgspec

    from regulars.kit.problems import Invalid
    from regulars.vouchers.wire import LotIn

    asked = {
        "lot": lot, "voucher": voucher, "prefix": prefix, "uses": uses, "per_member": per_member,
        "public": public, "valid_from": _utc(valid_from), "valid_until": _utc(valid_until),
    }  # fmt: skip
    try:
        return msgspec.convert({k: v for k, v in asked.items() if v is not None}, LotIn)
    except msgspec.ValidationError as error:
        raise Invalid(f"{error}.") from None


def _utc(given: datetime | None) -> datetime | None:
    from datetime import UTC

    return None if given is None else given.replace(tzinfo=UTC)


def _make(
    talk: Session, program_id: UUID, asked: Any, copied: tuple[int, bytes] | None = None,
    codes: Any = (), before: Any = None, later: Any = None,
) -> "LotOut":  # fmt: skip
    """Record a lot and copy its codes, in one transaction; one that is there already is left."""
    import msgspec

    from regulars.kit.http import Caller
    from regulars.vouchers.files import copy
    from regulars.vouchers.lots import MakeLot
    from regulars.vouchers.wire import LotOut

    now = int(talk.now.timestamp())
    operation = MakeLot(asked, Caller(), key=None, at=now, copied=copied)
    with talk.connection.transaction():
        text = _carry_out(talk, program_id, operation)
        made = msgspec.json.decode(text, type=LotOut)
        if copied and operation.recorded:
            if before is not None:
                before()
            with talk.connection.cursor() as cursor:
                copy(cursor, program_id, made, later() if later is not None else codes)
    return made


def _carry_out(talk: Session, program_id: UUID, operation: Any) -> str:
    """An operation in a batch of its own: its answer."""
    from regulars.activities.batch import run_batch
    from regulars.activities.context import Context
    from regulars.kit.ids import Ids
    from regulars.programs.snapshot import load

    context = Context(program_id, talk.run(load(program_id)))
    now = int(talk.now.timestamp())
    (answer,) = talk.run(run_batch(context, [operation], now=now, ids=Ids()))
    for trouble in (answer.bug, answer.problem):
        if trouble is not None:
            raise trouble
    return str(answer.text)


def _tell(refused: "FileRefused", file: Path) -> None:
    from regulars.vouchers.files import MOST_TOLD

    for fault in refused.faults[:MOST_TOLD]:
        typer.echo(f"{file}:{fault.words(language())}", err=True)
    typer.echo(say("lot_refused", count=len(refused.faults)), err=True)
