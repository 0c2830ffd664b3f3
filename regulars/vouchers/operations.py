"""Issuing and using vouchers. Each use counts once, under the lock of the voucher's row (T1)."""

from uuid import UUID

import msgspec

from regulars.activities.context import Context
from regulars.activities.repeats import not_put_away
from regulars.activities.unit import Record, Unit, Voucher
from regulars.activities.wants import Wants
from regulars.engine.rules import VoucherDefinition
from regulars.identifiers.resolve import resolve
from regulars.kit.codes import make, normalize
from regulars.kit.http import Caller
from regulars.kit.periods import day_number, day_start, local
from regulars.kit.problems import NotFound
from regulars.kit.requests import digest_of, encode, key_of
from regulars.members.known import welcome
from regulars.vouchers.usable import NoSuchVoucher, usable, use_key, used_by, want_codes
from regulars.vouchers.wire import UseVoidIn, VoucherRedeemIn, VoucherStateOut, voucher_state_out

_told = msgspec.json.Decoder(VoucherStateOut)


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
    """Give ``count`` new vouchers, to a member or to whoever holds the code."""
    valid_from, valid_until = validity(definition, at, timezone)
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


def validity(definition: VoucherDefinition, at: int, timezone: str) -> tuple[int, int | None]:
    """From when and until when a voucher made now is valid: from now, or from the start of the
    local day ``usable_after_days`` later, and until the end of the ``valid_days``-th local day,
    that first day being number one."""
    first_day = day_number(local(at, timezone).date()) + definition.usable_after_days
    valid_from = day_start(first_day, timezone) if definition.usable_after_days else at
    if definition.valid_days is None:
        return valid_from, None
    return valid_from, day_start(first_day + definition.valid_days, timezone)


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
        want_codes(wants, (self.code,))
        if self.ref is not None:
            wants.member(self.ref)

    def decide(self, unit: Unit, context: Context) -> Record:
        member = None if self.ref is None else welcome(unit, self.ref)
        member_id = None if member is None else member.id
        voucher = unit.vouchers.get(self.code)
        used = used_by(member, self.code)
        if voucher is None or not usable(voucher, member_id, self.at, used):
            raise NoSuchVoucher(self.code)
        voucher.use()
        unit.changes += 1
        if voucher.per_member is not None and member_id is not None:
            unit.count(member_id, *use_key(self.code), 1)
        activity_id = unit.make_id()
        answer = voucher_state_out(voucher, activity_id)
        return Record(
            id=activity_id,
            member_id=voucher.member_id or member_id,
            kind="redeem_voucher",
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            facts=encode(answer).decode(),
            answer=encode(answer).decode(),
        )


class UnknownUse(NotFound):
    code = "unknown_use"
    title = "No such use of a voucher"


class VoidUse:
    """A use of a voucher outside a basket that did not come about: given back, once, however often
    it is asked: the use itself is a key of the request."""

    path = "/v1/voucher-uses/{use}/void"
    now: int | None = None

    def __init__(
        self, use: UUID, request: UseVoidIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        self.use = use
        self.keys = [*key_of(key), f"void:{use}"]
        self.digest = digest_of(self.path, use)
        self.at = at
        self.shop = request.shop or caller.shop
        self.till = request.till or caller.till

    def wants(self, wants: Wants, context: Context) -> None:
        wants.activities.add(self.use)

    def decide(self, unit: Unit, context: Context) -> Record:
        past = unit.past.get(self.use)
        not_put_away(unit, self.use)
        if past is None or past.kind != "redeem_voucher":
            raise UnknownUse("No voucher was used under this id: send `use` of its answer.")
        told = _told.decode(past.facts)
        code = normalize(told.code)
        unit.give_back(code)
        if past.member_id is not None:
            unit.adjust(past.member_id, *use_key(code), -1)
        return Record(
            id=unit.make_id(),
            member_id=past.member_id,
            kind="void_voucher",
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            refers_to=past.id,
            answer=encode({"use": past.id, "voucher": told.voucher, "code": told.code}).decode(),
        )
