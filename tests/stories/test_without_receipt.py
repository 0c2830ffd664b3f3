"""Goods brought back without a receipt, as the program allows (T2)."""

from typing import Any

import pytest

from tests.corner import GIVES_A_VOUCHER, corner
from tests.serving import House, Server, Till

ALLOWED = {"without_receipt": {"within_days": 30}}


def bring(till: Till, member: str, *goods: tuple[str, int], **more: Any) -> Any:
    named = [{"sku": sku, "quantity": quantity} for sku, quantity in goods]
    return till.post("/v1/returns", {"member": member, "goods": named, **more})


@pytest.fixture
def till(server: Server, house: House) -> Till:
    return house.till(server, corner(GIVES_A_VOUCHER, returns=ALLOWED))


def test_the_last_purchase_that_has_them_is_returned(till: Till) -> None:
    anna = till.join()
    first = till.buy(anna, ("boots", 1, 10_000))
    before = till.points(anna)
    last = till.buy(anna, ("boots", 2, 8_000), ("bread", 1, 300))
    assert bring(till, anna, ("boots", 1))["purchase"] == last["id"]
    assert bring(till, anna, ("boots", 1), ("bread", 1))["purchase"] == last["id"]
    assert till.points(anna) == before  # t2: as if it had never been bought
    assert bring(till, anna, ("boots", 1))["purchase"] == first["id"]
    status, code = till.refused(
        "/v1/returns", {"member": anna, "goods": [{"sku": "boots", "quantity": 1}]}
    )
    assert (status, code) == (404, "not_bought")


def test_the_cheapest_where_the_program_says_so(server: Server, house: House) -> None:
    rules = {"without_receipt": {"within_days": 30, "take": "cheapest"}}
    till = house.till(server, corner(returns=rules))
    anna = till.join()
    dear, cheap, _ = (till.buy(anna, ("boots", 1, price)) for price in (9_000, 7_000, 8_000))
    back = bring(till, anna, ("boots", 1))
    assert (back["purchase"], back["refund_minor"]) == (cheap["id"], cheap["paid_minor"])
    assert dear["paid_minor"] > cheap["paid_minor"]


def test_a_repeated_request_is_told_the_same(till: Till) -> None:
    anna = till.join()
    till.buy(anna, ("boots", 1, 10_000))
    body = {"member": anna, "goods": [{"sku": "boots"}]}
    quoted = till.post("/v1/returns/quote", body)
    once = till.send("/v1/returns", body, "back-1")
    again = till.send("/v1/returns", body, "back-1")
    assert (once.status_code, again.status_code) == (201, 201)
    assert again.json() == once.json()
    assert once.json() | {"id": ""} == quoted | {"id": ""}, "as it was said before"
    assert again.headers["idempotent-replayed"] == "true"


def test_goods_of_others_or_of_long_ago_are_not_found(till: Till) -> None:
    anna, other = till.join(), till.join()
    till.buy(anna, ("boots", 1, 10_000))
    till.buy(other, ("socks", 1, 500), occurred_at="2026-01-20T12:00:00+01:00")
    for member, sku in ((other, "boots"), (other, "socks"), (anna, "socks")):
        body = {"member": member, "goods": [{"sku": sku}]}
        assert till.refused("/v1/returns", body) == (404, "not_bought")


def test_a_program_that_says_nothing_wants_the_receipt(server: Server, house: House) -> None:
    till = house.till(server, corner())
    anna = till.join()
    bought = till.buy(anna, ("boots", 1, 10_000))
    goods = {"member": anna, "goods": [{"sku": "boots"}]}
    assert till.refused("/v1/returns", goods) == (409, "receipt_needed")
    assert till.bring_back(bought)["refund_minor"] == bought["paid_minor"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"member": "card:1"},
        {"goods": [{"sku": "boots"}]},
        {"member": "card:1", "goods": [{"sku": "a"}], "lines": [{"line": 1, "quantity": 1}]},
    ],
)
def test_a_return_that_names_too_little_or_too_much_is_refused(
    till: Till, body: dict[str, Any]
) -> None:
    assert till.refused("/v1/returns", body)[0] == 422
