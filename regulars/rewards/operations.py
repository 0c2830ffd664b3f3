"""Redemptions: reserve, use, give back, each once (T9). All assets of a reward or none."""

from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from regulars.activities.context import Context
from regulars.activities.unit import MemberState, Past, Record, Unit, Voucher
from regulars.activities.wants import Wants
from regulars.engine.program import Program
from regulars.households import pool
from regulars.identifiers.resolve import resolve
from regulars.kit.http import Caller
from regulars.kit.periods import instant
from regulars.kit.problems import Conflict, Invalid, NotFound
from regulars.kit.requests import digest_of, encode, key_of
from regulars.ledger.book import HoldClosed
from regulars.ledger.records import Hold
from regulars.members.known import welcome
from regulars.members.refusals import UnknownAsset as UnknownAsset
from regulars.members.refusals import nearest
from regulars.members.wire import balances
from regulars.rewards.limits import (
    count,
    is_limited,
    refuse_gone,
    refuse_unavailable,
    want_limits,
)
from regulars.rewards.wire import CloseIn, RedeemIn, RedemptionOut
from regulars.vouchers.operations import issue
from regulars.vouchers.wire import voucher_out

DEFAULT_HOLD_SECONDS = 3600


class UnknownReward(NotFound):
    code = "unknown_reward"
    title = "The program has no such reward"


class NotSpendable(Conflict):
    code = "not_spendable"
    title = "This asset cannot be spent"


class UnknownRedemption(NotFound):
    code = "unknown_redemption"
    title = "No such redemption"


class Taken(Struct, frozen=True):
    """What a redemption is about, as stored with it."""

    cost: dict[str, int]
    reward: str | None
    hold: bool
    lapses_at: int | None = None
    pooled: dict[str, int] = {}
    """What of it was taken from others of the household."""


_taken = msgspec.json.Decoder(Taken)


class Redeem:
    """Take a reward or an amount: at once, or reserved until it is settled, voided or lapses."""

    path = "/v1/redemptions"
    now: int | None = None

    def __init__(self, request: RedeemIn, caller: Caller, *, key: str | None, at: int) -> None:
        if (request.reward is None) == (request.asset is None):
            raise Invalid("Give either reward, or asset and amount.")
        if (request.asset is None) != (request.amount is None):
            raise Invalid("asset and amount go together.")
        if request.lapses_in_seconds is not None and not request.hold:
            raise Invalid("lapses_in_seconds goes with hold: true.")
        self.request = request
        self.keys = key_of(key)
        self.digest = digest_of(self.path, request)
        self.at = at
        self.shop = request.shop or caller.shop
        self.till = request.till or caller.till
        self.ref = resolve(request.member, caller.region)

    def wants(self, wants: Wants, context: Context) -> None:
        _, program = context.revisions.at(self.at)
        reward = program.rules.rewards.get(self.request.reward or "")
        assets = [self.request.asset or "*"] if reward is None else reward.cost
        wants.member(self.ref, lots=True, assets=assets)
        if reward is not None:
            want_limits(wants, self.request.reward or "", reward)
        pool.want(wants, program)

    def decide(self, unit: Unit, context: Context) -> Record:
        member = welcome(unit, self.ref)
        number, program = context.revisions.at(self.at)
        taken = self._terms(program, unit.now)
        name = taken.reward or ""
        reward = program.rules.rewards.get(name)
        if reward is not None:
            refuse_unavailable(reward, self.at, program.timezone)
            refuse_gone(unit, member, name, reward)
        activity_id = unit.make_id()
        pool.bring_up_to_date(unit, program, member)
        shares = pool.shares(unit, program, member, taken.cost, self.at)
        taken = replace(taken, pooled=pool.pooled(member, shares))
        unit.changes += 1
        limited = reward is not None and is_limited(reward)
        if limited:
            count(unit, member, name)
        voucher = None
        for first, (payer, asset, amount) in enumerate(shares):
            if taken.lapses_at is None:
                payer.book.debit(asset, amount, now=unit.now, at=self.at, activity_id=activity_id)
            else:
                payer.book.reserve(
                    asset, amount, now=unit.now, lapses_at=taken.lapses_at,
                    hold_id=unit.make_id(), activity_id=activity_id,
                    reward=name if limited and not first else "",
                    taken_by=None if payer is member else member.id,
                )  # fmt: skip
        pool.count(unit, program, member, shares, self.at)
        if taken.lapses_at is None:
            voucher = hand_over(unit, program, taken, member, activity_id, self.at)
        else:
            unit.holds[activity_id] = member.id
        state = "held" if taken.hold else "settled"
        return Record(
            id=activity_id,
            member_id=member.id,
            kind="redeem",
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            revision=number,
            facts=encode(taken).decode(),
            answer=_answer(activity_id, member, state, taken, voucher),
        )

    def _terms(self, program: Program, now: int) -> Taken:
        """What it costs and until when it is held, by the request and the program's document."""
        asked = self.request
        seconds = DEFAULT_HOLD_SECONDS
        if asked.reward is not None:
            reward = program.rules.rewards.get(asked.reward)
            if reward is None:
                raise UnknownReward(nearest("reward", asked.reward, program.rules.rewards))
            cost, seconds = dict(reward.cost), reward.hold_minutes * 60
        else:
            assert asked.asset is not None
            assert asked.amount is not None
            asset = program.assets.get(asked.asset)
            if asset is None:
                raise UnknownAsset(nearest("asset", asked.asset, program.assets))
            if not asset.spendable:
                raise NotSpendable(f"{asked.asset} only counts; it cannot be spent.")
            cost = {asked.asset: asked.amount}
        if not asked.hold:
            return Taken(cost, asked.reward, False)
        seconds = seconds if asked.lapses_in_seconds is None else asked.lapses_in_seconds
        return Taken(cost, asked.reward, True, now + seconds)


