"""Quotes that come together are read together, and yet each is judged as if it were alone."""

from collections import Counter

import psycopg

from tests.corner import corner, words
from tests.serving import House, Server, at_once, basket

LAST_ONE = {
    "id": "first-come",
    "name": words("First come"),
    "lane": "points",
    "then": [{"kind": "fixed_points", "points": 1_000}],
    "limits": {"total": 1},
}


def test_the_last_one_is_promised_to_every_quote_that_holds_nothing(
    house: House, server: Server
) -> None:
    till = house.till(server, corner(LAST_ONE))
    members = [till.join() for _ in range(24)]
    bread = ("bread", 1, 100)
    answers = at_once(48, lambda n: till.post("/v1/quotes", basket(members[n % 24], bread)))
    assert Counter(answer["earned"]["points"] for answer in answers) == {1_001: 48}
    who = [answer["member"] for answer in answers]
    assert len(set(who)) == 24
    assert who[:24] == who[24:]
    bought = [till.buy(member, bread)["earned"]["points"] for member in members[:3]]
    assert bought == [1_001, 1, 1]
    assert till.post("/v1/quotes", basket(members[0], bread))["earned"]["points"] == 1


def test_a_quote_waits_for_nobody(house: House, server: Server, database_url: str) -> None:
    till = house.till(server, corner(LAST_ONE))
    anna = till.join()
    with psycopg.connect(database_url) as other:
        other.execute("select 1 from member for update")
        assert till.post("/v1/quotes", basket(anna, ("bread", 1, 100)))["earned"]["points"] > 0


def test_a_bad_quote_among_good_ones_fails_alone(house: House, server: Server) -> None:
    till = house.till(server, corner(LAST_ONE))
    anna = till.join()
    answers = at_once(
        16,
        lambda n: (
            till.send(
                "/v1/quotes", basket(anna if n % 4 else "card:9999999999999", ("bread", 1, 100))
            ).status_code
        ),
    )
    assert Counter(answers) == {200: 12, 422: 4}
