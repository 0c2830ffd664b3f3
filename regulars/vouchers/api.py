"""Vouchers on the wire. A code that cannot be used is answered like one that never was (T16)."""

from typing import Annotated

from msgspec import Meta, Struct

from regulars.identifiers.resolve import resolve
from regulars.kit.http import Call, Route
from regulars.kit.steps import Steps
from regulars.members.wire import MemberRef
from regulars.vouchers.lots import MakeLot, SetLotState
from regulars.vouchers.operations import RedeemVoucher, VoidUse
from regulars.vouchers.queries import look_up, lot, lot_codes, lots
from regulars.vouchers.wire import (
    LotCodesOut,
    LotIn,
    LotOut,
    LotsOut,
    LotStateIn,
    UseVoidIn,
    UseVoidOut,
    VoucherRedeemIn,
    VoucherStateOut,
)


class HolderQuery(Struct, frozen=True, forbid_unknown_fields=True):
    member: MemberRef | None = None
    """Who wants to use it; needed for a voucher that belongs to a member."""


class CodesQuery(Struct, frozen=True, forbid_unknown_fields=True):
    after: Annotated[str, Meta(max_length=64)] = ""
    """The code after which the page begins."""
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


def _look_up(call: Call) -> Steps[VoucherStateOut]:
    holder = call.query.member
    ref = None if holder is None else resolve(holder, call.caller.region)
    return look_up(call.program_id, call.path["code"], ref, call.now)


ROUTES = (
    Route(
        "GET", "/v1/vouchers/{code}", "vouchers:write", "Say whether a voucher can be used now",
        VoucherStateOut, query=HolderQuery, problems=(404, 429), read=_look_up, guessable=True,
    ),
    Route(
        "POST", "/v1/vouchers/{code}/redeem", "vouchers:write", "Use a voucher once",
        VoucherStateOut, body=VoucherRedeemIn, problems=(404, 409, 429), guessable=True,
        operation=lambda call: RedeemVoucher(
            call.path["code"], call.body, call.caller, key=call.key, at=call.now
        ),
    ),
    Route(
        "POST", "/v1/voucher-uses/{id}/void", "vouchers:write", "Give a use of a voucher back",
        UseVoidOut, body=UseVoidIn, problems=(404, 409),
        operation=lambda call: VoidUse(
            call.id(), call.body, call.caller, key=call.key, at=call.now
        ),
    ),
    Route(
        "POST", "/v1/voucher-lots", "vouchers:manage", "Make a lot of codes",
        LotOut, status=201, body=LotIn, problems=(404, 409),
        operation=lambda call: MakeLot(call.body, call.caller, key=call.key, at=call.now),
    ),
    Route(
        "GET", "/v1/voucher-lots", "vouchers:manage", "The lots of codes",
        LotsOut, read=lambda call: lots(call.program_id),
    ),
    Route(
        "GET", "/v1/voucher-lots/{lot}", "vouchers:manage", "A lot, and how often it was used",
        LotOut, problems=(404,), read=lambda call: lot(call.program_id, call.path["lot"]),
    ),
    Route(
        "GET", "/v1/voucher-lots/{lot}/codes", "vouchers:manage", "The codes of a lot",
        LotCodesOut, query=CodesQuery, problems=(404,),
        read=lambda call: lot_codes(
            call.program_id, call.path["lot"], call.query.after, call.query.limit
        ),
    ),
    Route(
        "POST", "/v1/voucher-lots/{lot}/state", "vouchers:manage",
        "Pause a lot of codes, let it work again, or withdraw it",
        LotOut, body=LotStateIn, problems=(404, 409),
        operation=lambda call: SetLotState(
            call.path["lot"], call.body, call.caller, key=call.key, at=call.now
        ),
    ),
)  # fmt: skip
