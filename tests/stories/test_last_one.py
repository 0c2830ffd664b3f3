"""Sixty-four want the last one at the same time; one gets it (T1, T9, T10, T13). One round in every
run, twenty in long ones."""

from collections import Counter
from typing import Any
from uuid import UUID

import httpx
import pytest

from regulars.programs.queries import programs
from regulars.rewards.codes import bring_in
from tests.corner import GIVES_A_VOUCHER, corner, words
from tests.lengths import length, tried
from tests.serving import NOW, House, Serve, Till, at_once, basket

CROWD = 64
LAST_ONE = {
    "id": "first-come",
    "name": words("First come"),
    "lane": "points",
    "then": [{"kind": "fixed_points", "points": 1_000}],
    "limits": {"total": 1},
}
CODE = {
    "id": "code",
    "name": words("Code"),
    "lane": "prices",
    "when": [{"kind": "coupon_presented", "codes": ["HELLO"]}],
    "then": [{"kind": "amount_off", "off_minor": 50}],
    "limits": {"total": 1},
}
BUDGETS = (
    {
        "id": "budget",
        "name": words("Budget"),
        "lane": "prices",
        "when": [{"kind": "coupon_presented", "codes": ["BUDGET"]}],
        "then": [{"kind": "amount_off", "off_minor": 50}],
        "limits": {"budget_minor": 120},
    },
    {
        "id": "bonus",
        "name": words("Bonus"),
        "lane": "points",
        "when": [{"kind": "coupon_presented", "codes": ["BONUS"]}],
        "then": [{"kind": "fixed_points", "points": 300}],
        "limits": {"budget_points": 1_000},
    },
)
LAST_ONES = {
    "mug": {"name": words("Mug"), "cost": {"points": 1}, "stock": 1},
    "towel": {"name": words("Towel"), "cost": {"points": 1}, "places": ["online"]},
    "film": {"name": words("Film"), "cost": {"points": 1}, "codes": True},
}
ROUNDS = length(1, 20)


class Counters(list[Till]):
    """Eight tills, each with a key of its own, at one server or by turns at two."""

    organization_id: UUID

    def all_at_once(self, path: str, body: Any) -> list[httpx.Response]:
        tried(requests_for_a_last_one=CROWD)
        return at_once(CROWD, lambda n: self[n % len(self)].send(path, body))


@pytest.fixture(
    params=[servers for servers in (1, 2) for _ in range(ROUNDS)],
    ids=lambda servers: ["one server", "two servers"][servers - 1],
)
def counters(request: pytest.FixtureRequest, serve: Serve, house: House) -> Counters:
    organization = house.organization()
    campaigns = (GIVES_A_VOUCHER, LAST_ONE, CODE, *BUDGETS)
    house.apply(organization, corner(*campaigns, without=("ten-off",), rewards=LAST_ONES))
    servers = [serve(number=number + 1) for number in range(request.param)]
    tills = Counters(
        Till(servers[n % len(servers)].url, house.key(organization, label=f"till {n}"))
        for n in range(8)
    )
    tills.organization_id = organization.id
    return tills


def outcomes(answers: list[httpx.Response]) -> dict[Any, int]:
    return Counter(
        answer.status_code if answer.is_success else answer.json()["code"] for answer in answers
    )


def test_the_last_points_are_spent_once(counters: Counters) -> None:
    anna = counters[0].join()
    counters[0].buy(anna, ("bread", 1, 100))
    has = counters[0].available(anna)
    body = {"member": anna, "asset": "points", "amount": has}
    answers = counters.all_at_once("/v1/redemptions", body)
    assert outcomes(answers) == {201: 1, "insufficient_funds": CROWD - 1}
    assert counters[0].available(anna) == 0


def test_the_last_points_are_held_once(counters: Counters) -> None:
    anna = counters[0].join()
    counters[0].buy(anna, ("bread", 1, 100))
    has = counters[0].available(anna)
    body = {"member": anna, "asset": "points", "amount": has, "hold": True}
    answers = counters.all_at_once("/v1/redemptions", body)
    assert outcomes(answers) == {201: 1, "insufficient_funds": CROWD - 1}
    assert counters[0].points(anna)["held"] == has


def test_the_last_voucher_is_used_once(counters: Counters) -> None:
    anna = counters[0].join()
    code = counters[0].buy(anna, ("bread", 1, 6_000))["vouchers"][0]["code"]
    answers = counters.all_at_once(f"/v1/vouchers/{code}/redeem", {"member": anna})
    found = outcomes(answers)
    assert found.pop(200) == 1
    assert set(found) <= {"no_such_voucher", "too_many_tries"}, "so many misses are counted (T16)"


def test_the_last_voucher_takes_off_one_basket(counters: Counters) -> None:
    anna = counters[0].join()
    code = counters[0].buy(anna, ("bread", 1, 6_000))["vouchers"][0]["code"]
    body = basket(anna, ("bread", 1, 1_000), codes=[code])
    answers = [answer.json() for answer in counters.all_at_once("/v1/purchases", body)]
    assert Counter(answer["discount_minor"] for answer in answers) == {500: 1, 0: CROWD - 1}
    assert Counter(answer["codes"][0]["status"] for answer in answers) == {
        "used": 1,
        "not_usable": CROWD - 1,
    }


