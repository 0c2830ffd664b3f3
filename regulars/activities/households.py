"""Households as a batch works on them: who belongs together, and who was asked to join.

There is no lock of a household. Whoever changes one locks all its members and lets their versions
grow; so whoever reads it beside the lock of any member sees that what was read is old.
"""

from collections import defaultdict
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct


class Membership(Struct):
    """Somebody who belongs to a household: ``head``, ``member`` or ``child``."""

    member_id: UUID
    role: str
    joined_at: int
    left_at: int | None = None
    changed: bool = False


class Invitation(Struct):
    """Somebody was asked to join, and has to say yes until it lapses."""

    member_id: UUID
    role: str
    invited_by: UUID
    lapses_at: int
    outcome: str | None = None
    changed: bool = False


class Household(Struct):
    """A household or team, with those who belong to it now and the invitations still open."""

    id: UUID
    kind: str
    founded_at: int
    members: dict[UUID, Membership]
    invitations: dict[UUID, Invitation]
    dissolved_at: int | None = None
    left: list[Membership] = msgspec.field(default_factory=list)
    """Who left in this unit of work."""
    changed: bool = False

    @property
    def head(self) -> UUID:
        return next(m.member_id for m in self.members.values() if m.role == "head")


class _Row(Struct, array_like=True):
    """A household as the load statement tells it."""

    id: UUID
    kind: str
    founded_at: int
    dissolved_at: int | None
    members: list[tuple[UUID, str, int]] | None
    invitations: list[tuple[UUID, str, UUID, int]] | None


class _Loaded(Struct, array_like=True):
    households: list[_Row] | None
    left: list[tuple[UUID, int]] | None


_loaded = msgspec.json.Decoder(_Loaded)


class Households:
    """Those that a batch has loaded."""

    __slots__ = ("by_id", "left_at", "of")

    def __init__(self) -> None:
        self.by_id: dict[UUID, Household] = {}
        self.of: dict[UUID, Household] = {}
        """The household of a member."""
        self.left_at: dict[UUID, int] = {}
        """When a member last left one."""

    def fill(self, text: str | None) -> None:
        """Take up the answer of the load statement."""
        if not text:
            return
        loaded = _loaded.decode(text)
        for row in loaded.households or ():
            members = {one[0]: Membership(*one) for one in row.members or ()}
            invitations = {one[0]: Invitation(*one) for one in row.invitations or ()}
            self.add(
                Household(row.id, row.kind, row.founded_at, members, invitations, row.dissolved_at)
            )
        self.left_at = dict(loaded.left or ())

    def add(self, household: Household) -> None:
        self.by_id[household.id] = household
        for member_id in household.members:
            self.of[member_id] = household

    def together(self, one: UUID, other: UUID) -> bool:
        """Whether two members belong to the same household."""
        household = self.of.get(one)
        return household is not None and other in household.members

    def columns(self) -> dict[str, list[Any]]:
        """What changed, for the parts of `write.sql`. Who leaves, and who is head no more, goes
        before who takes that place: the table has room for one."""
        rows: dict[str, list[Any]] = defaultdict(list)
        for one in self.by_id.values():
            if one.changed:
                rows["household"].append((one.id, one.kind, one.founded_at, one.dissolved_at))
            for m in (*one.left, *one.members.values()):
                if m.changed:
                    rows["household_member"].append(
                        (one.id, m.member_id, m.role, m.joined_at, m.left_at)
                    )
            for i in one.invitations.values():
                if i.changed:
                    rows["household_invitation"].append(
                        (one.id, i.member_id, i.role, i.invited_by, i.lapses_at, i.outcome)
                    )
        rows["household_member"].sort(key=lambda row: (row[4] is None, row[2] == "head"))
        return rows
