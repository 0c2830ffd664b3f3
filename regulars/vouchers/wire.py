"""What callers send and are told about vouchers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from regulars.activities.bearers import VoucherLot
from regulars.activities.unit import Voucher
from regulars.kit.codes import grouped
from regulars.kit.periods import instant
from regulars.members.wire import PRINTABLE, MemberRef, Place

Code = Annotated[str, Meta(min_length=1, max_length=64)]
LotName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Uses = Annotated[int, Meta(ge=1, le=1_000_000_000)]
Moment = Annotated[datetime, Meta(tz=True)]


class VoucherRedeemIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One use of a voucher. A voucher that belongs to a member is used by that member."""

    member: MemberRef | None = None
    shop: Place | None = None
    till: Place | None = None


class VoucherOut(Struct, frozen=True, omit_defaults=True):
    """A voucher just given. The code is grouped for people; dashes and case do not matter."""

    code: str
    voucher: str
    campaign: str
    valid_from: datetime
    valid_until: datetime | None = None


class VoucherStateOut(Struct, frozen=True, omit_defaults=True):
    """A voucher that can be used: what it is, and how often still. Its end is not part of it."""

    code: str
    voucher: str
    uses_left: int | None
    """Null: as often as one likes."""
    valid_from: datetime
    valid_until: datetime | None = None
    use: UUID | None = None
    """The id of the use just made; with it the use can be given back."""


class UseVoidIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a use of a voucher is given back."""

    shop: Place | None = None
    till: Place | None = None


class UseVoidOut(Struct, frozen=True):
    """The use that was given back."""

    use: UUID
    voucher: str
    code: str


class LotCodeIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A code somebody else made, or one for a member, or both. Without a code one is made."""

    code: Code | None = None
    member: MemberRef | None = None


class LotIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """New codes of a voucher definition: `count` of them are made; or `codes` are given, also for
    members; or one `public` code is for everybody. Larger lots: `regulars voucher lot`."""

    lot: LotName
    voucher: LotName
    count: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    prefix: Annotated[str, Meta(pattern="^[A-Za-z0-9]{1,16}$")] | None = None
    """Before every code that is made."""
    codes: Annotated[tuple[LotCodeIn, ...], Meta(max_length=1000)] = ()
    public: Annotated[str, Meta(min_length=3, max_length=64, pattern=PRINTABLE)] | None = None
    uses: Uses | None = None
    """Of each code. When left out: what the definition says; of a public code, any number."""
    per_member: Uses | None = None
    """How often each member may use each code; nobody unknown can use it then."""
    valid_from: Moment | None = None
    valid_until: Moment | None = None
    """Validity as the definition says when left out."""


class LotStateIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`paused` codes cannot be used until the lot is `active` again; `withdrawn` is for good."""

    state: Literal["active", "paused", "withdrawn"]


class LotOut(Struct, frozen=True, omit_defaults=True):
    """A lot of codes. `source`: `generated`, `given` or `public`."""

    lot: str
    voucher: str
    source: str
    state: str
    issued: int
    valid_from: datetime
    valid_until: datetime | None = None
    uses: int | None = None
    per_member: int | None = None
    used: int | None = None
    """How often its codes were used, holding quotes included; where uses are counted."""


class LotsOut(Struct, frozen=True):
    """Lots of codes, the newest first, without their uses."""

    lots: list[LotOut]


class LotCodeOut(Struct, frozen=True, omit_defaults=True):
    """A code of a lot."""

    code: str
    uses_left: int | None
    member: UUID | None = None


class LotCodesOut(Struct, frozen=True, omit_defaults=True):
    """A page of a lot's codes; `next` is to be sent as `after` for the page that follows."""

    codes: list[LotCodeOut]
    next: str | None = None


def lot_out(lot: VoucherLot, used: int | None = None) -> LotOut:
    return LotOut(
        lot.name, lot.definition, lot.source, lot.state, lot.issued, instant(lot.valid_from),
        None if lot.valid_until is None else instant(lot.valid_until), lot.uses, lot.per_member,
        used,
    )  # fmt: skip


def voucher_out(voucher: Voucher) -> VoucherOut:
    return VoucherOut(
        grouped(voucher.code),
        voucher.definition,
        voucher.campaign,
        instant(voucher.valid_from),
        None if voucher.valid_until is None else instant(voucher.valid_until),
    )


def voucher_state_out(voucher: Voucher, use: UUID | None = None) -> VoucherStateOut:
    return VoucherStateOut(
        grouped(voucher.code),
        voucher.definition,
        voucher.uses_left,
        instant(voucher.valid_from),
        None if voucher.valid_until is None else instant(voucher.valid_until),
        use,
    )
