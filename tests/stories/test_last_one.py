"""Sixty-four want the last one at the same time; one gets it (T1, T13)."""

from collections import Counter
from typing import Any

import httpx
import pytest

from tests.corner import GIVES_A_VOUCHER, corner, words
from tests.serving import House, Serve, Till, at_once, basket

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


class Counters(list[Till]):
    """Eight tills, each with a key of its own, at one server or by turns at two."""

    def all_at_once(self, path: str, body: Any) -> list[httpx.Response]:
        return at_once(CROWD, lambda n: self[n % len(self)].send(path, body))


@pytest.fixture(params=[1, 2], ids=["one server", "two servers"])
def counters(request: pytest.FixtureRequest, serve: Serve, house: House) -> Counters:
    organization = house.organization()
    house.apply(organization, corner(GIVES_A_VOUCHER, LAST_ONE, CODE, without=("ten-off",)))
    servers = [serve(number=number + 1) for number in range(request.param)]
    return Counters(
        Till(servers[n % len(servers)].url, house.key(organization, label=f"till {n}"))
        for n in range(8)
    )


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
