"""Friends bring friends, and nobody gains from bringing themselves (T18)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from regulars.giftcards.wire import CardPayIn
from regulars.kit.problems import Invalid
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.wire import LineIn, PurchaseIn
from regulars.referrals.operations import (
    AlreadyReferred,
    CodeTaken,
    Enter,
    GetCode,
    JoinByCode,
    NoSuchCode,
    ReferralRefused,
    TooLate,
)
from regulars.referrals.queries import referrals_of
from regulars.referrals.wire import CodeIn, EnterIn, JoinByCodeIn
from tests.corner import words
from tests.desk import Desk, open_desk, plain
from tests.progress.games import member_id
from tests.purchases.shop import balance, bring_back, buy, buying, join, state

DOCUMENT = {
    "program": "friends",
    "name": words("Friends"),
    "currency": "PLN",
    "timezone": "Europe/Warsaw",
    "assets": {"points": {"name": words("points")}},
    "vouchers": {"ten-off": {"name": words("Ten off"), "valid_days": 30}},
    "gift_cards": {"classic": {"name": words("Card"), "skus": ["GC"]}},
    "referrals": {
        "referrer": {"assets": {"points": 500}},
        "friend": {"assets": {"points": 200}, "voucher": "ten-off"},
        "qualifies_from_minor": 5_000,
        "return_days": 14,
        "link": "https://example.com/join?code={code}",
        "caps": {"per_month": 2, "total": 3},
    },
    "campaigns": [
        {"id": "ten-off", "name": words("Ten off"),
         "when": [{"kind": "coupon_presented", "voucher": "ten-off"}],
         "then": [{"kind": "amount_off", "off_minor": 1_000}]},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(database_url: str) -> Iterator[Desk]:
    with open_desk(database_url, json.dumps(DOCUMENT)) as desk:
        yield desk
        desk.verify()


def code_of(desk: Desk, member: str, personal: str | None = None) -> Any:
    return desk.do(GetCode(member, CodeIn(personal), desk.caller, key=desk.key(), at=desk.now))


def entering(desk: Desk, member: str, code: str) -> Enter:
    return Enter(member, EnterIn(code), desk.caller, key=desk.key(), at=desk.now)


def person(desk: Desk, email: str | None = None, **attributes: str) -> str:
    named = () if email is None else (IdentifierIn("email", email),)
    request = JoinIn(named, issue_card=True, attributes=attributes)
    answer = desk.do(Join(request, desk.caller, key=desk.key(), at=desk.now))
    return f"card:{answer['card']}"


def brought(desk: Desk, referrer: str) -> str:
    """A new friend of a member."""
    code = code_of(desk, referrer)["code"]
    request = JoinByCodeIn(code, JoinIn(issue_card=True))
    answer = desk.do(JoinByCode(request, desk.caller, key=desk.key(), at=desk.now))
    return f"card:{answer['card']}"


def shown(desk: Desk, member: str) -> Any:
    _, program = desk.context.revisions.at(desk.now)
    return desk.read(referrals_of(desk.program_id, member_id(desk, member), program, desk.now))


def test_both_are_paid_when_the_return_window_is_over(desk: Desk) -> None:
    anna = join(desk)
    ben = brought(desk, anna)
    buy(desk, ben, ("tea", 1, 4_999))
    assert balance(desk, anna) == (0, 0, 0, 0)
    bought = buy(desk, ben, ("coat", 1, 5_000))
    assert [(s["of"], s["code"]) for s in bought["progress"]] == [("referral", "rewarded")]
    assert balance(desk, anna) == (500, 0, 0, 0)
    assert balance(desk, ben) == (200, 0, 0, 0)
    code = bought["vouchers"][0]["code"]
    early = buy(desk, ben, ("tea", 1, 2_000), codes=(code,))
    assert early["codes"][0]["status"] == "not_usable"
    desk.wait(days=14)
    late = buy(desk, ben, ("tea", 1, 2_000), codes=(code,))
    assert (late["codes"][0]["status"], late["paid_minor"]) == ("used", 1_000)
    assert balance(desk, ben) == (0, 200, 0, 0)
    assert shown(desk, anna).friends[0].status == "rewarded"
    assert shown(desk, ben).came_by.status == "rewarded"
    again = buy(desk, ben, ("coat", 1, 5_000))
    assert "progress" not in again


def test_a_return_cancels_the_rewards_of_both_and_the_next_purchase_counts(desk: Desk) -> None:
    anna = join(desk)
    ben = brought(desk, anna)
    before = [state(desk, one)["accounts"] for one in (anna, ben)]
    bought = buy(desk, ben, ("coat", 2, 2_600))
    desk.wait(days=3)
    part = bring_back(desk, bought, (1, 1))
    assert part["vouchers_withdrawn"] == 1
    assert [state(desk, one)["accounts"] for one in (anna, ben)] == before
    assert state(desk, ben)["vouchers"] == []
    assert shown(desk, anna).friends[0].status == "open"
    bring_back(desk, bought)
    buy(desk, ben, ("coat", 1, 6_000))
    assert balance(desk, anna) == (500, 0, 0, 0)
    assert shown(desk, anna).rewarded == 1


def test_money_on_a_gift_card_counts_when_the_card_pays(desk: Desk) -> None:
    anna = join(desk)
    ben = brought(desk, anna)
    sold = buy(desk, ben, ("GC", 1, 6_000), ("tea", 1, 4_999))
    assert balance(desk, anna) == balance(desk, ben) == (0, 0, 0, 0)
    cards = (CardPayIn(sold["gift_cards"][0]["code"]),)
    bought = buy(desk, ben, ("coat", 1, 6_000), gift_cards=cards)
    assert balance(desk, anna) == (500, 0, 0, 0)
    bring_back(desk, bought)
    assert balance(desk, anna) == balance(desk, ben) == (0, 0, 0, 0)


def test_after_the_window_a_return_still_takes_it_back(desk: Desk) -> None:
    anna = join(desk)
    ben = brought(desk, anna)
    bought = buy(desk, ben, ("coat", 1, 6_000))
    desk.wait(days=20)
    bring_back(desk, bought)
    assert balance(desk, anna) == balance(desk, ben) == (0, 0, 0, 0)


def test_caps_by_month_and_in_all(desk: Desk) -> None:
    anna = join(desk)
    friends = [brought(desk, anna) for _ in range(5)]
    for friend in friends[:3]:
        buy(desk, friend, ("coat", 1, 6_000))
    assert balance(desk, anna) == (1_000, 0, 0, 0)
    assert balance(desk, friends[2]) == (200, 0, 0, 0), "the friend does not pay for the cap"
    assert (shown(desk, anna).left_this_month, shown(desk, anna).left_in_all) == (0, 1)
    desk.wait(days=31)
    for friend in friends[3:]:
        buy(desk, friend, ("coat", 1, 6_000))
    assert shown(desk, anna).rewarded == 3
    assert sum(balance(desk, anna)) == 1_500


def test_the_last_reward_of_a_cap_is_given_once_at_the_same_time(desk: Desk) -> None:
    anna = join(desk)
    friends = [brought(desk, anna) for _ in range(12)]
    answers = desk.at_once([buying(desk, one, ("coat", 1, 6_000)) for one in friends])
    assert all(plain(answer) for answer in answers)
    assert sum(balance(desk, anna)) == 1_000
    friends = [brought(desk, anna) for _ in range(3)]
    desk.wait(days=31)
    for answer in desk.batch(*[buying(desk, one, ("coat", 1, 6_000)) for one in friends]):
        plain(answer)
    assert sum(balance(desk, anna)) == 1_500, "in one batch too"


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        (("an.na+x@gmail.com", {}), ("anna@gmail.com", {})),
        (("eve+1@example.com", {}), ("eve+2@example.com", {})),
        ((None, {"household": "h1"}), (None, {"household": "h1"})),
        ((None, {"device_hash": "d"}), (None, {"device_hash": "d"})),
        ((None, {"payment_hash": "p"}), (None, {"payment_hash": "p"})),
        ((None, {"address_hash": "a"}), (None, {"address_hash": "a"})),
    ],
)
def test_the_same_person_is_refused(desk: Desk, mine: Any, other: Any) -> None:
    anna, eve = person(desk, mine[0], **mine[1]), person(desk, other[0], **other[1])
    code = code_of(desk, anna)["code"]
    with pytest.raises(ReferralRefused):
        desk.do(entering(desk, eve, code))
    if other[1]:
        joining = JoinByCodeIn(code, JoinIn(issue_card=True, attributes=other[1]))
        with pytest.raises(ReferralRefused):
            desk.do(JoinByCode(joining, desk.caller, key=desk.key(), at=desk.now))
    with pytest.raises(ReferralRefused):
        desk.do(entering(desk, anna, code))


def test_what_becomes_known_before_the_purchase_counts_too(desk: Desk) -> None:
    anna = person(desk, device_hash="same-phone")
    ben = brought(desk, anna)
    desk.connection.execute(
        'update member set attributes = \'{"device_hash": "same-phone"}\' where id = %s',
        (member_id(desk, ben),),
    )
    desk.connection.commit()
    told = buy(desk, ben, ("coat", 1, 6_000))
    assert told["progress"][0]["code"] == "refused"
    assert balance(desk, anna) == balance(desk, ben) == (0, 0, 0, 0)
    assert shown(desk, anna).friends[0].status == "refused"


def test_rings_are_refused_however_long(desk: Desk) -> None:
    ring = [join(desk) for _ in range(4)]
    codes = [code_of(desk, one)["code"] for one in ring]
    for friend, code in zip(ring[1:], codes, strict=False):
        desk.do(entering(desk, friend, code))
    with pytest.raises(ReferralRefused):
        desk.do(entering(desk, ring[0], codes[-1]))
    one, other = join(desk), join(desk)
    ones, others = code_of(desk, one)["code"], code_of(desk, other)["code"]
    answers = desk.batch(entering(desk, one, others), entering(desk, other, ones))
    assert [answer.problem is None for answer in answers] == [True, False]
    one, other = join(desk), join(desk)
    ones, others = code_of(desk, one)["code"], code_of(desk, other)["code"]
    at_once = desk.at_once([entering(desk, one, others), entering(desk, other, ones)])
    assert sum(answer.problem is None for answer in at_once) == 1


def test_a_code_is_always_the_same_and_one_may_choose_another(desk: Desk) -> None:
    anna, ben, eve = join(desk), join(desk), join(desk)
    drawn = code_of(desk, anna)
    assert code_of(desk, anna) == drawn
    plain_code = drawn["code"].replace("-", "")
    assert len(plain_code) == 15
    assert drawn["link"] == f"https://example.com/join?code={plain_code}"
    chosen = f"anna-{member_id(desk, anna).hex[-8:]}"
    assert code_of(desk, anna, chosen)["code"] == chosen.replace("-", "").upper()
    for member, wish in ((ben, chosen), (ben, drawn["code"]), (anna, "something")):
        with pytest.raises(CodeTaken):
            code_of(desk, member, wish[:20])
    desk.do(entering(desk, ben, chosen))
    for code in ("nobody", drawn["code"][:-1] + "?"):
        with pytest.raises(NoSuchCode):
            desk.do(entering(desk, eve, code))
    with pytest.raises(AlreadyReferred):
        desk.do(entering(desk, ben, drawn["code"]))


def test_only_who_is_new_can_be_brought(desk: Desk) -> None:
    anna, ben, eve = join(desk), join(desk), join(desk)
    code = code_of(desk, anna)["code"]
    buy(desk, ben, ("tea", 1, 100))
    with pytest.raises(TooLate):
        desk.do(entering(desk, ben, code))
    desk.wait(days=30)
    with pytest.raises(TooLate):
        desk.do(entering(desk, eve, code))


def test_the_first_purchase_itself_may_name_who_sent_the_member(desk: Desk) -> None:
    anna, ben = join(desk), join(desk)
    code = code_of(desk, anna)["code"]
    before = [state(desk, one) for one in (anna, ben)]
    bought = buy(desk, ben, ("coat", 1, 6_000), referral_code=code, key="coat")
    assert [(s["of"], s["code"]) for s in bought["progress"]] == [("referral", "rewarded")]
    assert (balance(desk, anna), balance(desk, ben)) == ((500, 0, 0, 0), (200, 0, 0, 0))
    assert buy(desk, ben, ("coat", 1, 6_000), referral_code=code, key="coat") == bought
    bring_back(desk, bought)
    assert [state(desk, one) for one in (anna, ben)] == before
    assert shown(desk, anna).friends[0].status == "open"
    buy(desk, ben, ("coat", 1, 6_000), referral_code=code)
    assert balance(desk, anna) == (500, 0, 0, 0), "told again by its own purchase: the same one"


def test_a_purchase_that_names_a_wrong_code_is_refused_whole(desk: Desk) -> None:
    anna, ben = join(desk), join(desk)
    codes = [code_of(desk, one)["code"] for one in (anna, ben)]
    for code, problem in (("nobody", NoSuchCode), (codes[1], ReferralRefused)):
        with pytest.raises(problem):
            buy(desk, ben, ("coat", 1, 6_000), referral_code=code)
    with pytest.raises(Invalid):
        buy(desk, None, ("coat", 1, 6_000), referral_code=codes[0])
    buy(desk, ben, ("tea", 1, 100))
    with pytest.raises(TooLate):
        buy(desk, ben, ("coat", 1, 6_000), referral_code=codes[0])
    assert balance(desk, anna) == balance(desk, ben) == (0, 0, 0, 0)
    one, other = join(desk), join(desk)
    codes = [code_of(desk, one)["code"], code_of(desk, other)["code"]]
    answers = desk.batch(
        buying(desk, one, ("coat", 1, 6_000), referral_code=codes[1]),
        buying(desk, other, ("coat", 1, 6_000), referral_code=codes[0]),
    )
    assert [answer.problem is None for answer in answers] == [True, False], "rings in one batch too"


def test_a_late_first_purchase_counts_at_its_own_time(desk: Desk) -> None:
    anna, ben = join(desk), join(desk)
    code = code_of(desk, anna)["code"]
    bought = desk.now + 3_600
    desk.wait(days=40)
    late = PurchaseIn((LineIn("coat", 1, unit_price_minor=6_000),), ben, referral_code=code)
    desk.do(RecordPurchase(late, desk.caller, key=desk.key(), at=bought))
    assert balance(desk, anna) == (0, 500, 0, 0)


def test_a_blocked_referrer_gets_nothing(desk: Desk) -> None:
    anna = join(desk)
    ben = brought(desk, anna)
    desk.connection.execute(
        "update member set status = 'blocked' where id = %s", (member_id(desk, anna),)
    )
    desk.connection.commit()
    buy(desk, ben, ("coat", 1, 6_000))
    assert balance(desk, anna) == (0, 0, 0, 0)
    assert balance(desk, ben) == (200, 0, 0, 0)


def test_one_friend_too_many_is_noticed_in_the_batch_in_which_they_say_so(desk: Desk) -> None:
    anna = join(desk)
    for friend in (brought(desk, anna), brought(desk, anna)):
        buy(desk, friend, ("coat", 1, 5_000))
    code, third = code_of(desk, anna)["code"], person(desk)
    _, bought = desk.batch(entering(desk, third, code), buying(desk, third, ("coat", 1, 5_000)))
    assert len(plain(bought)["vouchers"]) == 1, "the friend has theirs"
    assert balance(desk, anna) == (1_000, 0, 0, 0), "two friends a month"
