"""Redemptions: reserve, use, give back, each once (T9). All assets of a reward or none."""

from contextlib import suppress
from uuid import UUID

from msgspec.structs import replace

from regulars.activities.context import Context
from regulars.activities.repeats import not_put_away
from regulars.activities.unit import SHARED, MemberState, Past, Record, Stored, Unit
from regulars.activities.wants import Wants
from regulars.engine.program import Program
from regulars.engine.rules import Reward
from regulars.households import pool
from regulars.identifiers.resolve import resolve
from regulars.kit.http import Caller
from regulars.kit.problems import Conflict, Invalid, NotFound
from regulars.kit.requests import digest_of, encode, key_of
from regulars.ledger.book import HoldClosed
from regulars.ledger.payments import pay
from regulars.ledger.records import Hold
from regulars.members.known import welcome
from regulars.members.refusals import UnknownAsset as UnknownAsset
from regulars.members.refusals import nearest
from regulars.points.operations import counter_of, refuse_donation
from regulars.rewards import codes, limits
from regulars.rewards.eligible import refuse_others
from regulars.rewards.handover import Handed, hand_over
from regulars.rewards.taken import Taken, decode, refuse_unpaid, reward_of, step, told
from regulars.rewards.wire import CloseIn, RedeemIn, SendIn

DEFAULT_HOLD_SECONDS = 3600
SENT_HOLD_SECONDS = 30 * 86_400
"""What is to be sent is reserved so long: whoever packs it has no till."""


class UnknownReward(NotFound):
    code = "unknown_reward"
    title = "The program has no such reward"


class NotSpendable(Conflict):
    code = "not_spendable"
    title = "This asset cannot be spent"


