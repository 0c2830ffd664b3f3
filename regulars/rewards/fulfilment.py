"""How a reward gets into hands: made ready, sent, brought back. Each step is an activity that
refers to the redemption; nothing is overwritten."""

from uuid import UUID

from regulars.activities.context import Context
from regulars.activities.unit import SHARED, MemberState, Past, Record, Unit
from regulars.activities.wants import Wants
from regulars.engine.program import Program
from regulars.households import pool
from regulars.kit.http import Caller
from regulars.kit.problems import Conflict
from regulars.kit.requests import digest_of, encode, key_of
from regulars.ledger.payments import pay_back
from regulars.rewards import limits
from regulars.rewards.handover import refuse_used, take_in
from regulars.rewards.operations import Close, Settle, redemption_of
from regulars.rewards.taken import Taken, decode, reward_of, step, told
from regulars.rewards.wire import ReturnIn, SendIn


class ReadyAlready(Conflict):
    code = "ready_already"
    title = "This reward is ready already"


class NotHandedOver(Conflict):
    code = "not_handed_over"
    title = "This reward was not handed over"


class MakeReady(Close):
    """The reward was put aside for the member: it waits to be fetched or sent."""

    path = "/v1/redemptions/{redemption}/ready"

    def decide(self, unit: Unit, context: Context) -> Record:
        past, member, _ = self.open(unit)
        if any(one.kind == "reward_ready" for one in unit.returns.get(past.id, ())):
            raise ReadyAlready("It was made ready before: hand it over, send it or void it.")
        taken = decode(past.facts)
        step(unit, past.id, "ready", self.at)
        member.changed = True
        unit.changes += 1
        answer = told(past.id, member, "held", taken, "ready")
        return self.record(past, unit.make_id(), "reward_ready", answer)


class Send(Settle):
    """The reward is on its way to the member: what was reserved is used."""

    path = "/v1/redemptions/{redemption}/send"
    kind = "reward_sent"
    becomes = "sent"

    def note(self, unit: Unit, redemption: UUID) -> None:
        assert isinstance(self.request, SendIn)
        step(unit, redemption, "sent", self.at, self.request.sent_by, self.request.tracking)


class Return:
    """A reward that was handed over is brought back: what it cost goes back to the lots it came
    from, and the stock can be given out again, unless it is spoilt."""

    path = "/v1/redemptions/{redemption}/return"
    now: int | None = None

    def __init__(
        self, redemption: UUID, request: ReturnIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        self.redemption, self.request = redemption, request
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (redemption, request))
        self.at = at
        self.shop = request.shop or caller.shop
        self.till = request.till or caller.till

    def wants(self, wants: Wants, context: Context) -> None:
        wants.holds.add(self.redemption)
        wants.activities.add(self.redemption)
        wants.standing = True  # a tier may hang on the balance
        wants.gift_cards |= bool(context.revisions.at(self.at)[1].rules.gift_cards)

    def decide(self, unit: Unit, context: Context) -> Record:
        past, member, holds = redemption_of(unit, self.redemption)
        taken, program = decode(past.facts), context.revisions.number(past.revision)
        self._refuse(unit, past, [hold.outcome for _, hold in holds])
        reward = reward_of(program, taken)
        activity_id = unit.make_id()
        for payer, _ in holds:
            payer.book.bring_up_to_date(unit.now, activity_id)
        if reward is not None:
            refuse_used(unit, program, reward, member, past.id)
            take_in(unit, program, reward, member, past.id, at=self.at, activity_id=activity_id)
        unit.changes += 1
        for payer, hold in holds:
            pay_back(
                payer.book, hold, 0, hold.amount, now=unit.now, at=self.at, activity_id=activity_id
            )
        self._give_back(unit, program, member, taken, past)
        answer = told(past.id, member, "returned", taken, "returned")
        facts = {"reward": taken.reward, "reason": self.request.reason}
        return Record(
            id=activity_id, member_id=member.id, kind="reward_return", occurred_at=self.at,
            shop=self.shop, till=self.till, revision=past.revision, refers_to=past.id,
            list_minor=-taken.price_minor, paid_minor=-taken.price_minor,
            facts=encode(facts).decode(), answer=answer,
        )  # fmt: skip

    def _refuse(self, unit: Unit, past: Past, outcomes: list[str | None]) -> None:
        if any(one.kind == "reward_return" for one in unit.returns.get(past.id, ())):
            raise NotHandedOver("It was brought back before; nothing was given back again.")
        if any(outcome != "settled" for outcome in outcomes):
            raise NotHandedOver("It was not handed over: void it, if it is still reserved.")

    def _give_back(
        self, unit: Unit, program: Program, member: MemberState, taken: Taken, past: Past
    ) -> None:
        """The stock, the member's limit and the household's month."""
        pool.give_back(unit, program, member.id, taken.pooled, past.occurred_at)
        step(unit, past.id, "returned", self.at)
        if not taken.counted or taken.reward is None:
            return
        name = limits.key(taken.reward)
        unit.adjust(member.id, name, limits.PER_MEMBER, 0, -1)
        if self.request.restock:
            unit.adjust(SHARED, name, limits.TOTAL, 0, -1)
            if taken.counted.partition("/")[2]:
                unit.adjust(SHARED, name, limits.gone(taken.place), 0, -1)
