"""Endpoints are kept by programs too: over HTTP, each request once, the secret told once."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from regulars.webhooks import queries
from regulars.webhooks.signing import make_secret
from tests.corner import corner
from tests.serving import House, Server, Till

URL = "https://shop.example/hooks"


@pytest.fixture
def till(server: Server, house: House) -> Till:
    return house.till(server, corner())


def listed(till: Till) -> Any:
    return till.get("/v1/webhooks")["endpoints"]


def relayed(house: House) -> None:
    """All of the outbox, also what other tests have left in it."""
    while house.run(queries.relay(10_000, 1_900_000_000)):
        continue


def test_a_secret_is_told_once_and_kept_encrypted(till: Till, database_url: str) -> None:
    key = uuid4().hex
    first = till.post("/v1/webhooks", {"url": URL, "topics": ["purchase"]}, key)
    again = till.send("/v1/webhooks", {"url": URL, "topics": ["purchase"]}, key)
    assert len(first["secret"]) == len(make_secret())
    assert again.json() == {"id": first["id"]}
    assert again.headers["idempotent-replayed"] == "true"
    (endpoint,) = listed(till)
    assert (endpoint["url"], endpoint["topics"]) == (URL, ["purchase"])
    with psycopg.connect(database_url) as connection:
        for table in ("activity", "webhook_endpoint"):
            rows = connection.execute(f"select * from {table}").fetchall()  # type: ignore[arg-type]
            assert first["secret"] not in str(rows)
    rotated = till.post(f"/v1/webhooks/{first['id']}/secret", {"overlap_hours": 1})
    assert rotated["secret"] != first["secret"]


@pytest.mark.parametrize(
    "url", ["http://shop.example/", "https://127.0.0.1/", "https://169.254.169.254/", "ftp://x/"]
)
def test_nobody_makes_us_call_our_own_network(till: Till, url: str) -> None:
    assert till.refused("/v1/webhooks", {"url": url}) == (422, "webhook_url_refused")
    assert listed(till) == []


def test_what_could_not_be_told_is_shown_and_sent_again(till: Till, house: House) -> None:
    made = till.post("/v1/webhooks", {"url": URL, "topics": ["purchase"]})
    path = f"/v1/webhooks/{made['id']}"
    anna = till.join()
    bought = till.buy(anna, ("bread", 1, 500))
    relayed(house)
    (waiting,) = till.get(f"{path}/deliveries")["deliveries"]
    assert (waiting["activity"], waiting["state"]) == (bought["id"], "waiting")
    assert till.refused(f"{path}/replays", {"delivery": bought["id"]})[1] == (
        "unknown_webhook_delivery"
    )
    assert till.post(f"{path}/state", {"state": "disabled"})["state"] == "disabled"
    (endpoint,) = listed(till)
    assert (endpoint["disabled_because"], endpoint["dead"]) == ("by_hand", 1)
    assert till.refused(f"{path}/replays", {}) == (409, "webhook_endpoint_disabled")
    till.post(f"{path}/state", {"state": "active"})
    till.post(f"{path}/replays", {"delivery": bought["id"]})
    (waiting,) = till.get(f"{path}/deliveries", state="waiting")["deliveries"]
    assert waiting["id"] == bought["id"]
    till.post(f"{path}/state", {"state": "disabled"})
    till.post(f"{path}/state", {"state": "active"})
    till.post(f"{path}/replays", {})
    assert [e["waiting"] for e in listed(till)] == [1]
    assert till.get(f"{path}/deliveries", state="dead")["deliveries"] == []


def test_pages_of_deliveries(till: Till, house: House) -> None:
    made = till.post("/v1/webhooks", {"url": URL, "topics": ["purchase"]})
    bought = [till.buy(None, ("bread", 1, 500))["id"] for _ in range(3)]
    relayed(house)
    path = f"/v1/webhooks/{made['id']}/deliveries"
    first = till.get(path, limit=2)
    second = till.get(path, limit=2, before=first["next"])
    assert "next" not in second
    found = [d["id"] for page in (first, second) for d in page["deliveries"]]
    assert found == bought[::-1]
