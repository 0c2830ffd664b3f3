"""What a till says of a line decides what campaigns do with it; what they do is told back."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from regulars.kit.steps import run_sync
from regulars.products.operations import Article, announce, put
from tests.corner import corner, words
from tests.serving import NOW, House, Server, Till


def off(id: str, percent: int, **more: Any) -> dict[str, Any]:
    fields = {"kind": "percent_off", "percent": percent, **more.pop("then", {})}
    return {"id": id, "name": words(id), "then": [fields], **more}


@pytest.fixture
def open_(house: House, server: Server) -> Callable[..., Till]:
    return lambda *more, **changes: house.till(
        server, corner(*more, without=("ten-off", "second-pair"), **changes)
    )


def line(sku: str, price: int, quantity: int = 1, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "unit_price_minor": price, **more}


def quoted(till: Till, *lines: dict[str, Any], **more: Any) -> Any:
    return till.post("/v1/quotes", {"lines": list(lines), **more})


def discounts(answer: Any) -> list[int]:
    return [found.get("discount_minor", 0) for found in answer["lines"]]


def test_a_campaign_for_a_label_finds_its_lines(open_: Callable[..., Till]) -> None:
    till = open_(off("sale", 20, then={"on": {"labels": ["sale"]}}))
    anna = till.join()
    told = quoted(till, line("coat", 10_000, labels=["sale", "size=xl"]), line("hat", 1_000),
                  member=anna)  # fmt: skip
    assert discounts(told) == [2_000, 0]


def test_shipping_and_deposits_are_left_alone_unless_they_are_named(
    open_: Callable[..., Till],
) -> None:
    till = open_(
        off("goods", 10),
        off("free-delivery", 100, then={"on": {"roles": ["shipping"]}},
            when=[{"kind": "basket_total", "at_least_minor": 5_000}]),
    )  # fmt: skip
    anna = till.join()
    lines = [
        line("book", 6_000), line("parcel", 1_500, role="shipping"),
        line("bottle", 100, role="deposit"), line("pen", 200, role="goods"),
    ]  # fmt: skip
    bought = till.post("/v1/purchases", {"member": anna, "lines": lines})
    assert discounts(bought) == [600, 1_500, 0, 20]
    assert bought["earned"]["points"] == (5_400 + 180) // 100
    little = quoted(till, line("book", 4_000), line("parcel", 1_500, role="shipping"), member=anna)
    assert discounts(little) == [400, 0], "4000 of goods; the parcel does not count"


def test_a_threshold_without_tax_reads_the_rate_of_each_line(open_: Callable[..., Till]) -> None:
    till = open_(off("net", 10, when=[
        {"kind": "basket_total", "at_least_minor": 10_000, "basis": "net"}
    ]))  # fmt: skip
    anna = till.join()
    assert discounts(quoted(till, line("pc", 12_300, tax_bp=2_300), member=anna)) == [1_230]
    assert discounts(quoted(till, line("pc", 12_299, tax_bp=2_500), member=anna)) == [0]


def test_what_else_is_said_of_a_basket_can_be_asked_for(open_: Callable[..., Till]) -> None:
    till = open_(off("pick-up", 5, when=[
        {"kind": "activity_field", "field": "channel", "equals": "pick-up"}
    ]))  # fmt: skip
    anna = till.join()
    for path in ("/v1/quotes", "/v1/purchases"):
        body = {"member": anna, "lines": [line("tea", 2_000)]}
        assert till.post(path, {**body, "detail": {"channel": "pick-up"}})["discount_minor"] == 100
        assert till.post(path, body)["discount_minor"] == 0


def test_the_product_list_completes_a_line_and_the_line_has_the_last_word(
    house: House, server: Server, database_url: str
) -> None:
    organization = house.organization()
    sale = off("sale", 50, then={"on": {"labels": ["sale"]}})
    house.apply(organization, corner(sale, off("post", 10, then={"on": {"roles": ["shipping"]}})))
    till = Till(server.url, house.key(organization))
    with psycopg.connect(database_url) as connection, psycopg.RawCursor(connection) as cursor:
        (program_id,) = connection.execute(
            "select id from program where organization_id = %s", (organization.id,)
        ).fetchone()  # type: ignore[misc]
        run_sync(cursor, put(
            program_id=program_id, now=NOW,
            articles=[
                Article("tea", labels="sale bio", minimum_price_minor=900),
                Article("parcel", role="shipping"),
            ],
        ))  # fmt: skip
        run_sync(cursor, announce(program_id))
    anna = till.join()
    told = quoted(till, line("tea", 1_000, quantity=2), line("parcel", 1_000), member=anna)
    assert discounts(told) == [200, 100], "half of the tea would go below its minimum price"
    assert discounts(quoted(till, line("parcel", 1_000, role="goods"), member=anna)) == [0]


def test_wrong_fields_of_a_line_are_refused(open_: Callable[..., Till]) -> None:
    till = open_()
    for wrong in ({"role": "Shipping!"}, {"tax_bp": 10_001}, {"labels": [""]}, {"label": "a"}):
        status, code = till.refused("/v1/quotes", {"lines": [line("tea", 100, **wrong)]})
        assert (status, code) == (422, "invalid_request")


# Hints and gifts.

GIFT = {
    "id": "present", "name": words("Present"),
    "when": [{"kind": "basket_total", "at_least_minor": 5_000}],
    "then": [{"kind": "gift_choice", "products": ["mug", "bag", "pen"]}],
}  # fmt: skip


def test_a_quote_says_what_is_missing_in_the_language_of_the_member(
    open_: Callable[..., Till],
) -> None:
    till = open_(off("big", 10, when=[{"kind": "basket_total", "at_least_minor": 3_000}]))
    ania = till.join(identifiers=[{"kind": "phone", "value": "+48600100201"}],
                     attributes={"language": "pl"})  # fmt: skip
    basket = {"member": ania, "lines": [line("tea", 1_760)]}
    (hint,) = till.post("/v1/quotes", basket)["hints"]
    assert hint == {
        "text": "brakuje 12,40 PLN: 10% rabatu", "campaign": "big", "missing_minor": 1_240,
    }  # fmt: skip
    said = till.post("/v1/quotes", {**basket, "lang": "en"})["hints"][0]["text"]
    assert said == "12.40 PLN more is needed: 10% off"
    assert "hints" not in till.post("/v1/quotes", {**basket, "hints": 0})
    assert "hints" not in till.post("/v1/purchases", basket)


def test_a_purchase_gives_hints_on_request_and_says_them_again(open_: Callable[..., Till]) -> None:
    till = open_(off("big", 10, when=[{"kind": "basket_quantity", "at_least": 3}]))
    body = {"member": till.join(), "lines": [line("tea", 1_760, 2)], "hints": 1}
    bought = till.post("/v1/purchases", body, "once")
    assert [hint["missing_units"] for hint in bought["hints"]] == [1]
    assert till.post("/v1/purchases", body, "once") == bought
    assert till.get(f"/v1/purchases/{bought['id']}") == bought


def test_a_gift_is_offered_in_the_quote_and_taken_with_the_purchase(
    open_: Callable[..., Till],
) -> None:
    till = open_(GIFT)
    basket = {"member": till.join(), "lines": [line("book", 5_000)]}
    offered = till.post("/v1/quotes", basket)["gifts"]
    assert offered == [{"campaign": "present", "sku": "mug", "choices": ["bag", "pen"]}]
    taken = {**basket, "gifts": {"present": "pen"}}
    bought = till.post("/v1/purchases", taken)
    assert bought["gifts"] == [{"campaign": "present", "sku": "pen"}]
    assert till.get(f"/v1/purchases/{bought['id']}/explanation")["identical"]
    few = till.post("/v1/purchases", {**taken, "lines": [line("book", 4_999)]})
    assert "gifts" not in few, "not enough for a gift, and no reason to refuse the purchase"


def test_a_gift_that_was_not_offered_is_refused(open_: Callable[..., Till]) -> None:
    till = open_(GIFT)
    basket = {"member": till.join(), "lines": [line("book", 5_000)]}
    for gifts in ({"present": "car"}, {"base": "mug"}, {"nothing": "mug"}):
        assert till.refused("/v1/purchases", {**basket, "gifts": gifts})[0] == 422


def test_an_explanation_speaks_to_whom_it_is_for(open_: Callable[..., Till]) -> None:
    till = open_(off("big", 10, when=[{"kind": "basket_total", "at_least_minor": 3_000}]))
    bought = till.buy(till.join(), ("tea", 1, 1_760))
    path = f"/v1/purchases/{bought['id']}/explanation"

    def why(**query: str) -> str:
        told = till.get(path, **query)["campaigns"]
        return next(one["why"] for one in told if one["campaign"] == "big")

    assert why() == why(voice="cashier") == "12.40 PLN more is needed"
    assert why(voice="member", lang="pl") == "brakuje Ci 12,40 PLN"
    assert why(voice="developer").endswith("missing_minor=1240")
    assert till.http.get(path, params={"voice": "king"}).status_code == 422
