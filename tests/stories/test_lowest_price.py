"""T22: "-23 %" from the wrong base price; "the second for 1 grosz" hides the single price.

Directive 98/6/EC, article 6a: an announced reduction says the lowest price of the 30 days before.
The stories begin on Monday 2 March 2026, 13:00 in Warsaw.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from tests.corner import corner, words
from tests.serving import House, Server, Till

SPRING: dict[str, Any] = {
    "id": "spring", "name": words("Spring"), "announced": True, "starts": "2026-03-01",
    "then": [{"kind": "percent_off", "percent": 20}],
}  # fmt: skip
OPEN = ("ten-off", "second-pair")


def told(till: Till, *prices: tuple[str, int, str], **more: Any) -> Any:
    """List prices of a unit, each from the beginning of a local day (in winter)."""
    body = [
        {"sku": sku, "price_minor": price, "from_at": f"{day}T00:00:00+01:00", **more}
        for sku, price, day in prices
    ]
    return till.post("/v1/products/prices", {"prices": body})


def line(till: Till, sku: str = "tea", price: int = 2_000, quantity: int = 1, **more: Any) -> Any:
    body = {"lines": [{"sku": sku, "quantity": quantity, "unit_price_minor": price}], **more}
    return till.post("/v1/quotes", body)["lines"][0]


@pytest.fixture
def open_(house: House, server: Server) -> Callable[..., Till]:
    return lambda *more, **changes: house.till(server, corner(*more, without=OPEN, **changes))


def test_t22_the_lowest_price_of_the_30_days_before_stands_beside_the_reduced_one(
    open_: Callable[..., Till],
) -> None:
    till = open_(SPRING)
    anna = till.join()
    told(till, ("tea", 1_500, "2026-01-20"), ("tea", 1_800, "2026-02-10"),
         ("tea", 2_000, "2026-02-28"))  # fmt: skip
    found = line(till, member=anna)
    assert (found["amount_minor"], found["paid_minor"]) == (2_000, 1_600)
    assert found["lowest_price_30_days_minor"] == 1_500, "in force until 10 February"


@pytest.mark.parametrize(
    ("prices", "lowest"),
    [
        ([("tea", 1_000, "2026-01-01"), ("tea", 1_900, "2026-01-30")], 1_900),
        ([("tea", 1_000, "2026-01-01"), ("tea", 1_900, "2026-01-31")], 1_000),
        ([("tea", 1_900, "2026-02-27")], 1_900),
        ([("tea", 1_900, "2026-02-01"), ("tea", 1_000, "2026-03-01")], 1_900),
        ([("tea", 1_000, "2026-03-01")], None),
        ([("hat", 1_000, "2026-02-01")], None),
    ],
)
def test_t22_the_30_days_are_those_before_the_campaign_began(
    open_: Callable[..., Till], prices: Any, lowest: int | None
) -> None:
    """From 30 January 00:00 to 1 March 00:00: the first price of January was over by then, or not;
    the price of the campaign's own days does not count."""
    till = open_(SPRING)
    told(till, *prices)
    assert line(till, member=till.join()).get("lowest_price_30_days_minor") == lowest


def test_t22_the_second_for_a_grosz_says_what_one_costs(open_: Callable[..., Till]) -> None:
    till = open_({
        **SPRING, "then": [{"kind": "nth_unit_price", "price_minor": 1}],
    })  # fmt: skip
    told(till, ("tea", 1_900, "2026-02-01"))
    found = line(till, quantity=2, member=till.join())
    assert found["paid_minor"] == 2_001
    assert (found["single_price_minor"], found["lowest_price_30_days_minor"]) == (2_000, 1_900)


def test_t22_only_what_is_announced_and_reduced_tells_a_price(open_: Callable[..., Till]) -> None:
    quiet = {**SPRING, "id": "quiet", "announced": False}
    till = open_(quiet, {**SPRING, "when": [{"kind": "tier", "one_of": ["gold"]}]},
                 tiers=["gold"])  # fmt: skip
    told(till, ("tea", 1_900, "2026-02-01"))
    found = line(till, member=till.join())
    assert found["paid_minor"] == 1_600
    assert "lowest_price_30_days_minor" not in found