class UnknownRedemption(NotFound):
    code = "unknown_redemption"
    title = "No such redemption"


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
        if request.deliver_to and not request.hold:
            raise Invalid("deliver_to goes with hold: true; it is settled as it is sent.")
        if request.hold and request.paid_minor is not None:
            raise Invalid("Money is taken as the reward is handed over, not as it is reserved.")
        self.request = request
        self.keys = key_of(key)
        self.digest = digest_of(self.path, request)
        self.at = at
        self.shop = request.shop or caller.shop
        self.till = request.till or caller.till
        self.ref = resolve(request.member, caller.region)

    def _place(self, name: str, reward: Reward) -> str:
        asked = self.request
        return limits.place_of(name, reward, asked.place, self.shop, sent=bool(asked.deliver_to))

    def wants(self, wants: Wants, context: Context) -> None:
        _, program = context.revisions.at(self.at)
        name = self.request.reward or ""
        reward = program.rules.rewards.get(name)
        assets = [self.request.asset or "*"] if reward is None else reward.cost
        wants.member(self.ref, lots=True, assets=assets)
        if reward is not None:
            with suppress(Invalid):  # it will be refused, unless it was carried out before
                limits.want_limits(wants, name, reward, self._place(name, reward))
            if reward.codes:
                wants.code_rewards[name] = wants.code_rewards.get(name, 0) + 1
            if reward.cause is not None:
                wants.counters.add(counter_of(reward.cause, next(iter(reward.cost))))
        pool.want(wants, program)

    def decide(self, unit: Unit, context: Context) -> Record:
        member = welcome(unit, self.ref)
        number, program = context.revisions.at(self.at)
        taken = self._terms(program, unit.now)
        reward = reward_of(program, taken)
        if reward is not None:
            self._refuse(unit, program, member, taken, reward)
        activity_id = unit.make_id()
        pool.bring_up_to_date(unit, program, member)
        shares = pool.shares(unit, program, member, taken.cost, self.at)
        if reward is not None and reward.codes:
            codes.take(unit, taken.reward or "", activity_id)
        taken = replace(taken, pooled=pool.pooled(member, shares))
        unit.changes += 1
        if taken.counted and reward is not None:
            limits.count(unit, member, taken.reward or "", reward, taken.place)
        self._move(unit, member, taken, shares, activity_id, reward)
        pool.count(unit, program, member, shares, self.at)
        handed = Handed()
        if taken.lapses_at is None:
            handed = hand_over(unit, program, reward, member, activity_id, self.at)
        else:
            unit.holds[activity_id] = member.id
        waits = "to_prepare" if taken.hold else "handed_over"
        if reward is not None:
            unit.card_rows.setdefault("redemption", []).append((
                activity_id, member.id, taken.reward, taken.place, waits, self.request.deliver_to,
                self.at, taken.lapses_at,
            ))  # fmt: skip
        paid = 0 if taken.hold else taken.price_minor
        state = "held" if taken.hold else "settled"
        answer = told(activity_id, member, state, taken, waits, handed)
        return Record(
            id=activity_id,
            member_id=member.id,
            kind="redeem",
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            revision=number,
            list_minor=paid,
            paid_minor=paid,
            facts=encode(taken).decode(),
            answer=answer,
            said=codes.tell(answer) if handed.code else "",
        )

    def tell(self, stored: Stored, context: Context) -> str:
        return codes.tell(stored.answer)

    def _refuse(
        self, unit: Unit, program: Program, member: MemberState, taken: Taken, reward: Reward
    ) -> None:
        limits.refuse_unavailable(reward, self.at, program.timezone)
        refuse_others(program, reward, member, self.at)
        limits.refuse_gone(unit, member, taken.reward or "", reward, taken.place)
        if reward.cause is not None:
            if taken.hold:
                raise Invalid("A donation is made at once: leave out hold.")
            refuse_donation(unit, program, reward.cause, sum(taken.cost.values()))
        if not taken.hold:
            refuse_unpaid(taken, self.request.paid_minor)

    def _move(
        self, unit: Unit, member: MemberState, taken: Taken, shares: list[pool.Share],
        activity_id: UUID, reward: Reward | None,
    ) -> None:  # fmt: skip
        """Use what it costs, or hold it."""
        cause = None if reward is None else reward.cause
        kind, purpose = ("donate", "donated") if cause else ("redeem", "redeemed")
        for first, (payer, asset, amount) in enumerate(shares):
            if taken.lapses_at is None:
                pay(
                    payer.book, asset, amount, now=unit.now, at=self.at, hold_id=unit.make_id(),
                    activity_id=activity_id, kind=kind, purpose=purpose,
                )  # fmt: skip
            else:
                payer.book.reserve(
                    asset, amount, now=unit.now, lapses_at=taken.lapses_at,
                    hold_id=unit.make_id(), activity_id=activity_id,
                    reward="" if first else taken.counted,
                    taken_by=None if payer is member else member.id,
                )  # fmt: skip
            if cause is not None:
                unit.count(SHARED, *counter_of(cause, asset), amount)

    def _terms(self, program: Program, now: int) -> Taken:
        """What it costs and until when it is held, by the request and the program's document."""
        asked = self.request
        seconds, place, price, counted = DEFAULT_HOLD_SECONDS, "", 0, ""
        if asked.reward is not None:
            reward = program.rules.rewards.get(asked.reward)
            if reward is None:
                raise UnknownReward(nearest("reward", asked.reward, program.rules.rewards))
            cost, seconds = dict(reward.cost), reward.hold_minutes * 60
            if asked.deliver_to:
                seconds = max(seconds, SENT_HOLD_SECONDS)
            place, price = self._place(asked.reward, reward), reward.price_minor
            counted = limits.counted_as(asked.reward, reward, place)
        else:
            assert asked.asset is not None
            assert asked.amount is not None
            asset = program.assets.get(asked.asset)
            if asset is None:
                raise UnknownAsset(nearest("asset", asked.asset, program.assets))
            if not asset.spendable:
                raise NotSpendable(f"{asked.asset} only counts; it cannot be spent.")
            cost = {asked.asset: asked.amount}
        seconds = seconds if asked.lapses_in_seconds is None else asked.lapses_in_seconds
        return Taken(
            cost, asked.reward, asked.hold, now + seconds if asked.hold else None,
            place=place, price_minor=price, counted=counted,
        )  # fmt: skip


