"""Rewards that run out, in all and for each member, and have their time (T1)."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from regulars.activities.operations import BringUpToDate
from regulars.identifiers.resolve import resolve
from regulars.ledger.verify import verify
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.rewards.limits import RewardGone, RewardLimitReached, RewardNotAvailable
from regulars.rewards.operations import Redeem, Settle, Void
from regulars.rewards.queries import rewards
from regulars.rewards.wire import CloseIn, RedeemIn, RewardOut
from tests.corner import corner, words
from tests.desk import Desk, Give, open_desk, refusals

CARDS = ("2900000000000007", "4539148803436467")
ANNA, BORIS = (f"card:{card}" for card in CARDS)
REWARDS = {
    "mug": {"name": words("Mug"), "cost": {"points": 10}, "stock": 3},
    "cup": {"name": words("Cup"), "cost": {"points": 10, "stamps": 1}, "per_member": 2},
    "bag": {"name": words("Bag"), "cost": {"points": 10}, "stock": 5, "per_member": 2},
    "egg": {
        "name": words("Egg"), "cost": {"points": 1}, "starts": "2026-03-03", "ends": "2026-03-04",
    },
    "pen": {"name": words("Pen"), "cost": {"points": 1}},
}  # fmt: skip


@pytest.fixture
def desk(fresh_database_url: str) -> Iterator[Desk]:
    with open_desk(fresh_database_url, corner(rewards=REWARDS)) as desk:
        for card in CARDS:
            request = JoinIn((IdentifierIn("card", card),))
            desk.do(Join(request, desk.caller, key=None, at=desk.now))
            for asset in ("points", "stamps"):
                desk.do(Give(("card", card), asset, 10_000))
        yield desk
        desk.verify()


def take(desk: Desk, reward: str, member: str = ANNA, **more: Any) -> Redeem:
    return Redeem(RedeemIn(member, reward, **more), desk.caller, key=desk.key(), at=desk.now)


def close(desk: Desk, kind: Any, held: Any) -> Any:
    return desk.do(kind(UUID(held["id"]), CloseIn(), desk.caller, key=desk.key(), at=desk.now))


def left(desk: Desk, reward: str, member: str | None = ANNA) -> tuple[int | None, int | None, bool]:
    found: RewardOut = {each.reward: each for each in listed(desk, member)}[reward]
    return found.left, found.left_for_member, found.available


def listed(desk: Desk, member: str | None) -> list[RewardOut]:
    ref = None if member is None else resolve(member)
    _, program = desk.context.revisions.at(desk.now)
    found = desk.read(rewards(desk.program_id, program, ref, desk.now, "pl"))
    return list(found.rewards)


def test_a_reward_runs_out(desk: Desk) -> None:
    for member in (ANNA, BORIS, ANNA):
        desk.do(take(desk, "mug", member))
    with pytest.raises(RewardGone) as refusal:
        desk.do(take(desk, "mug", BORIS))
    assert refusal.value.extra == {"stock": 3}
    assert left(desk, "mug") == (0, 0, False)
    assert left(desk, "pen") == (None, None, True)


def test_each_member_takes_so_many(desk: Desk) -> None:
    for _ in range(2):
        desk.do(take(desk, "cup"))
    with pytest.raises(RewardLimitReached):
        desk.do(take(desk, "cup"))
    desk.do(take(desk, "cup", BORIS))
    assert (left(desk, "cup"), left(desk, "cup", BORIS)) == ((None, 0, False), (None, 1, True))
    assert left(desk, "cup", None) == (None, None, True)


def test_what_is_left_for_a_member_is_the_smaller_of_both(desk: Desk) -> None:
    assert left(desk, "bag") == (5, 2, True)
    for member in (BORIS, BORIS, ANNA):
        desk.do(take(desk, "bag", member))
    assert (left(desk, "bag"), left(desk, "bag", None)) == ((2, 1, True), (2, None, True))


@pytest.mark.parametrize("how", ["voided", "lapsed", "settled"])
def test_what_is_held_counts_until_it_is_voided_or_lapses(desk: Desk, how: str) -> None:
    held = [desk.do(take(desk, "cup", hold=True, lapses_in_seconds=60)) for _ in range(2)]
    with pytest.raises(RewardLimitReached):
        desk.do(take(desk, "cup"))
    if how == "lapsed":
        desk.wait(seconds=60)
        (member,) = {UUID(one["member"]) for one in held}
        desk.batch(BringUpToDate([member]))
        back = 2
    else:
        close(desk, Void if how == "voided" else Settle, held[0])
        back = 1 if how == "voided" else 0
    assert left(desk, "cup") == (None, back, back > 0)


def test_a_reward_is_taken_in_its_time(desk: Desk) -> None:
    with pytest.raises(RewardNotAvailable):
        desk.do(take(desk, "egg"))
    assert left(desk, "egg") == (None, None, False)
    desk.wait(days=1)
    desk.do(take(desk, "egg"))
    desk.wait(days=1, seconds=10 * 3600)  # 23:00 in Warsaw
    desk.do(take(desk, "egg"))
    desk.wait(seconds=3600)
    with pytest.raises(RewardNotAvailable):
        desk.do(take(desk, "egg"))


@pytest.mark.parametrize("hold", [False, True])
def test_t1_of_64_at_once_the_last_ones_are_taken_once(desk: Desk, hold: bool) -> None:
    members = (ANNA, BORIS)
    answers = desk.at_once([take(desk, "mug", members[n % 2], hold=hold) for n in range(64)])
    assert [answer.bug for answer in answers if answer.bug] == []
    assert Counter(map(type, refusals(answers))) == {RewardGone: 61}
    assert sum(json.loads(a.text)["reward"] == "mug" for a in answers if a.text) == 3


def test_t1_of_64_at_once_each_member_gets_what_is_hers(desk: Desk) -> None:
    answers = desk.at_once([take(desk, "bag", (ANNA, BORIS)[n % 2]) for n in range(64)])
    assert Counter(map(type, refusals(answers))) == {RewardLimitReached: 60}


def test_t1_also_in_one_batch(desk: Desk) -> None:
    answers = desk.batch(*(take(desk, "mug") for _ in range(64)))
    assert Counter(map(type, refusals(answers))) == {RewardGone: 61}


def test_too_many_taken_is_found_by_verify(desk: Desk) -> None:
    desk.do(take(desk, "mug"))
    with desk.connection.transaction():
        desk.connection.execute("update counter set used = 4 where campaign = 'reward:mug'")
    fault = desk.read(verify())
    assert fault is not None
    assert fault.startswith("rewards_within_stock: reward mug was taken 4 times of its total 3")
    with desk.connection.transaction():
        desk.connection.execute("update counter set used = 1 where campaign = 'reward:mug'")