def test_t22_a_shop_may_have_its_own_prices(house: House, server: Server) -> None:
    till = house.till(server, corner(SPRING, without=OPEN))
    anna = till.join()
    told(till, ("tea", 1_700, "2026-01-10"))
    told(till, ("tea", 1_900, "2026-02-20"), shop="wola")
    assert line(till, member=anna, shop="ochota")["lowest_price_30_days_minor"] == 1_700
    assert line(till, member=anna, shop="wola")["lowest_price_30_days_minor"] == 1_700
    told(till, ("tea", 1_800, "2026-01-15"), shop="wola")
    assert line(till, member=anna, shop="wola")["lowest_price_30_days_minor"] == 1_800


def test_t22_of_two_reductions_the_one_that_began_first_counts(
    open_: Callable[..., Till],
) -> None:
    """A reduction on top of another is not measured against the price already reduced."""
    till = open_({**SPRING, "id": "winter", "starts": "2026-02-10"}, SPRING)
    told(till, ("tea", 2_500, "2026-01-01"), ("tea", 2_000, "2026-02-10"))
    assert line(till, member=till.join())["lowest_price_30_days_minor"] == 2_500


def test_t22_the_answer_is_said_again_as_it_was(open_: Callable[..., Till]) -> None:
    till = open_(SPRING)
    told(till, ("tea", 1_900, "2026-02-01"))
    body = {"lines": [{"sku": "tea", "unit_price_minor": 2_000}], "member": till.join()}
    bought = till.post("/v1/purchases", body, "once")
    assert bought["lines"][0]["lowest_price_30_days_minor"] == 1_900
    told(till, ("tea", 100, "2026-02-15"))
    assert till.get(f"/v1/purchases/{bought['id']}") == bought
    assert till.post("/v1/purchases", body, "once") == bought


def test_t22_purchases_make_the_history_where_the_program_says_so(
    house: House, serve: Callable[..., Server]
) -> None:
    organization = house.organization()
    spring = {**SPRING, "starts": "2026-04-01"}
    house.apply(organization, corner(spring, without=OPEN, price_history="purchases"))
    key = house.key(organization)
    till = Till(serve(clock=datetime(2026, 4, 2, 12, tzinfo=UTC)).url, key)
    anna = till.join()
    for day, price in ((5, 1_900), (10, 1_700), (20, 2_000), (20, 2_000)):
        till.buy(anna, ("tea", 2, price), occurred_at=f"2026-03-{day:02}T12:00:00+01:00")
    assert line(till, member=anna)["lowest_price_30_days_minor"] == 1_700


def test_the_same_price_told_again_is_no_news_and_one_place_has_one_price(
    open_: Callable[..., Till],
) -> None:
    till = open_(SPRING)
    assert told(till, ("tea", 1_900, "2026-02-01"), ("hat", 1_900, "2026-02-01"))["prices"] == 2
    tea = {"sku": "tea", "price_minor": 1, "from_at": "2026-02-01T00:00:00Z"}
    answer = till.send("/v1/products/prices", {"prices": [tea, tea]})
    assert answer.status_code == 422
    assert "twice" in answer.json()["detail"]


def test_a_price_told_often_is_kept_once(house: House, server: Server, database_url: str) -> None:
    organization = house.organization()
    house.apply(organization, corner(without=OPEN, price_history="purchases"))
    till = Till(server.url, house.key(organization))
    for _ in range(3):
        till.buy(None, ("tea", 1, 1_900), ("tea", 2, 1_900))
    told(till, ("tea", 1_900, "2026-03-02"))
    with psycopg.connect(database_url) as connection:
        kept = connection.execute(
            "select p.price_minor from product_price p join program g on g.id = p.program_id"
            " where g.organization_id = %s and p.shop = '' order by p.from_at",
            (organization.id,),
        ).fetchall()
    assert kept == [(1_900,), (1_900,)], "told for an earlier instant, it is another row"