class Close:
    """What settling, sending and voiding have in common: the open holds of a redemption."""

    path = ""
    now: int | None = None

    def __init__(
        self, redemption: UUID, request: CloseIn | SendIn, caller: Caller, *, key: str | None,
        at: int,
    ) -> None:  # fmt: skip
        self.redemption = redemption
        self.request = request
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (redemption, request))
        self.at = at
        self.shop = request.shop or caller.shop
        self.till = request.till or caller.till

    def wants(self, wants: Wants, context: Context) -> None:
        wants.holds.add(self.redemption)
        wants.activities.add(self.redemption)
        wants.standing = True  # a tier may hang on what is given
        wants.codes_of_holds |= codes.uses_codes(context.revisions.at(self.at)[1])

    def open(self, unit: Unit) -> tuple[Past, MemberState, list[tuple[MemberState, Hold]]]:
        """The redemption with its member and its holds, all of which must still be open. Others of
        the household may have holds of it too."""
        past, member, holds = redemption_of(unit, self.redemption)
        for _, hold in holds:
            if hold.outcome is not None or hold.lapses_at <= unit.now:
                raise _closed(hold.outcome or "lapsed")
        return past, member, holds

    def tell(self, stored: Stored, context: Context) -> str:
        return codes.tell(stored.answer)

    def record(
        self, past: Past, activity_id: UUID, kind: str, answer: str, paid: int = 0
    ) -> Record:
        return Record(
            id=activity_id,
            member_id=past.member_id,
            kind=kind,
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            revision=past.revision,
            refers_to=past.id,
            list_minor=paid,
            paid_minor=paid,
            answer=answer,
            said=codes.tell(answer),
        )


class Settle(Close):
    """The reward is handed over: what was reserved is used."""

    path = "/v1/redemptions/{redemption}/settle"
    kind = "settle"
    becomes = "handed_over"

    def decide(self, unit: Unit, context: Context) -> Record:
        past, member, holds = self.open(unit)
        welcome(unit, member.id)
        taken = decode(past.facts)
        refuse_unpaid(taken, self.request.paid_minor)
        program = context.revisions.number(past.revision)
        activity_id = unit.make_id()
        unit.changes += 1
        for payer, hold in holds:
            payer.book.bring_up_to_date(unit.now, activity_id)
            payer.book.settle(hold, now=unit.now, at=self.at, activity_id=activity_id)
        reward = reward_of(program, taken)
        handed = hand_over(unit, program, reward, member, past.id, self.at)
        self.note(unit, past.id)
        answer = told(past.id, member, "settled", taken, self.becomes, handed)
        return self.record(past, activity_id, self.kind, answer, taken.price_minor)

    def note(self, unit: Unit, redemption: UUID) -> None:
        step(unit, redemption, self.becomes, self.at)


class Void(Close):
    """Nothing is handed over: what was reserved goes back to where it came from."""

    path = "/v1/redemptions/{redemption}/void"

    def decide(self, unit: Unit, context: Context) -> Record:
        past, member, holds = self.open(unit)
        activity_id = unit.make_id()
        taken = decode(past.facts)
        unit.changes += 1
        for payer, hold in holds:
            payer.book.bring_up_to_date(unit.now, activity_id)
            payer.book.void(hold, now=unit.now, at=self.at, activity_id=activity_id)
        program = context.revisions.number(past.revision)
        pool.give_back(unit, program, member.id, taken.pooled, past.occurred_at)
        answer = told(past.id, member, "voided", taken, "voided")
        return self.record(past, activity_id, "void", answer)


def redemption_of(
    unit: Unit, redemption: UUID
) -> tuple[Past, MemberState, list[tuple[MemberState, Hold]]]:
    """A redemption with its member and its holds, open or not."""
    past = unit.past.get(redemption)
    not_put_away(unit, redemption)
    member = None if past is None else unit.member(past.member_id)
    if past is None or member is None or past.kind != "redeem":
        raise UnknownRedemption("No redemption has this id: use that of its answer.")
    holds = [
        (payer, hold)
        for payer in unit.members.values()
        for hold in payer.book.holds.values()
        if hold.activity_id == redemption
    ]
    return past, member, holds


def _closed(outcome: str) -> HoldClosed:
    return HoldClosed(
        f"It was {outcome}; nothing more can be done with it. Start a new redemption.",
        outcome=outcome,
    )
