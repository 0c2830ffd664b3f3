"""A redemption as it is stored with its activity, and the answer that tells how it stands."""

from uuid import UUID

import msgspec
from msgspec import Struct

from regulars.activities.unit import MemberState, Unit
from regulars.engine.program import Program
from regulars.engine.rules import Reward
from regulars.kit.periods import instant
from regulars.kit.problems import Conflict
from regulars.kit.requests import encode
from regulars.members.wire import balances
from regulars.rewards.handover import Handed
from regulars.rewards.wire import RedemptionOut


class RewardNotPaid(Conflict):
    code = "reward_not_paid"
    title = "This reward costs money besides"


class Taken(Struct, frozen=True):
    """What a redemption is about, as stored with it."""

    cost: dict[str, int]
    reward: str | None
    hold: bool
    lapses_at: int | None = None
    pooled: dict[str, int] = {}
    """What of it was taken from others of the household."""
    place: str = ""
    price_minor: int = 0
    counted: str = ""
    """What of the stock it took: see `limits.counted_as`."""


decode = msgspec.json.Decoder(Taken).decode


def reward_of(program: Program, taken: Taken) -> Reward | None:
    """The reward as the revision of the redemption has it; none where an amount was taken."""
    return None if taken.reward is None else program.rules.rewards.get(taken.reward)


def refuse_unpaid(taken: Taken, paid_minor: int | None) -> None:
    """Money that a reward costs besides is taken as it is handed over, exactly."""
    if (paid_minor or 0) != taken.price_minor:
        raise RewardNotPaid(
            f"It costs {taken.price_minor} minor units besides: take the money and say so in "
            "paid_minor. Nothing was handed over.",
            price_minor=taken.price_minor,
        )


def step(unit: Unit, redemption: UUID, state: str, at: int, by: str = "", no: str = "") -> None:
    """What became of a redemption of a reward."""
    unit.redemption_steps[redemption] = (state, at, by, no)


def told(
    redemption: UUID, member: MemberState, state: str, taken: Taken, fulfilment: str,
    handed: Handed | None = None,
) -> str:  # fmt: skip
    """The answer; a code in it is encrypted."""
    held = state == "held" and taken.lapses_at is not None
    got = handed or Handed()
    answer = RedemptionOut(
        id=redemption,
        member=member.id,
        state=state,
        cost=taken.cost,
        pooled=taken.pooled,
        reward=taken.reward,
        lapses_at=instant(taken.lapses_at or 0) if held else None,
        voucher=got.voucher,
        code=got.code,
        code_valid_until=None if got.code_valid_until is None else instant(got.code_valid_until),
        gift_card=got.gift_card,
        gives=got.gives,
        place=taken.place,
        price_minor=taken.price_minor,
        fulfilment=fulfilment if taken.reward else "",
        balances=balances(member),
    )
    return encode(answer).decode()
