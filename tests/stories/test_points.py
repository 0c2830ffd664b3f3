"""Several kinds of points in one program: earned, awaited, paid with, capped and brought back."""

from typing import Any

import pytest

from tests.corner import corner, words
from tests.serving import House, Server, Till

ASSETS = {
    "points": {
        "name": words("point|points"), "worth_minor": 1,
        "pays": {"minor": 2, "least": 50, "step": 10, "most_percent": 50,
                 "on": {"exclude": {"products": ["wine"]}}},
        "caps": {"per_member_per_day": 500},
    },
    "stamps": {"name": words("stamp|stamps"), "pays": {"points": 5, "minor": 1_000}},
    "miles": {"name": words("mile|miles"), "pending_until": "delivered"},
}  # fmt: skip


def gives(id: str, *then: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": id, "name": words(id), "lane": "points", "then": list(then), **more}


CAMPAIGNS = (
    gives("stamps", {"kind": "fixed_points", "points": 1, "per": "unit", "asset": "stamps",
                     "on": {"products": ["coffee"]}}),
    gives("miles", {"kind": "points_per_spend", "per_minor": 1_000, "asset": "miles",
                    "tenders": ["card"]}),
    gives("welcome", {"kind": "fixed_points", "points": 100}, when=[{"kind": "first_purchase"}]),
    gives("review", {"kind": "fixed_points", "points": 20}, trigger="review"),
    gives("told", {"kind": "message", "reaches": 100,
                   "text": {"pl": "Sto!", "bg": "Сто!", "en": "A hundred!"}}),
)  # fmt: skip


@pytest.fixture
def till(server: Server, house: House) -> Till:
    document = corner(
        *CAMPAIGNS, without=("second-pair", "ten-off", "five-off"), assets=ASSETS, rewards={}
    )
    return house.till(server, document)


def test_a_member_with_points_stamps_and_miles(till: Till) -> None:
    anna = till.join()
    bought = till.buy(anna, ("coffee", 6, 500), tenders={"card": 2_500, "gift_card": 500})
    assert bought["earned"] == {"points": 130, "stamps": 6, "miles": 2}
    assert bought["payments"] == [
        {"tender": "card", "amount_minor": 2_500},
        {"tender": "gift_card", "amount_minor": 500},
    ]
    assert bought["to_pay_minor"] == 0
    assert [message["text"]["en"] for message in bought["messages"]] == ["A hundred!"]
    assert till.points(anna, "miles")["pending"] == 2

    delivered = {"type": "delivered", "member": anna, "purchase": bought["id"]}
    till.post("/v1/activities", delivered)
    assert till.points(anna, "miles")["available"] == 2

    lines = [{"sku": "bread", "unit_price_minor": 1_000}, {"sku": "wine", "unit_price_minor": 800}]
    quote = till.post("/v1/quotes", {"member": anna, "lines": lines})
    assert quote["payable"] == {
        "points": {"units": 130, "amount_minor": 260},
        "stamps": {"units": 6, "amount_minor": 1_200},
    }

    paid = till.post("/v1/purchases", {"member": anna, "lines": lines, "pay_with": {"points": 100}})
    assert paid["to_pay_minor"] == 1_600
    assert paid["earned"] == {"points": 18}
    back = till.bring_back(paid, (1, 1))
    assert (back["refund_minor"], back["to_refund_minor"]) == (1_000, 800)
    assert back["payments"] == [
        {"tender": "points", "amount_minor": 200, "asset": "points", "units": 100}
    ]
    assert till.available(anna) == 130 + 8

    till.post("/v1/activities", {"type": "review", "member": anna, "detail": {"stars": 5}})
    assert till.available(anna) == 158


@pytest.mark.parametrize(
    ("pay_with", "refused"),
    [
        ({"points": 40}, (409, "payment_refused")),
        ({"points": 55}, (409, "payment_refused")),
        ({"points": 110}, (409, "payment_refused")),
        ({"points": 1_000}, (409, "insufficient_funds")),
        ({"miles": 1}, (422, "cannot_pay")),
        ({"points": 0}, (422, "invalid_request")),
        ({"points": "all"}, (422, "invalid_request")),
    ],
)
def test_what_cannot_pay_is_refused_and_nothing_happens(
    till: Till, pay_with: dict[str, Any], refused: tuple[int, str]
) -> None:
    anna = till.join()
    till.buy(anna, ("bread", 1, 3_000))
    before = till.points(anna)
    lines = [{"sku": "bread", "unit_price_minor": 400}]
    body = {"member": anna, "lines": lines, "pay_with": pay_with}
    assert till.refused("/v1/purchases", body) == refused
    assert till.points(anna) == before


def test_no_more_than_a_day_gives(till: Till) -> None:
    anna = till.join()
    told = [till.buy(anna, ("bread", 1, 30_000)).get("earned", {}) for _ in range(3)]
    assert [earned.get("points", 0) for earned in told] == [400, 100, 0]
