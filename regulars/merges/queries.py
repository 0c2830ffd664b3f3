"""What two members have, side by side, for who is about to merge them."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.members.known import UnknownMember

SQL = statements("regulars.merges", "merge.sql")


class Side(NamedTuple):
    """One of the two."""

    id: UUID
    joined_at: datetime
    purchases: int
    spend_minor: int
    last_purchase_at: datetime | None
    tier: str
    status: str
    attributes: dict[str, Any]
    vouchers: int
    reserved: int
    friends: int
    household: UUID | None
    identifiers: list[tuple[str, str, str]]
    """Kind, value, status."""
    accounts: dict[str, tuple[int, int, int, int]]
    """By asset: pending, available, held, owed."""


def sides(program_id: UUID, kept: UUID, gone: UUID) -> Steps[tuple[Side, Side]]:
    """Both, the survivor first; `UnknownMember` where one of them is not there."""
    rows = yield Step(SQL["preview"], (program_id, kept, gone))
    found = {row[0]: _side(row) for row in rows}
    if kept not in found or gone not in found:
        raise UnknownMember
    return found[kept], found[gone]


def _side(row: Any) -> Side:
    *head, identifiers, accounts = row
    head[7] = msgspec.json.decode(head[7])
    named = [tuple(one) for one in msgspec.json.decode(identifiers or "[]")]
    parts = {asset: tuple(figures) for asset, *figures in msgspec.json.decode(accounts or "[]")}
    return Side._make((*head, named, parts))
