"""Vouchers on the wire. A code that cannot be used is answered like one that never was (T16)."""

from msgspec import Struct

from regulars.identifiers.resolve import resolve
from regulars.kit.http import Call, Route
from regulars.kit.steps import Steps
from regulars.members.wire import MemberRef
from regulars.vouchers.operations import RedeemVoucher
from regulars.vouchers.queries import look_up
from regulars.vouchers.wire import VoucherRedeemIn, VoucherStateOut


class HolderQuery(Struct, frozen=True, forbid_unknown_fields=True):
    member: MemberRef | None = None
    """Who wants to use it; needed for a voucher that belongs to a member."""


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
)  # fmt: skip
