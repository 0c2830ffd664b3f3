"""Redemptions: all or nothing, and each closed once (T1, T9, T13)."""

from typing import Any
from uuid import UUID

import pytest

from regulars.activities.batch import KeyReused
from regulars.identifiers.resolve import resolve
from regulars.kit.problems import Invalid
from regulars.ledger.book import HoldClosed, InsufficientFunds
from regulars.members.known import MemberBlocked, UnknownMember
from regulars.members.operations import BlockMember, Join
from regulars.members.queries import balances, history
from regulars.members.wire import BlockIn, IdentifierIn, JoinIn
from regulars.rewards.operations import (
    NotSpendable,
    Redeem,
    Settle,
    UnknownAsset,
    UnknownRedemption,
    UnknownReward,
    Void,
)
from regulars.rewards.wire import CloseIn, RedeemIn
from regulars.vouchers.queries import look_up
from tests.desk import DAY, Desk, Give, plain, refusals

ANNA = "card:2900000000000007"
CARD = ("card", "2900000000000007")


@pytest.fixture(autouse=True)
def anna(desk: Desk) -> UUID:
    request = JoinIn((IdentifierIn(*CARD),))
    return UUID(desk.do(Join(request, desk.caller, key=desk.key(), at=desk.now))["id"])


def redeem(desk: Desk, reward: str | None = None, key: str | None = None, **more: Any) -> Redeem:
    request = RedeemIn(more.pop("member", ANNA), reward, **more)
    return Redeem(request, desk.caller, key=key or desk.key(), at=desk.now)


def settle(desk: Desk, redemption: dict[str, Any] | str, key: str | None = None) -> Settle:
    id_ = redemption if isinstance(redemption, str) else redemption["id"]
    return Settle(UUID(id_), CloseIn(), desk.caller, key=key or desk.key(), at=desk.now)


def void(desk: Desk, redemption: dict[str, Any] | str) -> Void:
    id_ = redemption if isinstance(redemption, str) else redemption["id"]
    return Void(UUID(id_), CloseIn(), desk.caller, key=desk.key(), at=desk.now)


def has(desk: Desk) -> dict[str, dict[str, int]]:
    """What Anna has as of now, without what is nothing."""
    found = desk.read(balances(desk.program_id, resolve(ANNA), desk.now, "Europe/Warsaw"))
    names = ("available", "pending", "held", "owed")
    return {
        a.asset: {name: getattr(a, name) for name in names if getattr(a, name)}
        for a in found.assets
    }


def test_a_reward_is_taken_at_once(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 130))
    answer = desk.do(redeem(desk, "mug"))
    assert (answer["state"], answer["cost"]) == ("settled", {"points": 100})
    assert answer["balances"] == {"points": {"available": 30}}
    assert has(desk) == {"points": {"available": 30}}
    with pytest.raises(HoldClosed, match="settled"):
        desk.do(void(desk, answer))
    desk.verify()


def test_or_held_until_it_is_handed_over(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 130))
    held = desk.do(redeem(desk, "mug", hold=True))
    assert (held["state"], held["lapses_at"]) == ("held", "2026-03-02T13:00:00Z")
    assert has(desk) == {"points": {"available": 30, "held": 100}}
    done = desk.do(settle(desk, held))
    assert (done["id"], done["state"]) == (held["id"], "settled")
    assert done["balances"] == {"points": {"available": 30}}
    desk.verify()


def test_t9_voided_it_comes_back_once(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 100))
    held = desk.do(redeem(desk, "mug", hold=True))
    assert desk.do(void(desk, held))["balances"] == {"points": {"available": 100}}
    for again in (void(desk, held), settle(desk, held)):
        with pytest.raises(HoldClosed, match="voided"):
            desk.do(again)
    assert has(desk) == {"points": {"available": 100}}
    desk.verify()


def test_t9_settled_and_voided_at_once_only_one_of_them_happens(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 100))
    held = desk.do(redeem(desk, "mug", hold=True))
    answers = desk.at_once([(settle, void)[n % 2](desk, held) for n in range(16)])
    assert [a.bug for a in answers if a.bug] == []
    assert [type(p) for p in refusals(answers)] == [HoldClosed] * 15
    (done,) = [plain(a) for a in answers if a.text]
    left = {"settled": {}, "voided": {"available": 100}}[done["state"]]
    assert has(desk) == {"points": left}
    desk.verify()


def test_t9_it_lapses_by_itself(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 100))
    held = desk.do(redeem(desk, "mug", hold=True, lapses_in_seconds=60))
    desk.wait(seconds=60)
    assert has(desk) == {"points": {"available": 100}}, "also before anybody has touched it"
    with pytest.raises(HoldClosed, match="lapsed"):
        desk.do(settle(desk, held))
    desk.do(redeem(desk, "mug"))
    assert has(desk) == {"points": {}}
    desk.verify()


def test_t11_the_same_key_settles_once(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 100))
    held = desk.do(redeem(desk, "mug", hold=True))
    key = desk.key()
    answers = desk.at_once([settle(desk, held, key) for _ in range(16)])
    assert len({answer.text for answer in answers}) == 1
    with pytest.raises(KeyReused):
        desk.do(redeem(desk, "mug", key))
    desk.verify()


def test_everything_in_one_batch(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 200))
    first = redeem(desk, "mug", hold=True)
    answers = desk.batch(first, redeem(desk, "mug"), redeem(desk, "mug"))
    assert [type(p) for p in refusals(answers)] == [InsufficientFunds]
    held = plain(answers[0])
    answers = desk.batch(void(desk, held), settle(desk, held), redeem(desk, "mug"))
    assert [type(p) for p in refusals(answers)] == [HoldClosed]
    assert has(desk) == {"points": {}}
    desk.verify()


