"""Looking vouchers up. A code that cannot be used is answered like one that never was (T16)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from regulars.activities.bearers import VoucherLot
from regulars.activities.unit import Voucher
from regulars.identifiers.resolve import Ref
from regulars.kit.codes import normalize
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.members.queries import find
from regulars.vouchers.usable import NoSuchVoucher, UnknownLot, usable, use_key
from regulars.vouchers.wire import (
    LotCodeOut,
    LotCodesOut,
    LotOut,
    LotsOut,
    VoucherStateOut,
    lot_out,
    voucher_state_out,
)

SQL = statements("regulars.vouchers", "queries.sql")


def look_up(program_id: UUID, code: str, ref: Ref | None, now: int) -> Steps[VoucherStateOut]:
    """A voucher that this member (or whoever holds it) can use now; else `NoSuchVoucher`."""
    member_id = None
    if ref is not None:
        member_id = (yield from find(program_id, ref)).id
    plain = normalize(code)
    rows = yield Step(SQL["by_code"], (program_id, plain, member_id, *use_key(plain)[:2]))
    found, used = _voucher(rows[0][:-1]) if rows else None, rows[0][-1] if rows else 0
    if found is None or not usable(found, member_id, now, used):
        raise NoSuchVoucher(plain)
    return voucher_state_out(found)


def of_member(program_id: UUID, member_id: UUID, now: int) -> Steps[list[VoucherStateOut]]:
    """What a member can use now or later, the first to expire first."""
    rows = yield Step(SQL["by_member"], (program_id, member_id, now))
    return [voucher_state_out(_voucher(row)) for row in rows]


def lots(program_id: UUID) -> Steps[LotsOut]:
    """Every lot of the program, the newest first."""
    rows = yield Step(SQL["lots"], (program_id, None))
    return LotsOut([lot_out(VoucherLot(*row)) for row in rows])


def lot(program_id: UUID, name: str) -> Steps[LotOut]:
    """A lot with how often its codes were used."""
    rows = yield Step(SQL["lots"], (program_id, name))
    if not rows:
        raise UnknownLot(f"There is no lot {name!r}: GET /v1/voucher-lots tells them all.")
    used = yield Step(SQL["lot_uses"], (program_id, name))
    counted = rows[0][5] is not None
    return lot_out(VoucherLot(*rows[0]), int(used[0][0] or 0) if counted else None)


def lot_codes(program_id: UUID, name: str, after: str, limit: int) -> Steps[LotCodesOut]:
    """A page of a lot's codes."""
    yield from lot(program_id, name)
    rows = yield Step(SQL["lot_codes"], (program_id, name, normalize(after), limit))
    codes = [LotCodeOut(code, left, member) for code, member, left, *_ in rows]
    return LotCodesOut(codes, codes[-1].code if len(codes) == limit else None)


def lot_rows(program_id: UUID, name: str, after: str, limit: int) -> Steps[list[Any]]:
    """The same for a file: code, member, uses left, from when, until when, blocked."""
    return (yield Step(SQL["lot_codes"], (program_id, name, after, limit)))


def taken(program_id: UUID, codes: Sequence[str]) -> Steps[set[str]]:
    """Which of these codes there are already."""
    rows = yield Step(SQL["taken"], (program_id, list(codes)))
    return {row[0] for row in rows}


def members_of(program_id: UUID, refs: Sequence[Ref]) -> Steps[dict[Ref, UUID]]:
    """The members of these ids and identifiers, as far as there are any."""
    named = [ref for ref in refs if isinstance(ref, tuple)]
    ids = [ref for ref in refs if isinstance(ref, UUID)]
    kinds, values = [kind for kind, _ in named], [value for _, value in named]
    rows = yield Step(SQL["members"], (program_id, kinds, values))
    found: dict[Ref, UUID] = {(kind, value): member_id for kind, value, member_id in rows}
    rows = yield Step(SQL["member_ids"], (program_id, ids))
    return found | {row[0]: row[0] for row in rows}


def _voucher(row: Sequence[Any]) -> Voucher:
    *plain, per_member = row
    voucher = Voucher(*plain)
    voucher.per_member = per_member
    return voucher