def test_a_public_code_that_works_once_works_once(counters: Counters) -> None:
    body = basket(counters[0].join(), ("bread", 1, 200), codes=["hello"])
    answers = [answer.json() for answer in counters.all_at_once("/v1/purchases", body)]
    assert Counter(answer["discount_minor"] for answer in answers) == {50: 1, 0: CROWD - 1}


def test_what_is_given_once_is_given_once(counters: Counters) -> None:
    members = [counters[0].join() for _ in range(CROWD)]
    answers = at_once(CROWD, lambda n: counters[n % 8].buy(members[n], ("bread", 1, 100)))
    assert Counter(answer["earned"]["points"] for answer in answers) == {1_001: 1, 1: CROWD - 1}


def test_t1_goods_bought_without_a_card_come_back_once(counters: Counters) -> None:
    bought = counters[0].buy(None, ("bread", 1, 1_000))
    answers = counters.all_at_once("/v1/returns", {"purchase": bought["id"]})
    assert outcomes(answers) == {201: 1, "already_returned": CROWD - 1}


def test_t1_a_members_goods_come_back_once(counters: Counters) -> None:
    anna = counters[0].join()
    bought = counters[0].buy(anna, ("bread", 1, 1_000))
    answers = counters.all_at_once("/v1/returns", {"purchase": bought["id"]})
    assert outcomes(answers) == {201: 1, "already_returned": CROWD - 1}
    assert counters[0].points(anna)["available"] == 0
    assert counters[0].points(anna).get("owed", 0) == 0


def test_t9_a_hold_is_closed_once_in_one_way(counters: Counters) -> None:
    anna = counters[0].join()
    has = counters[0].buy(anna, ("bread", 1, 100))["balances"]["points"]["available"]
    body = {"member": anna, "asset": "points", "amount": has, "hold": True}
    held = counters[0].post("/v1/redemptions", body)["id"]
    ways = [f"/v1/redemptions/{held}/{way}" for way in ("settle", "void")]
    answers = at_once(CROWD, lambda n: counters[n % 8].send(ways[n // 8 % 2], {}))
    found = outcomes(answers)
    assert found.pop("hold_closed") == CROWD - 1
    assert sum(found.values()) == 1
    settled = any(answer.is_success for n, answer in enumerate(answers) if n // 8 % 2 == 0)
    assert counters[0].available(anna) == (0 if settled else has)
    assert counters[0].points(anna).get("held", 0) == 0


def test_t10_a_receipt_sent_by_many_is_one_purchase(counters: Counters) -> None:
    anna = counters[0].join()
    first = counters[0].available(anna)
    body = basket(anna, ("bread", 1, 200_000), receipt_number="77", till="1")
    answers = counters.all_at_once("/v1/purchases", body)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    earned = answers[0].json()["earned"]["points"]
    assert counters[0].available(anna) == first + earned


def test_t13_a_budget_is_not_overdrawn(counters: Counters) -> None:
    """Two times 50 are left of 120, and three times 300 of 1,000; not a part of the next."""
    anna = counters[0].join()
    body = basket(anna, ("bread", 1, 200), codes=["budget"])
    answers = [answer.json() for answer in counters.all_at_once("/v1/purchases", body)]
    assert Counter(answer["discount_minor"] for answer in answers) == {50: 2, 0: CROWD - 2}
    body = basket(anna, ("bread", 1, 200), codes=["bonus"])
    answers = [answer.json() for answer in counters.all_at_once("/v1/purchases", body)]
    assert Counter(answer["earned"]["points"] for answer in answers) == {302: 3, 2: CROWD - 3}


def test_t1_the_last_reward_goes_to_one_of_many(
    counters: Counters, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last of all, the last of a place, and a partner's last code."""
    monkeypatch.setenv("REGULARS_SECRET_KEY", "the key that codes are brought in with")
    counters[0].post("/v1/rewards/towel/stock", {"place": "online", "change": 1})
    program = house.run(programs(counters.organization_id))["corner"]
    house.run(bring_in(
        program_id=program, reward="film", codes=["LAST"], list="spring", valid_until=None, now=NOW
    ))  # fmt: skip
    members = [counters[0].join() for _ in range(CROWD)]
    for n, member in enumerate(members):
        counters[n % 8].buy(member, ("bread", 1, 1_000))
    for reward in LAST_ONES:

        def ask(n: int, reward: str = reward) -> httpx.Response:
            hold = n % 2 == 0 or reward == "film"
            body = {"member": members[n], "reward": reward, "hold": hold}
            return counters[n % 8].send("/v1/redemptions", body)

        assert outcomes(at_once(CROWD, ask)) == {201: 1, "reward_gone": CROWD - 1}, reward


def test_t13_both_give_to_each_other_at_once(counters: Counters) -> None:
    pair = [counters[0].join() for _ in range(2)]
    for member in pair:
        counters[0].buy(member, ("bread", 1, 20_000))
    before = sum(counters[0].available(member) for member in pair)

    def give(n: int) -> httpx.Response:
        body = {"member": pair[n % 2], "to": pair[1 - n % 2], "asset": "points", "amount": 15}
        return counters[n // 2 % 8].send("/v1/transfers", body)

    found = outcomes(at_once(CROWD, give))
    assert set(found) <= {201, "insufficient_funds", "outside_limits"}, found
    assert found[201] >= CROWD // 2
    assert sum(counters[0].available(member) for member in pair) == before
