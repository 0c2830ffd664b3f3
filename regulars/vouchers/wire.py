"""What callers send and are told about vouchers."""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct

from regulars.activities.unit import Voucher
from regulars.kit.codes import grouped
from regulars.members.wire import MemberRef, Place

Code = Annotated[str, Meta(min_length=1, max_length=64)]


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
    uses_left: int
    valid_from: datetime
    valid_until: datetime | None = None


def voucher_out(voucher: Voucher) -> VoucherOut:
    return VoucherOut(
        grouped(voucher.code),
        voucher.definition,
        voucher.campaign,
        _moment(voucher.valid_from),
        None if voucher.valid_until is None else _moment(voucher.valid_until),
    )


def voucher_state_out(voucher: Voucher) -> VoucherStateOut:
    return VoucherStateOut(
        grouped(voucher.code),
        voucher.definition,
        voucher.uses_left,
        _moment(voucher.valid_from),
        None if voucher.valid_until is None else _moment(voucher.valid_until),
    )


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
