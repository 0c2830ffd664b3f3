"""Issuing and using vouchers. Each use counts once, under the lock of the voucher's row (T1)."""

from uuid import UUID

from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit, Voucher
from regulars.activities.wants import Wants
from regulars.engine.rules import VoucherDefinition
from regulars.identifiers.resolve import resolve
from regulars.kit.codes import make, normalize
from regulars.kit.http import Caller
from regulars.kit.periods import day_number, day_start, local
from regulars.kit.requests import digest_of, encode, key_of
from regulars.members.known import welcome
from regulars.vouchers.usable import NoSuchVoucher
from regulars.vouchers.usable import usable as usable
from regulars.vouchers.wire import VoucherRedeemIn, voucher_state_out


def issue(
    unit: Unit,
    name: str,
    definition: VoucherDefinition,
    *,
    member_id: UUID | None,
    campaign: str,
    activity_id: UUID,
    at: int,
    timezone: str,
    count: int = 1,
) -> list[Voucher]:
    """Give ``count`` new vouchers, to a member or to whoever holds the code.

    A voucher is valid from now, or from the start of the local day ``usable_after_days`` later, and
    until the end of the ``valid_days``-th local day, that first day being number one.
    """
    first_day = day_number(local(at, timezone).date()) + definition.usable_after_days
    valid_from = day_start(first_day, timezone) if definition.usable_after_days else at
    valid_until = (
        None
        if definition.valid_days is None
        else day_start(first_day + definition.valid_days, timezone)
    )
    vouchers = [
        Voucher(
            make(), name, member_id, definition.uses, valid_from, valid_until, False, activity_id,
            campaign, new=True,
        )
        for _ in range(count)
    ]  # fmt: skip
    for voucher in vouchers:
        unit.add_voucher(voucher)
    return vouchers


class RedeemVoucher:
    """One use of a voucher outside a basket: an entrance, a coffee, a service."""

    path = "/v1/vouchers/{code}/redeem"
    now: int | None = None

    def __init__(
        self, code: str, request: VoucherRedeemIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        self.code = normalize(code)
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (self.code, request))
        self.at = at
        self.shop = request.shop or caller.shop
        self.till = request.till or caller.till
        self.ref = None if request.member is None else resolve(request.member, caller.region)

    def wants(self, wants: Wants, context: Context) -> None:
        wants.vouchers.add(self.code)
        if self.ref is not None:
            wants.member(self.ref)

    def decide(self, unit: Unit, context: Context) -> Record:
        member_id = None if self.ref is None else welcome(unit, self.ref).id
        voucher = unit.vouchers.get(self.code)
        if voucher is None or not usable(voucher, member_id, self.at):
            raise NoSuchVoucher
        voucher.uses_left -= 1
        voucher.changed = True
        unit.changes += 1
        answer = voucher_state_out(voucher)
        return Record(
            id=unit.make_id(),
            member_id=voucher.member_id or member_id,
            kind="redeem_voucher",
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            facts=encode(answer).decode(),
            answer=encode(answer).decode(),
        )
