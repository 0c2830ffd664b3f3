"""Batches: a hundred thousand numbers in one transaction, brought in by COPY."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from regulars.cards.design import Design, sound_logo
from regulars.cards.numbers import Numbers
from regulars.kit.ids import Ids
from regulars.kit.problems import Conflict, Invalid
from regulars.kit.sql import statements

MOST_CARDS = 1_000_000
_SQL = statements("regulars.cards", "batches.sql")
_TRIES = 20
_ids = Ids()


class NumbersTaken(Conflict):
    code = "card_numbers_taken"
    title = "Some of these numbers exist already"


class NameTaken(Conflict):
    code = "card_batch_name_taken"
    title = "There is a batch of this name"


class Order(Struct, frozen=True):
    """What is to be made."""

    name: str
    count: int
    numbers: Numbers
    design: Design
    first: int | None = None
    """Where a range begins; None draws random numbers."""
    activation: Literal["batch", "first_use"] = "batch"
    logo: bytes | None = None
    by: str = ""


def make_batch(connection: Any, program_id: UUID, order: Order, *, now: datetime) -> UUID:
    """Make the cards of an order on a psycopg connection; all of them or, with a problem, none.

    A number that a member has, or that another batch has, is not made again: a range that has one
    is refused, of random numbers another is drawn.
    """
    if not 1 <= order.count <= MOST_CARDS:
        raise Invalid(f"A batch has 1 to {MOST_CARDS:,} cards.")
    if not order.name.strip() or len(order.name) > 100 or not order.name.isprintable():
        raise Invalid("Name the batch, in at most 100 characters.")
    order.numbers.check()
    logo = None if order.logo is None else sound_logo(order.logo)
    batch_id = _ids.make(int(now.timestamp() * 1000))
    with connection.transaction(), _raw(connection) as cursor:
        design = msgspec.json.encode(order.design).decode()
        cursor.execute(_SQL["add_batch"], (
            program_id, batch_id, order.name.strip(), order.numbers.symbology,
            "random" if order.first is None else "range", order.activation, order.count, design,
            logo, order.by, now, now if order.activation == "first_use" else None,
        ))  # fmt: skip
        if not cursor.rowcount:
            raise NameTaken(f"There is a batch {order.name!r} already: give another name.")
        cursor.execute(_SQL["staging"])
        _fill(cursor, program_id, batch_id, order)
        cursor.execute(_SQL["drop_staging"])
    return batch_id


def _fill(cursor: Any, program_id: UUID, batch_id: UUID, order: Order) -> None:
    made = 0
    for _ in range(_TRIES):
        wanted = order.count - made
        if order.first is None:
            numbers = order.numbers.random(wanted, secrets.randbelow)
        else:
            numbers = order.numbers.range(order.first, wanted)
        cursor.execute(_SQL["empty_staging"])
        with cursor.copy(_SQL["copy"]) as copy:
            copy.write("".join(f"{made + n}\t{text}\n" for n, text in enumerate(numbers, 1)))
        cursor.execute(_SQL["take"], (program_id, batch_id))
        made += cursor.rowcount
        if made == order.count:
            return
        if order.first is not None:
            raise NumbersTaken(
                f"{order.count - made} of the {order.count} numbers exist already: begin the range "
                "elsewhere."
            )
        cursor.execute(_SQL["close_gaps"], (program_id, batch_id))
    raise NumbersTaken("Too few numbers are free: use more digits or another prefix.")


@contextmanager
def _raw(connection: Any) -> Iterator[Any]:
    from psycopg import RawCursor

    with RawCursor(connection) as cursor:
        yield cursor
