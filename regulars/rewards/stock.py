"""What comes in at the places of a reward, and what goes out without being taken."""

from regulars.activities.context import Context
from regulars.activities.unit import SHARED, Record, Unit
from regulars.activities.wants import Wants
from regulars.engine.rules import Reward
from regulars.kit.http import Caller
from regulars.kit.problems import Conflict, Invalid
from regulars.kit.requests import digest_of, encode, key_of
from regulars.members.refusals import nearest
from regulars.rewards.limits import at_place, brought, gone, key
from regulars.rewards.operations import UnknownReward
from regulars.rewards.wire import StockIn, StockOut


class NotThere(Conflict):
    code = "stock_not_there"
    title = "So many are not there"


class ChangeStock:
    """So many of a reward came in at a place, or went out: found, broken, moved."""

    path = "/v1/rewards/{reward}/stock"
    now: int | None = None

    def __init__(
        self, reward: str, request: StockIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        if not request.change:
            raise Invalid("Nothing would change: say how many came in, or (negative) went out.")
        self.reward, self.request, self.at = reward, request, at
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (reward, request))
        self.shop, self.till = caller.shop, caller.till

    def wants(self, wants: Wants, context: Context) -> None:
        for scope in (brought(self.request.place), gone(self.request.place)):
            wants.counters.add((key(self.reward), scope, 0))

    def decide(self, unit: Unit, context: Context) -> Record:
        number, program = context.revisions.at(self.at)
        rewards, place = program.rules.rewards, self.request.place
        if self.reward not in rewards:
            raise UnknownReward(nearest("reward", self.reward, rewards))
        _refuse_place(rewards[self.reward], place)
        left = at_place(unit, self.reward, place) + self.request.change
        if left < 0:
            there = left - self.request.change
            raise NotThere(
                f"At {place} {there} are left that nobody reserved: take out no more than that.",
                left=there,
            )
        unit.count(SHARED, key(self.reward), brought(place), 0, self.request.change)
        facts = {"reward": self.reward, **_told(self.request)}
        return Record(
            id=unit.make_id(), member_id=None, kind="reward_stock", occurred_at=self.at,
            shop=self.shop, till=self.till, revision=number, facts=encode(facts).decode(),
            answer=encode(StockOut(self.reward, place, left)).decode(),
        )  # fmt: skip


def _told(request: StockIn) -> dict[str, object]:
    return {"place": request.place, "change": request.change, "reason": request.reason}


def _refuse_place(reward: Reward, place: str) -> None:
    if place not in reward.places:
        listed = ", ".join(reward.places) or "none; add them to its `places` in the document"
        raise Invalid(f"{place!r} is no place of this reward: there are {listed}.")