class Close:
    """What settling and voiding have in common: the open holds of a redemption."""

    path = ""
    now: int | None = None

    def __init__(
        self, redemption: UUID, request: CloseIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        self.redemption = redemption
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (redemption, request))
        self.at = at
        self.shop = request.shop or caller.shop
        self.till = request.till or caller.till

    def wants(self, wants: Wants, context: Context) -> None:
        wants.holds.add(self.redemption)
        wants.activities.add(self.redemption)

    def open(self, unit: Unit) -> tuple[Past, MemberState, list[tuple[MemberState, Hold]]]:
        """The redemption with its member and its holds, all of which must still be open. Others of
        the household may have holds of it too."""
        past = unit.past.get(self.redemption)
        member = None if past is None else unit.member(past.member_id)
        if past is None or member is None or past.kind != "redeem":
            raise UnknownRedemption("No redemption has this id: use that of its answer.")
        holds = [
            (payer, hold)
            for payer in unit.members.values()
            for hold in payer.book.holds.values()
            if hold.activity_id == self.redemption
        ]
        if not holds:
            raise _closed("settled")
        for _, hold in holds:
            if hold.outcome is not None or hold.lapses_at <= unit.now:
                raise _closed(hold.outcome or "lapsed")
        return past, member, holds

    def record(self, unit: Unit, past: Past, activity_id: UUID, kind: str, answer: str) -> Record:
        return Record(
            id=activity_id,
            member_id=past.member_id,
            kind=kind,
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            revision=past.revision,
            refers_to=past.id,
            answer=answer,
        )


class Settle(Close):
    """The reward is handed over: what was reserved is used."""

    path = "/v1/redemptions/{redemption}/settle"
    now: int | None = None

    def decide(self, unit: Unit, context: Context) -> Record:
        past, member, holds = self.open(unit)
        welcome(unit, member.id)
        taken = _taken.decode(past.facts)
        program = context.revisions.number(past.revision)
        activity_id = unit.make_id()
        unit.changes += 1
        for payer, hold in holds:
            payer.book.bring_up_to_date(unit.now, activity_id)
            payer.book.settle(hold, now=unit.now, at=self.at, activity_id=activity_id)
        voucher = hand_over(unit, program, taken, member, past.id, self.at)
        answer = _answer(past.id, member, "settled", taken, voucher)
        return self.record(unit, past, activity_id, "settle", answer)


class Void(Close):
    """Nothing is handed over: what was reserved goes back to where it came from."""

    path = "/v1/redemptions/{redemption}/void"
    now: int | None = None

    def decide(self, unit: Unit, context: Context) -> Record:
        past, member, holds = self.open(unit)
        activity_id = unit.make_id()
        taken = _taken.decode(past.facts)
        unit.changes += 1
        for payer, hold in holds:
            payer.book.bring_up_to_date(unit.now, activity_id)
            payer.book.void(hold, now=unit.now, at=self.at, activity_id=activity_id)
        program = context.revisions.number(past.revision)
        pool.give_back(unit, program, member.id, taken.pooled, past.occurred_at)
        answer = _answer(past.id, member, "voided", taken, None)
        return self.record(unit, past, activity_id, "void", answer)


def hand_over(
    unit: Unit, program: Program, taken: Taken, member: MemberState, redemption: UUID, at: int
) -> Voucher | None:
    """Issue the voucher as which the reward is handed over, where it is one."""
    reward = None if taken.reward is None else program.rules.rewards.get(taken.reward)
    if reward is None or reward.voucher is None:
        return None
    definition = program.rules.vouchers[reward.voucher]
    return issue(
        unit, reward.voucher, definition, member_id=member.id, campaign="",
        activity_id=redemption, at=at, timezone=program.timezone,
    )[0]  # fmt: skip


def _answer(
    redemption: UUID, member: MemberState, state: str, taken: Taken, voucher: Voucher | None
) -> str:
    held = state == "held" and taken.lapses_at is not None
    answer = RedemptionOut(
        id=redemption,
        member=member.id,
        state=state,
        cost=taken.cost,
        pooled=taken.pooled,
        reward=taken.reward,
        lapses_at=instant(taken.lapses_at or 0) if held else None,
        voucher=None if voucher is None else voucher_out(voucher),
        balances=balances(member),
    )
    return encode(answer).decode()


def _closed(outcome: str) -> HoldClosed:
    return HoldClosed(
        f"It was {outcome}; nothing more can be done with it. Start a new redemption.",
        outcome=outcome,
    )
