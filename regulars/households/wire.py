"""What callers send and are told about households and teams."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct, field

from regulars.activities.households import Household
from regulars.kit.periods import instant
from regulars.kit.problems import NotFound
from regulars.members.wire import MemberRef


class UnknownHousehold(NotFound):
    """Wrong, dissolved, or one that neither is the member's nor has invited the member: alike, so
    that nobody learns of households by trying (T16)."""

    code = "unknown_household"
    title = "No such household of this member"

    def __init__(self) -> None:
        super().__init__(
            "No household has this id, or this member has nothing to do with it: look the member "
            "up to see theirs."
        )


Kind = Annotated[str, Meta(min_length=1, max_length=63)]


class FoundIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """``member`` founds a household of a ``kind`` of the program, and is its head."""

    member: MemberRef
    kind: Kind


class InviteIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The head, ``by``, asks ``member`` to join. Nobody belongs to a household unasked."""

    by: MemberRef
    member: MemberRef
    role: Literal["member", "child"] = "member"


class AnswerIn(Struct, frozen=True, forbid_unknown_fields=True):
    """The invited ``member`` says yes (join) or no (decline), in a request of their own."""

    member: MemberRef


class LeaveIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """``member`` leaves; with ``by`` the head removes the member, or takes an invitation back."""

    member: MemberRef
    by: MemberRef | None = None


class RoleIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The head, ``by``, gives ``member`` another role. A new head takes the place of the old."""

    by: MemberRef
    member: MemberRef
    role: Literal["head", "member", "child"]


class DissolveIn(Struct, frozen=True, forbid_unknown_fields=True):
    """The head, ``by``, ends the household; everybody keeps what is on their account."""

    by: MemberRef


class MembershipOut(Struct, frozen=True):
    """Somebody who belongs to a household: `head`, `member` or `child`."""

    member: UUID
    role: str
    since_at: datetime


class InvitedOut(Struct, frozen=True):
    """Somebody who was asked and has not answered."""

    member: UUID
    role: str
    lapses_at: datetime


class HouseholdOut(Struct, frozen=True, omit_defaults=True):
    """A household or team. ``pool`` is what all of it can use now, where it uses points together;
    only told when it is read."""

    id: UUID
    kind: str
    members: list[MembershipOut]
    invited: list[InvitedOut] = field(default_factory=list)
    pool: dict[str, int] = field(default_factory=dict)
    dissolved_at: datetime | None = None


def household_out(household: Household, now: int) -> HouseholdOut:
    """As it stands in the unit of work; invitations that have lapsed are not told."""
    return HouseholdOut(
        household.id,
        household.kind,
        [
            MembershipOut(m.member_id, m.role, instant(m.joined_at))
            for m in household.members.values()
        ],
        [
            InvitedOut(i.member_id, i.role, instant(i.lapses_at))
            for i in household.invitations.values()
            if i.outcome is None and i.lapses_at > now
        ],
        dissolved_at=None if household.dissolved_at is None else instant(household.dissolved_at),
    )
