"""Webhooks in the console: the secret shown once, what did not arrive and is sent again."""

import re
from typing import Any

import pytest

from regulars.webhooks import queries
from tests.console.people import Firm
from tests.serving import House

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{20,}")


@pytest.fixture
def firm(pages: None, house: House) -> Any:
    return Firm(house)


def test_an_endpoint_is_made_and_its_secret_shown_once(firm: Firm) -> None:
    anna = firm.person("owner")
    body = {"url": "https://shop.example/hooks", "topics": ["purchase"], "description": "Web shop"}
    shown = anna.post("webhook-new", body).content.decode()
    secret = SECRET.search(shown)
    assert secret
    (made,) = firm.house.run(queries.endpoints(firm.id))
    assert (made.url, made.topics, made.description) == (body["url"], ["purchase"], "Web shop")
    for page in (anna.get("webhooks"), anna.get("webhook", endpoint_id=made.id), anna.get("audit")):
        assert secret[0] not in page.content.decode()
    rotated = anna.post("webhook-secret", {"overlap_hours": "48"}, endpoint_id=made.id)
    newer = SECRET.search(rotated.content.decode())
    assert newer
    assert newer[0] != secret[0]
    assert "48 more hours" in rotated.content.decode()
    assert "secret changed" in anna.get("audit").content.decode()


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "http://shop.example/", "https://localhost/"])
def test_nothing_is_sent_to_where_only_the_server_can_reach(firm: Firm, url: str) -> None:
    answer = firm.person("owner").post("webhook-new", {"url": url})
    assert answer.status_code == 422
    assert "https:// address of a server on the Internet" in answer.content.decode()
    assert firm.house.run(queries.endpoints(firm.id)) == []


def test_what_did_not_arrive_is_seen_and_sent_again_one_or_all(firm: Firm) -> None:
    anna, lost = firm.person("owner"), firm.listener()
    here = {"endpoint_id": lost.endpoint}
    told = anna.get("webhook", **here).content.decode()
    assert "could not be delivered" in told
    assert "the endpoint was paused" in told
    sent = anna.post("webhook-replay-one", {}, delivery_id=lost.delivery, **here).content.decode()
    assert "To be sent again: 1." in sent
    assert anna.post("webhook-replay-one", {}, delivery_id=lost.delivery, **here).status_code == 404
    assert "Paused." in anna.post("webhook-state", {}, **here).content.decode()
    assert anna.post("webhook-replay", {}, **here).status_code == 409
    assert "Resumed." in anna.post("webhook-state", {}, **here).content.decode()
    assert "To be sent again: 1." in anna.post("webhook-replay", {}, **here).content.decode()
    (waits,) = firm.house.run(queries.deliveries(firm.id)).deliveries
    assert (waits.state, waits.id) == ("waiting", lost.delivery)


def test_the_first_page_says_what_went_wrong_to_who_can_do_something(firm: Firm) -> None:
    firm.listener()
    told = "What webhooks could not be told: 1."
    assert told in firm.person("owner").get("overview").content.decode()
    assert told not in firm.person("cashier").get("overview").content.decode()


def test_an_auditor_sees_and_changes_nothing(firm: Firm) -> None:
    eve, lost = firm.person("auditor"), firm.listener()
    told = eve.get("webhook", endpoint_id=lost.endpoint).content.decode()
    assert "Send again" not in told
    assert eve.post("webhook-replay", {}, endpoint_id=lost.endpoint).status_code == 403