def test_t13_of_64_at_once_only_as_many_succeed_as_there_are_points_for(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 250))
    answers = desk.at_once([redeem(desk, "mug", hold=n % 2 == 0) for n in range(64)])
    assert [a.bug for a in answers if a.bug] == []
    assert [type(p) for p in refusals(answers)] == [InsufficientFunds] * 62
    desk.verify()


def test_a_reward_of_several_assets_is_taken_whole_or_not_at_all(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 80))
    desk.do(Give(CARD, "stamps", 1))
    for hold in (True, False):
        with pytest.raises(InsufficientFunds, match="1 stamps more") as refusal:
            desk.do(redeem(desk, "coffee", hold=hold))
        assert refusal.value.document()["missing"] == {"stamps": 1}
    assert has(desk) == {"points": {"available": 80}, "stamps": {"available": 1}}
    desk.do(Give(CARD, "stamps", 1))
    held = desk.do(redeem(desk, "coffee", hold=True))
    assert has(desk) == {"points": {"available": 30, "held": 50}, "stamps": {"held": 2}}
    desk.do(void(desk, held))
    assert has(desk) == {"points": {"available": 80}, "stamps": {"available": 2}}
    desk.verify()


def test_a_reward_that_is_a_voucher_is_handed_over_when_settled(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 100))
    desk.do(Give(CARD, "stamps", 4))
    held = desk.do(redeem(desk, "coffee", hold=True))
    assert "voucher" not in held
    assert held["lapses_at"] == "2026-03-02T12:30:00Z", "the reward's own 30 minutes"
    for done in (desk.do(settle(desk, held)), desk.do(redeem(desk, "coffee"))):
        voucher = done["voucher"]
        assert voucher["valid_until"] == "2026-03-31T22:00:00Z"
        found = desk.read(look_up(desk.program_id, voucher["code"], resolve(ANNA), desk.now))
        assert (found.voucher, found.uses_left) == ("coffee", 1)


def test_an_amount_can_be_taken_directly(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 10))
    answer = desk.do(redeem(desk, asset="points", amount=4))
    assert (answer["cost"], "reward" in answer) == ({"points": 4}, False)
    with pytest.raises(InsufficientFunds, match="1 points more"):
        desk.do(redeem(desk, asset="points", amount=7))


def test_what_only_counts_cannot_be_spent(desk: Desk) -> None:
    desk.do(Give(CARD, "status", 10))
    with pytest.raises(NotSpendable):
        desk.do(redeem(desk, asset="status", amount=1))


def test_a_misspelt_reward_is_named(desk: Desk) -> None:
    with pytest.raises(UnknownReward, match="did you mean 'coffee'"):
        desk.do(redeem(desk, "cofee"))
    with pytest.raises(UnknownReward, match="there are coffee, mug"):
        desk.do(redeem(desk, "yacht"))
    with pytest.raises(UnknownAsset, match="did you mean 'points'"):
        desk.do(redeem(desk, asset="point", amount=1))


@pytest.mark.parametrize(
    "wrong",
    [{}, {"reward": "mug", "asset": "points", "amount": 1}, {"asset": "points"}, {"amount": 3},
     {"reward": "mug", "amount": 3}, {"reward": "mug", "lapses_in_seconds": 60}],
)  # fmt: skip
def test_a_redemption_is_of_one_thing(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        redeem(desk, **wrong)


def test_pending_points_are_not_there_yet(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 100, available_at=desk.now + 14 * DAY))
    with pytest.raises(InsufficientFunds):
        desk.do(redeem(desk, "mug"))
    desk.wait(days=14)
    desk.do(redeem(desk, "mug"))
    desk.verify()


def test_a_refusal_that_notices_an_expiry_lets_it_happen_and_takes_nothing(
    desk: Desk, anna: UUID
) -> None:
    desk.do(Give(CARD, "points", 100, expires_at=desk.now + DAY))
    desk.wait(days=2)
    answers = desk.batch(redeem(desk, "mug"), Give(CARD, "points", 7))
    assert [type(p) for p in refusals(answers)] == [InsufficientFunds]
    assert has(desk) == {"points": {"available": 7}}
    told = desk.read(history(desk.program_id, anna, before=None, limit=10))
    assert [(h.kind, h.amounts) for h in told] == [
        ("gift", [("earn", "points", 7)]),
        ("expire", [("expire", "points", -100)]),
        ("gift", [("earn", "points", 100)]),
        ("join", []),
    ]
    desk.verify()


def test_a_blocked_member_cannot_redeem_nor_settle_but_void(desk: Desk) -> None:
    desk.do(Give(CARD, "points", 200))
    held = desk.do(redeem(desk, "mug", hold=True))
    desk.do(BlockMember(ANNA, BlockIn(), desk.caller, key=desk.key(), at=desk.now))
    for operation in (redeem(desk, "mug"), settle(desk, held)):
        with pytest.raises(MemberBlocked):
            desk.do(operation)
    desk.do(void(desk, held))
    assert has(desk) == {"points": {"available": 200}}


def test_who_and_what_is_not_known(desk: Desk) -> None:
    with pytest.raises(UnknownMember):
        desk.do(redeem(desk, "mug", member="card:4539148803436467"))
    for operation in (settle, void):
        with pytest.raises(UnknownRedemption):
            desk.do(operation(desk, "019acafe-0000-7000-8000-000000000001"))
