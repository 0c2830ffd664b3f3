"""What callers send and are told about points that move outside a basket."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from regulars.members.wire import PRINTABLE, BalanceOut, MemberRef, Place

Name = Annotated[str, Meta(min_length=1, max_length=64)]
Amount = Annotated[int, Meta(ge=1, le=1_000_000_000_000)]
Correction = Annotated[int, Meta(ge=-1_000_000_000_000, le=1_000_000_000_000)]
Words = Annotated[str, Meta(max_length=500, pattern=PRINTABLE)]
Minor = Annotated[int, Meta(ge=0, le=1_000_000_000_000_000)]


class TransferIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """``member`` gives ``amount`` of an asset to another one; a fee is taken besides."""

    member: MemberRef
    to: MemberRef
    asset: Name
    amount: Amount
    shop: Place | None = None
    till: Place | None = None


class TransferOut(Struct, frozen=True, omit_defaults=True):
    """What was sent, and what the sender has now."""

    id: UUID
    member: UUID
    to: UUID
    asset: str
    amount: int
    fee: int = 0
    balances: dict[str, BalanceOut] = field(default_factory=dict)


class DonationIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A member gives ``amount`` to a cause of the program."""

    member: MemberRef
    cause: Name
    amount: Amount
    shop: Place | None = None
    till: Place | None = None


class DonationOut(Struct, frozen=True, omit_defaults=True):
    """A donation, what the cause has been given in all, and what the member has now."""

    id: UUID
    member: UUID
    cause: str
    asset: str
    amount: int
    total: int
    balances: dict[str, BalanceOut] = field(default_factory=dict)


class SaleIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A member buys ``amount`` of an asset; ``paid_minor`` is what was taken for it."""

    member: MemberRef
    asset: Name
    amount: Amount
    paid_minor: Minor
    shop: Place | None = None
    till: Place | None = None


class SaleOut(Struct, frozen=True, omit_defaults=True):
    """Points that were bought, and what the member has now."""

    id: UUID
    member: UUID
    asset: str
    amount: int
    paid_minor: int
    balances: dict[str, BalanceOut] = field(default_factory=dict)


class CorrectionIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Staff credits (a positive ``amount``) or debits (a negative one) a member."""

    member: MemberRef
    asset: Name
    amount: Correction
    reason: Name
    """One of the reasons of the program's document."""
    text: Words = ""
    """What happened, for colleagues; kept in the log."""
    actor_member: MemberRef | None = None
    """The membership of whoever does it, where they have one: nobody corrects their own."""
    shop: Place | None = None
    till: Place | None = None


class CorrectionOut(Struct, frozen=True, omit_defaults=True):
    """A correction, who made it, and what the member has now. ``changed`` is what the balance
    changed by: less than ``amount`` where a debit was cut off at nothing."""

    id: UUID
    member: UUID
    asset: str
    amount: int
    changed: int
    reason: str
    actor: str
    balances: dict[str, BalanceOut] = field(default_factory=dict)


class CauseOut(Struct, frozen=True, omit_defaults=True):
    """Something members may donate to, and what it was given so far."""

    cause: str
    name: str
    asset: str
    given: int
    open: bool
    most: int | None = None
    """When it has been given so much, it is closed."""


class CausesOut(Struct, frozen=True):
    """The causes of the program in force."""

    causes: list[CauseOut]
