"""What callers send and are told about members. The OpenAPI document is made from these types."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from regulars.activities.unit import MemberState

MemberRef = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=300,
        description="Anything that names the member: a card number, `phone:+48...`, `email:...`, "
        "or `id:` and the member's id.",
        examples=["card:2900000000000007"],
    ),
]
PRINTABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Place = Annotated[str, Meta(min_length=1, max_length=64, pattern=PRINTABLE)]
Reason = Annotated[str, Meta(max_length=500)]

AttributeName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
AttributeValue = (
    bool
    | Annotated[int, Meta(ge=-(10**15), le=10**15)]
    | Annotated[float, Meta(ge=-1e15, le=1e15)]
    | Annotated[str, Meta(max_length=500, pattern=PRINTABLE)]
)
Attributes = Annotated[
    dict[AttributeName, AttributeValue],
    Meta(max_length=50, description="What the program knows of a member: single values by name."),
]


class IdentifierIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that names the member at the till."""

    kind: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$", examples=["card", "phone"])]
    value: Annotated[str, Meta(min_length=1, max_length=300)]


Identifiers = Annotated[tuple[IdentifierIn, ...], Meta(max_length=10)]


BirthMonth = Annotated[str, Meta(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$")]
Children = Annotated[
    tuple[BirthMonth, ...],
    Meta(max_length=20, description="Months of birth of the member's children: `2024-05`."),
]


class JoinIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A new member. A card alone is enough: who holds it may be told later, or never."""

    identifiers: Identifiers = ()
    issue_card: bool = False
    """Draw a new card number and answer it."""
    attributes: Attributes = {}
    children: Children = ()
    children_consent: bool = False
    """The member agreed that months of birth of the children are kept; without it none may be
    sent."""
    registered: bool = False
    """The person is known and agreed to the terms; otherwise the card is anonymous."""
    joined_at: Annotated[datetime, Meta(tz=True)] | None = None
    """When it happened, if that was earlier."""
    shop: Place | None = None


class RegisterIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The holder of a card becomes known, or tells something new."""

    identifiers: Identifiers = ()
    attributes: Attributes = {}
    children: Children | None = None
    """All of them; an empty list forgets them. Nothing changes when it is left out."""
    children_consent: bool = False


class BlockIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Why something is blocked or opened again; kept in the history."""

    reason: Reason = ""


class ReplaceIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What takes the place of an identifier: ``value``, of the same kind, or a new card."""

    value: Annotated[str, Meta(min_length=1, max_length=300)] | None = None
    issue_card: bool = False
    reason: Reason = ""


class StandingOut(Struct, frozen=True, omit_defaults=True):
    """The member after the change. ``card`` is the number just issued."""

    id: UUID
    status: str
    registered: bool
    card: str | None = None


class IdentifierOut(Struct, frozen=True, omit_defaults=True):
    """An identifier of the member: `active`, `blocked`, `lost` or `replaced`."""

    kind: str
    value: str
    status: str
    since_at: datetime
    ended_at: datetime | None = None
    replaced_by: str | None = None


class MemberOut(Struct, frozen=True, omit_defaults=True):
    """A member as the till may see it."""

    id: UUID
    status: str
    registered: bool
    joined_at: datetime
    tier: str = ""
    household: UUID | None = None
    """The household or team the member belongs to."""
    household_role: str = ""
    """`head`, `member` or `child`."""
    segments: list[str] = field(default_factory=list)
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    children: list[str] = field(default_factory=list)
    identifiers: list[IdentifierOut] = field(default_factory=list)
    purchases: int = 0
    spend_minor: int = 0
    last_purchase_at: datetime | None = None
    merged_into: UUID | None = None
    """Of a membership that was merged: the same person's, which has everything now."""


class GiveTierIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A tier given by hand: the member does not fall below it. ``null`` takes it away again."""

    tier: Annotated[str, Meta(max_length=63)] | None
    reason: Annotated[str, Meta(min_length=1, max_length=500, pattern=PRINTABLE)]
    actor: Annotated[str, Meta(min_length=1, max_length=100, pattern=PRINTABLE)]
    """Who gives it: kept in the history."""
    until: date | None = None
    """The last local day on which it holds; for good when left out."""


class TierStandingOut(Struct, frozen=True, omit_defaults=True):
    """The tier after the change; what was given, and until when it holds."""

    member: UUID
    tier: str
    given: str | None = None
    until: datetime | None = None


class GivenTierOut(Struct, frozen=True, omit_defaults=True):
    """A tier `given` by hand or `bought`, below which the member does not fall until then."""

    tier: str
    until: datetime | None = None
    reason: str = "given"


class ProgressOut(Struct, frozen=True, omit_defaults=True):
    """`missing` more of what is counted (`by` spend: minor units) for a tier, or to keep it."""

    tier: str
    keeps: bool
    missing: int
    by: str
    last_day: date | None = None
    """The last local day for it."""
    kept_until: date | None = None
    text: str = ""


class TierChangeOut(Struct, frozen=True, omit_defaults=True):
    """From `at` on the member held `tier`; `before` is what was held until then."""

    at: datetime
    tier: str
    before: str
    reason: str
    why: str = ""
    activity: UUID | None = None
    actor: str = ""
    note: str = ""
    given: str = ""
    until: datetime | None = None


class TierOut(Struct, frozen=True, omit_defaults=True):
    """A member's tier at an instant. `until`: it does not end before; absent where it has no end.
    `progress` says what keeps it and what the next one wants."""

    member: UUID
    as_of: datetime
    tier: str
    name: str = ""
    until: datetime | None = None
    benefits: list[str] = field(default_factory=list)
    given: list[GivenTierOut] = field(default_factory=list)
    progress: list[ProgressOut] = field(default_factory=list)
    changes: list[TierChangeOut] = field(default_factory=list)


class BalanceOut(Struct, frozen=True, omit_defaults=True):
    """One asset of the member: can be used now, will be later, is reserved, is owed."""

    available: int
    pending: int = 0
    held: int = 0
    owed: int = 0


class ExpiringOut(Struct, frozen=True):
    """``amount`` can be used until the end of the local day ``last_day``."""

    last_day: date
    amount: int


class MaturingOut(Struct, frozen=True):
    """``amount`` can be used from the local day ``first_day`` on."""

    first_day: date
    amount: int


class AssetOut(Struct, frozen=True, omit_defaults=True):
    """What the member has of one asset now, and what becomes of it when."""

    asset: str
    available: int
    pending: int = 0
    held: int = 0
    owed: int = 0
    expiring: list[ExpiringOut] = field(default_factory=list)
    maturing: list[MaturingOut] = field(default_factory=list)


class BalancesOut(Struct, frozen=True):
    """All assets of a member at an instant."""

    member: UUID
    as_of: datetime
    assets: list[AssetOut]


def balances(member: MemberState) -> dict[str, BalanceOut]:
    """The accounts of a member as they stand in the unit of work."""
    return {
        asset: BalanceOut(account.available, account.pending, account.held, account.owed)
        for asset, account in member.book.accounts.items()
    }
