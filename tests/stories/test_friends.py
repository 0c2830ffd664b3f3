"""A friend is brought, both play along, and everything is told over HTTP."""

import pytest

from tests.corner import corner, words
from tests.serving import House, Server, Till

GAMES = {
    "stamp_cards": {
        "coffee": {"name": words("Coffee card"), "size": 3, "gives": {"voucher": "coffee"}}
    },
    "challenges": {
        "explorer": {
            "name": {"pl": "Odkrywca", "bg": "Откривател", "en": "Explorer"},
            "goals": [{"id": "visits", "count": "purchases", "at_least": 3}],
            "gives": {"assets": {"points": 70}},
        }
    },
    "referrals": {"referrer": {"assets": {"points": 500}}, "friend": {"assets": {"points": 200}}},
}
STAMP = {
    "id": "stamp",
    "name": words("Stamp"),
    "lane": "points",
    "then": [{"kind": "fixed_points", "asset": "stamps", "points": 1}],
}


@pytest.fixture
def till(server: Server, house: House) -> Till:
    return house.till(server, corner(STAMP, **GAMES))


def test_a_friend_is_brought_and_both_play_along(till: Till) -> None:
    anna = till.join()
    code = till.post(f"/v1/members/{anna}/referral-code", {})["code"]
    ben = (
        f"id:{till.post('/v1/referrals', {'code': code, 'joins': {'issue_card': True}})['member']}"
    )
    made = [till.buy(ben, ("tea", 1, 900)) for _ in range(3)]
    assert made[0]["progress"][-1] == {
        "of": "referral", "id": "referral", "code": "rewarded",
        "figures": {"assets": {"points": 200}},
    }  # fmt: skip
    (voucher,) = made[2]["vouchers"]
    assert voucher["campaign"] == "stamp_card/coffee"
    shown = till.get(f"/v1/members/{ben}/progress", lang="bg")
    (explorer,) = shown["challenges"]
    assert (explorer["name"], explorer["state"]) == ("Откривател", "done")
    assert (explorer["text"], shown["stamp_cards"][0]["full"]) == ("3 от 3", 1)
    till.bring_back(made[1])
    shown = till.get(f"/v1/members/{ben}/progress", lang="pl")
    assert (shown["challenges"][0]["text"], shown["stamp_cards"][0]["text"]) == ("2 z 3", "2 z 3")
    (friend,) = till.get(f"/v1/members/{anna}/referrals")["friends"]
    assert (friend["status"], friend["paid"]) == ("rewarded", True)
    history = till.get(f"/v1/members/{anna}/history")["activities"]
    assert [one["kind"] for one in history][:1] == ["referral_reward"]
    till.bring_back(made[0])
    history = till.get(f"/v1/members/{anna}/history")["activities"]
    assert [one["kind"] for one in history][:1] == ["referral_cancelled"]


def test_t16_referral_codes_cannot_be_tried_out(till: Till) -> None:
    anna = till.join()
    statuses = [
        till.send(f"/v1/members/{anna}/referral", {"code": f"WRONG{n}"}).status_code
        for n in range(30)
    ]
    assert statuses[0] == 404
    assert statuses[-1] == 429


def test_t16_nor_with_baskets_that_are_refused(till: Till) -> None:
    ben = till.join()
    lines = [{"sku": "tea", "quantity": 1, "unit_price_minor": 900}]
    statuses = [
        till.send(
            "/v1/purchases", {"member": ben, "lines": lines, "referral_code": f"WRONG{n}"}
        ).status_code
        for n in range(30)
    ]
    assert statuses[0] == 404
    assert statuses[-1] == 429


def test_t16_nor_by_joining(till: Till) -> None:
    anna = till.join()
    right = till.post(f"/v1/members/{anna}/referral-code", {})["code"]
    tried = [f"WRONG{n}" for n in range(20)] + [right]
    answers = [
        till.send("/v1/referrals", {"code": code, "joins": {"issue_card": True}}) for code in tried
    ]
    assert [answer.status_code for answer in answers] == [404] * 20 + [429]
    assert answers[0].json()["code"] == "no_such_referral_code"
    assert "Retry-After" in answers[-1].headers
