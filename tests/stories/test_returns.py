"""What comes back leaves no trace; what is kept is priced as if bought alone (T2, T3, T4)."""

from typing import Any

import pytest

from tests.corner import GIVES_A_VOUCHER, corner
from tests.serving import House, Server, Till

EVERYTHING = [("boots", 1, 19_999), ("bread", 3, 333), ("socks", 2, 1_001)]


@pytest.fixture
def till(server: Server, house: House) -> Till:
    return house.till(server, corner(GIVES_A_VOUCHER))


def state(till: Till, member: str) -> Any:
    """Everything a purchase may have changed."""
    shown = till.get("/v1/members", identifier=member)
    return till.points(member), shown.get("purchases", 0), shown.get("spend_minor", 0)


def shoes(till: Till, member: str) -> Any:
    lines = [
        {"sku": "boots", "quantity": 1, "unit_price_minor": 19_999, "category": "shoes/boots"},
        {"sku": "clogs", "quantity": 1, "unit_price_minor": 12_345, "category": "shoes"},
        {"sku": "bread", "quantity": 3, "unit_price_minor": 333},
    ]
    return till.post("/v1/purchases", {"member": member, "lines": lines})


def test_buying_all_and_returning_all_is_as_if_never_bought(till: Till) -> None:
    anna = till.join()
    till.buy(anna, ("milk", 1, 350))
    before = state(till, anna)
    bought = shoes(till, anna)
    back = till.bring_back(bought)
    assert back["refund_minor"] == bought["paid_minor"]
    assert back["vouchers_withdrawn"] == 1
    assert state(till, anna) == before


def test_many_partial_returns_are_one_full_return_to_the_cent(till: Till) -> None:
    anna = till.join()
    before = state(till, anna)
    bought = shoes(till, anna)
    parts = [till.bring_back(bought, (line, 1)) for line in (3, 1, 3, 2, 3)]
    assert sum(part["refund_minor"] for part in parts) == bought["paid_minor"]
    assert sum(part["earned"].get("points", 0) for part in parts) == -bought["earned"]["points"]
    assert till.available(anna) == 0
    assert state(till, anna)[1:] == before[1:]


def test_a_return_that_breaks_the_threshold_is_priced_again(till: Till) -> None:
    anna = till.join()
    bought = till.buy(anna, ("coat", 1, 8_000), ("scarf", 1, 4_000))
    assert (bought["discount_minor"], bought["paid_minor"]) == (1_000, 11_000)
    back = till.bring_back(bought, (2, 1))
    assert (back["refund_minor"], back["withheld_minor"]) == (3_000, 667)
    assert back["lines"] == [
        {"line": 2, "sku": "scarf", "quantity": 1, "paid_minor": 3_667, "refund_minor": 3_000}
    ]
    assert back["discounts"] == {"ten-off": {"before_minor": 1_000, "after_minor": 0}}
    (why,) = [reason for reason in back["reasons"] if reason["campaign"] == "ten-off"]
    assert why["code"] == "unmet"
    assert why["figures"]["missing_minor"] == 2_000
    assert till.available(anna) == 80


def test_the_cheap_second_pair_is_not_kept_for_a_grosz(till: Till) -> None:
    anna = till.join()
    bought = shoes(till, anna)
    assert bought["lines"][1]["discounts"]["second-pair"] == 12_344
    back = till.bring_back(bought, (1, 1))
    kept_minor = 12_345 + 999 - 1_000
    assert back["refund_minor"] == bought["paid_minor"] - kept_minor


@pytest.mark.parametrize("lines", [
    [("a", 1, 3_334), ("b", 1, 3_333), ("c", 1, 3_333)],
    [("a", 3, 3_337), ("b", 1, 1)],
    [("a", 1, 9_998), ("b", 1, 1), ("c", 1, 1)],
    [("a", 7, 1_429), ("b", 11, 7), ("c", 13, 101)],
])  # fmt: skip
def test_cents_always_add_up(till: Till, lines: list[tuple[str, int, int]]) -> None:
    bought = till.buy(till.join(), *lines)
    assert bought["discount_minor"] == 1_000
    for line in bought["lines"]:
        off = sum(line.get("discounts", {}).values())
        assert line["amount_minor"] - off == line["paid_minor"] >= 0
    assert sum(line["paid_minor"] for line in bought["lines"]) == bought["paid_minor"]
    assert bought["list_minor"] - bought["discount_minor"] == bought["paid_minor"]
    first = till.bring_back(bought, (1, 1))
    rest = till.bring_back(bought)
    for back in (first, rest):
        assert sum(line["refund_minor"] for line in back["lines"]) == back["refund_minor"]
    assert first["refund_minor"] + rest["refund_minor"] == bought["paid_minor"]
