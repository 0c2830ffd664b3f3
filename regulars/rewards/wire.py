"""What callers send and are told about redemptions."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from regulars.giftcards.wire import CardMoveOut
from regulars.members.wire import PRINTABLE, BalanceOut, MemberRef, Place, Reason
from regulars.vouchers.wire import VoucherOut

Name = Annotated[str, Meta(min_length=1, max_length=64)]
Amount = Annotated[int, Meta(ge=1, le=1_000_000_000_000)]
Money = Annotated[int, Meta(ge=0, le=1_000_000_000_000)]


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
    place: Place | None = None
    """Out of which of the reward's places; the shop, when left out."""
    deliver_to: Annotated[str, Meta(max_length=500)] = ""
    """The address it is to be sent to, of a reward that is sent; wants `hold`."""
    paid_minor: Money | None = None
    """What the member paid besides, of a reward with a price that is taken at once."""
    shop: Place | None = None
    till: Place | None = None


class CloseIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a redemption is settled or voided."""

    paid_minor: Money | None = None
    """What the member paid besides, of a reward with a price; it is due as it is handed over."""
    shop: Place | None = None
    till: Place | None = None


class SendIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A parcel was sent: who carries it, and the number it can be followed by."""

    sent_by: Annotated[str, Meta(max_length=60, pattern=PRINTABLE)] = ""
    tracking: Annotated[str, Meta(max_length=100, pattern=PRINTABLE)] = ""
    paid_minor: Money | None = None
    shop: Place | None = None
    till: Place | None = None


class ReturnIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A reward was brought back. With `restock` it can be handed out again."""

    restock: bool = True
    reason: Reason = ""
    shop: Place | None = None
    till: Place | None = None


class StockIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """So many came in at a place of a reward, or (negative) went out without being taken."""

    place: Place
    change: Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
    reason: Reason = ""


class StockOut(Struct, frozen=True):
    """What a place of a reward has now."""

    reward: str
    place: str
    left: int


class WhyNotOut(Struct, frozen=True):
    """Why a reward cannot be taken: a code, and a sentence for the member."""

    code: str
    text: str


class PlaceOut(Struct, frozen=True):
    """A place of a reward, and how many are left there."""

    place: str
    left: int


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
    kind: str = "goods"
    """`goods`, `voucher`, `ticket`, `gift_card`, `donation`, `benefit` or `chance`."""
    text: str = ""
    price_minor: int = 0
    """Money that is paid besides."""
    partner: str = ""
    picture: str = ""
    """Its address on this host."""
    places: list[PlaceOut] = field(default_factory=list)
    sent_from: str | None = None
    can_take: bool = False
    """Whether the member asked about can take one now: nothing stands against it."""
    why_not: list[WhyNotOut] = field(default_factory=list)
    """Everything that stands against it now."""
    missing: dict[str, int] = field(default_factory=dict)
    """What the member asked about lacks of its cost."""


class RewardsOut(Struct, frozen=True):
    """The rewards of the program."""

    rewards: list[RewardOut]


class RedemptionOut(Struct, frozen=True, omit_defaults=True):
    """A redemption: `held`, `settled`, `voided` or `returned`, and what the member has now."""

    id: UUID
    member: UUID
    state: str
    cost: dict[str, int]
    pooled: dict[str, int] = field(default_factory=dict)
    """What of the cost others of the member's household give."""
    reward: str | None = None
    lapses_at: datetime | None = None
    voucher: VoucherOut | None = None
    code: str | None = None
    """The partner's code as which it was handed over."""
    code_valid_until: datetime | None = None
    gift_card: CardMoveOut | None = None
    gives: dict[str, int] = field(default_factory=dict)
    """Assets that the member got for it: chances in a draw."""
    place: str = ""
    price_minor: int = 0
    """Money that is paid as it is handed over, was paid, or is to be given back."""
    fulfilment: str = ""
    """`to_prepare`, `ready`, `sent`, `handed_over`, `voided`, `lapsed` or `returned`."""
    balances: dict[str, BalanceOut] = field(default_factory=dict)


class TakenOut(Struct, frozen=True, omit_defaults=True):
    """A reward that a member took, as it stands."""

    id: UUID
    reward: str
    name: str
    state: str
    taken_at: datetime
    place: str = ""
    price_minor: int = 0
    lapses_at: datetime | None = None
    sent_by: str = ""
    tracking: str = ""


class TakenListOut(Struct, frozen=True):
    """Rewards that a member took, the last one first."""

    redemptions: list[TakenOut]
