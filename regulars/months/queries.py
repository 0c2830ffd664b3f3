"""Which months there are, and which have been put away."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self
from uuid import UUID

from msgspec import Struct

from regulars.kit.problems import Conflict
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

SQL = statements("regulars.months", "months.sql")


class MonthDetached(Conflict):
    """What is asked about may well exist, in a month that is not in the database."""

    code = "month_detached"
    title = "This lies in a month that has been put away"

    @classmethod
    def of(cls, month: str) -> Self:
        return cls(
            f"What was recorded in {month} is not in the database. Have the month attached: "
            f"regulars partitions attach {month}.",
            month=month,
        )


class Part(Struct, frozen=True):
    """A part of a table: rows with ids from ``since`` to before ``until``, None without end."""

    name: str
    rows: int
    """As last counted by the database itself; -1 before it did."""
    bytes: int
    since: UUID | None
    until: UUID | None


class Detached(Struct, frozen=True):
    """A month that has been put away: how many rows, and where they are."""

    name: str
    since: UUID | None
    until: UUID
    activities: int
    postings: int
    detached_at: datetime
    exported_at: datetime | None
    dropped_at: datetime | None
    activities_sum: int
    postings_sum: int


def parts(table: str) -> Steps[list[Part]]:
    """Parts of ``activity`` or ``posting``, from the first to the last one."""
    return [Part(*row) for row in (yield Step(SQL["parts"], (table,)))]


def detached() -> Steps[list[Detached]]:
    return [Detached(*row) for row in (yield Step(SQL["detached"]))]


def kept_months() -> Steps[int | None]:
    """How many months stay by the declared rule; None: all of them."""
    rows = yield Step(SQL["rule"])
    return int(rows[0][0]) if rows else None


def put_away(ids: Iterable[UUID]) -> Steps[dict[UUID, str]]:
    """Of ids that were not found, those that would be in a detached month, with its name."""
    rows = yield Step(SQL["put_away"], (sorted(ids),))
    return {row[0]: row[1] for row in rows}


def must_be_here(id_: UUID) -> Steps[None]:
    """Raise `MonthDetached` where that is why something was not found."""
    for month in (yield from put_away([id_])).values():
        raise MonthDetached.of(month)
