"""Sent again: by a till without an answer, by one that was offline for hours (T10, T11, T12)."""

import random
import time
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.corner import corner
from tests.serving import NOW, House, Server, Till, at_once, basket

DOUBLE = {
    "id": "double",
    "name": {"en": "Double", "pl": "Podwójnie", "bg": "Двойно"},
    "lane": "points",
    "then": [{"kind": "points_per_spend", "per_minor": 100}],
}


def test_one_key_a_hundred_times_at_once_posts_once(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna = till.join()
    body, key = basket(anna, ("bread", 1, 1_000)), uuid4().hex
    answers = at_once(100, lambda _: till.send("/v1/purchases", body, key))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    assert till.available(anna) == 10


def test_a_key_is_kept_for_one_request_for_good(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna = till.join()
    key = uuid4().hex
    till.post("/v1/purchases", basket(anna, ("bread", 1, 1_000)), key)
    other = basket(anna, ("bread", 2, 1_000))
    assert till.refused("/v1/purchases", other, key) == (422, "idempotency_key_reused")
    join = {"issue_card": True}
    assert till.refused("/v1/members", join, key) == (422, "idempotency_key_reused")
    assert till.available(anna) == 10


def test_a_refused_request_may_be_repeated_with_its_key(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna = till.join()
    key, mug = uuid4().hex, {"member": anna, "reward": "mug"}
    assert till.refused("/v1/redemptions", mug, key) == (409, "insufficient_funds")
    till.buy(anna, ("bread", 1, 9_999), ("milk", 1, 2_000))
    assert till.post("/v1/redemptions", mug, key)["state"] == "settled"


def test_a_receipt_is_recorded_once_whatever_its_key(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna = till.join()
    body = basket(anna, ("bread", 1, 1_000), receipt_number="A-17", till="4")
    first = till.post("/v1/purchases", body)
    again = till.send("/v1/purchases", body)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == first
    assert till.get("/v1/purchases", receipt_number="A-17", till="4")["purchase"] == first["id"]
    other = basket(anna, ("bread", 5, 1_000), receipt_number="A-17", till="4")
    assert till.refused("/v1/purchases", other) == (409, "receipt_taken")
    assert till.available(anna) == 10


def test_an_offline_queue_gives_the_same_in_any_order(server: Server, house: House) -> None:
    till = house.till(server, corner())
    queue = [
        {"lines": [{"sku": "bread", "amount_minor": 1_000 + 37 * number}],
         "receipt_number": f"R{number}",
         "occurred_at": (NOW - timedelta(hours=number)).isoformat()}
        for number in range(12)
    ]  # fmt: skip
    ends = []
    for seed in range(3):
        member, number = till.join(), f"till {seed}"
        tries = [{**body, "member": member, "till": number} for body in queue] * 2
        random.Random(seed).shuffle(tries)
        at_once(8, lambda n, tries=tries: [till.post("/v1/purchases", b) for b in tries[n::8]])
        ends.append((till.points(member), till.get("/v1/members", identifier=member)["purchases"]))
    assert ends[0] == ends[1] == ends[2]
    assert ends[0][1] == 12


def test_what_happened_tomorrow_is_refused(server: Server, house: House) -> None:
    till = house.till(server, corner())
    tomorrow = (NOW + timedelta(days=1)).isoformat()
    late = basket(till.join(), ("bread", 1, 100), occurred_at=tomorrow)
    assert till.refused("/v1/purchases", late) == (422, "invalid_request")


@pytest.mark.alone
def test_a_new_revision_is_taken_within_a_second(server: Server, house: House) -> None:
    organization = house.organization()
    house.apply(organization, corner())
    till = Till(server.url, house.key(organization))
    anna = till.join()
    assert till.buy(anna, ("bread", 1, 1_000))["revision"] == 1
    house.apply(organization, corner(DOUBLE), now=clock_of(till, anna))
    began = time.monotonic()
    while till.post("/v1/quotes", basket(anna, ("bread", 1, 1_000)))["revision"] == 1:
        assert time.monotonic() - began < 1
        time.sleep(0.01)
    assert till.buy(anna, ("bread", 1, 1_000))["earned"] == {"points": 20}


def test_an_offline_purchase_is_judged_by_its_own_time(server: Server, house: House) -> None:
    organization = house.organization()
    house.apply(organization, corner())
    till = Till(server.url, house.key(organization))
    anna = till.join()
    house.apply(organization, corner(DOUBLE), now=clock_of(till, anna))
    wait_for_revision(till, anna, 2)
    an_hour_ago = (NOW - timedelta(hours=1)).isoformat()
    late = till.buy(anna, ("bread", 1, 1_000), occurred_at=an_hour_ago)
    assert (late["revision"], late["earned"]) == (1, {"points": 10})
    assert till.buy(anna, ("bread", 1, 1_000))["revision"] == 2
    assert till.bring_back(late)["earned"] == {"points": -10}


def clock_of(till: Till, member: str) -> datetime:
    """The server's own time."""
    return datetime.fromisoformat(till.get(f"/v1/members/{member}/balance")["as_of"])


def wait_for_revision(till: Till, member: str, number: int) -> None:
    body: dict[str, Any] = basket(member, ("bread", 1, 100))
    for _ in range(1000):
        if till.post("/v1/quotes", body)["revision"] == number:
            return
        time.sleep(0.01)
    raise AssertionError("the revision never came")
