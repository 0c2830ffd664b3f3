"""Looking vouchers up. A code that cannot be used is answered like one that never was (T16)."""

from uuid import UUID

from regulars.activities.unit import Voucher
from regulars.identifiers.resolve import Ref
from regulars.kit.codes import normalize
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.members.queries import find
from regulars.vouchers.usable import NoSuchVoucher, usable
from regulars.vouchers.wire import VoucherStateOut, voucher_state_out

_SQL = statements("regulars.vouchers", "queries.sql")


def look_up(program_id: UUID, code: str, ref: Ref | None, now: int) -> Steps[VoucherStateOut]:
    """A voucher that this member (or whoever holds it) can use now; else `NoSuchVoucher`."""
    member_id = None
    if ref is not None:
        member_id = (yield from find(program_id, ref)).id
    rows = yield Step(_SQL["by_code"], (program_id, normalize(code)))
    voucher = Voucher(*rows[0]) if rows else None
    if voucher is None or not usable(voucher, member_id, now):
        raise NoSuchVoucher
    return voucher_state_out(voucher)


def of_member(program_id: UUID, member_id: UUID, now: int) -> Steps[list[VoucherStateOut]]:
    """What a member can use now or later, the first to expire first."""
    rows = yield Step(_SQL["by_member"], (program_id, member_id, now))
    return [voucher_state_out(Voucher(*row)) for row in rows]
