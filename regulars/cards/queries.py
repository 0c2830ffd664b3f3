"""Reading cards: what became of a number, which batches there are, what is to be printed."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from regulars.cards.design import Design
from regulars.cards.wire import Platform, State
from regulars.kit.problems import NotFound
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

SQL = statements("regulars.cards", "queries.sql")
STATES = ("made", "active", "issued", "replaced", "blocked", "lost")
_PAGE = 1_000
_design = msgspec.json.Decoder(Design)


class UnknownCard(NotFound):
    code = "unknown_card"
    title = "There is no card of this number"

    def __init__(self) -> None:
        super().__init__("Check the number: no batch has it, and nobody holds it.")


class Batch(NamedTuple):
    """A batch. ``design`` and ``logo`` are read where they are needed."""

    id: UUID
    name: str
    symbology: str
    numbering: str
    activation: str
    size: int
    made_at: datetime
    activated_at: datetime | None
    made_by: str
    design: Design | None = None
    logo: bytes | None = None


class Card(NamedTuple):
    """A number and what became of it; ``secret`` where it is electronic."""

    number: str
    state: State
    member_id: UUID | None
    replaced_by: str | None
    batch_id: UUID | None
    batch: str | None
    position: int
    symbology: str
    design: Design | None
    logo: bytes | None
    secret: bytes | None


class Pass(NamedTuple):
    serial: UUID
    platform: Platform
    token: str
    voided: bool


def card(program_id: UUID, number: str) -> Steps[Card]:
    """The card of a number, or `UnknownCard`."""
    rows = yield Step(SQL["card"], (program_id, number))
    if not rows:
        raise UnknownCard
    state, member, replaced_by, batch_id, batch, position, symbology, design, logo, secret = rows[0]
    return Card(
        number, state, member, replaced_by, batch_id, batch, position, symbology or "qr",
        None if design is None else _design.decode(design),
        None if logo is None else bytes(logo),
        None if secret is None else bytes(secret),
    )  # fmt: skip


def batches(program_id: UUID) -> Steps[list[Batch]]:
    """All batches, in the order in which they were made."""
    rows = yield Step(SQL["batches"], (program_id,))
    return [Batch(*row) for row in rows]


def batch(program_id: UUID, name: str | None) -> Steps[Batch]:
    """The batch of a name or id; without one, the only one there is."""
    if name is None:
        found = yield from batches(program_id)
        if len(found) != 1:
            names = ", ".join(one.name for one in found) or "none yet (regulars cards make)"
            raise NotFound(f"Name the batch; there are: {names}.")
        name = str(found[0].id)
    rows = yield Step(SQL["batch"], (program_id, name))
    if not rows:
        raise NotFound(f"There is no batch {name!r}: regulars cards show lists them.")
    *plain, design, logo = rows[0]
    read = _design.decode(design)
    return Batch(*plain)._replace(design=read, logo=None if logo is None else bytes(logo))


def stock_of(program_id: UUID, numbers: Sequence[str]) -> Steps[dict[str, str]]:
    """Those of many numbers that are in a batch, and how they stand there."""
    if not numbers:
        return {}
    return dict((yield Step(SQL["stock"], (program_id, list(numbers)))))


def counts(program_id: UUID, batch_id: UUID) -> Steps[dict[str, int]]:
    """How many cards of a batch are in each state."""
    rows = dict((yield Step(SQL["counts"], (program_id, batch_id))))
    return {state: rows[state] for state in STATES if state in rows}


def passes(program_id: UUID, number: str) -> Steps[list[Pass]]:
    """The wallet passes of a card."""
    rows = yield Step(SQL["passes"], (program_id, number))
    return [Pass(*row) for row in rows]


def numbers(
    run: Callable[[Steps[Any]], Any], program_id: UUID, batch_id: UUID, first: int, last: int
) -> Iterator[tuple[int, str]]:
    """Position and number of cards ``first`` to ``last`` of a batch, read page by page."""
    at = first - 1
    while at < last:
        rows = run(_page(program_id, batch_id, at, last))
        if not rows:
            return
        yield from rows
        at = rows[-1][0]


def _page(program_id: UUID, batch_id: UUID, after: int, last: int) -> Steps[list[tuple[int, str]]]:
    rows = yield Step(SQL["numbers"], (program_id, batch_id, after, last, _PAGE))
    return [(position, number) for position, number in rows]
