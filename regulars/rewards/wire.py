"""What callers send and are told about redemptions."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from regulars.members.wire import BalanceOut, MemberRef, Place
from regulars.vouchers.wire import VoucherOut

Name = Annotated[str, Meta(min_length=1, max_length=64)]
Amount = Annotated[int, Meta(ge=1, le=1_000_000_000_000)]


class RedeemIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Take a ``reward`` of the program, or an ``amount`` of an ``asset`` directly.

    With ``hold`` it is only reserved, until it is settled, voided or lapses.
    """

    member: MemberRef
    reward: Name | None = None
    asset: Name | None = None
    amount: Amount | None = None
    hold: bool = False
    lapses_in_seconds: Annotated[int, Meta(ge=30, le=604_800)] | None = None
    """Of a hold; the reward's own time, or one hour, when left out."""
    shop: Place | None = None
    till: Place | None = None


class CloseIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a redemption is settled or voided."""

    shop: Place | None = None
    till: Place | None = None


class RewardOut(Struct, frozen=True, omit_defaults=True):
    """A reward as it stands now. `left` is what is left in all, `left_for_member` for the member
    asked about; neither is there where nothing limits it."""

    reward: str
    name: str
    cost: dict[str, int]
    available: bool
    """Whether its time has come and it has not run out, also for the member asked about."""
    left: int | None = None
    left_for_member: int | None = None
    voucher: str | None = None
    starts: date | None = None
    ends: date | None = None


class RewardsOut(Struct, frozen=True):
    """The rewards of the program."""

    rewards: list[RewardOut]


class RedemptionOut(Struct, frozen=True, omit_defaults=True):
    """A redemption: `held`, `settled` or `voided`, and what the member has now."""

    id: UUID
    member: UUID
    state: str
    cost: dict[str, int]
    pooled: dict[str, int] = field(default_factory=dict)
    """What of the cost others of the member's household give."""
    reward: str | None = None
    lapses_at: datetime | None = None
    voucher: VoucherOut | None = None
    balances: dict[str, BalanceOut] = field(default_factory=dict)
