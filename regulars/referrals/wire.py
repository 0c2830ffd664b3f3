"""What callers send and are told about referrals. Nobody is told who the other is."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from regulars.members.wire import JoinIn, Place
from regulars.vouchers.wire import Code

Personal = Annotated[
    str,
    Meta(
        min_length=5,
        max_length=20,
        pattern="^[A-Za-z0-9][A-Za-z0-9-]*$",
        description="A code of the member's own choice, of letters, digits and dashes.",
    ),
]


class CodeIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Ask for the member's code. With `personal` one of their own choice is kept too."""

    personal: Personal | None = None
    shop: Place | None = None


class CodeOut(Struct, frozen=True, omit_defaults=True):
    """A code to pass on, and its address where the program has one."""

    code: str
    link: str = ""


class EnterIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A member names who sent them, by that member's code."""

    code: Code
    shop: Place | None = None


class JoinByCodeIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Somebody joins and names who sent them, in one step: both happen, or neither."""

    code: Code
    joins: JoinIn


class EnteredOut(Struct, frozen=True, omit_defaults=True):
    """The friend's side: from what price on a purchase qualifies, and until when."""

    member: UUID
    status: str
    qualifies_from_minor: int
    until: datetime | None = None
    card: str | None = None
    """The number just issued, to who joined."""


class FriendOut(Struct, frozen=True, omit_defaults=True):
    """One friend, without a name: `open`, `rewarded`, `refused` or `closed`."""

    entered_at: datetime
    status: str
    usable_at: datetime | None = None
    """From when on the reward can be used."""
    paid: bool = False
    """Whether the referrer was rewarded, and not over the caps."""


class ReferralsOut(Struct, frozen=True, omit_defaults=True):
    """A member's codes, the friends they brought, and how they came themselves."""

    member: UUID
    codes: list[CodeOut]
    friends: list[FriendOut]
    rewarded: int
    came_by: FriendOut | None = None
    left_this_month: int | None = None
    left_in_all: int | None = None
