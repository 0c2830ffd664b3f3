"""A server that is told to stop answers what it accepted: under load, with real connections."""

import http.client
import json
import signal
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from tests.corner import corner
from tests.serving import NOW, House, Server

TILLS = 8
ENOUGH = 60


@pytest.fixture
def own(database_url: str) -> Iterator[Server]:
    server = Server(database_url, NOW)
    yield server
    server.stop()


class Till(threading.Thread):
    """Sells without a pause on one connection, until the server takes no more."""

    def __init__(self, url: str, secret: str) -> None:
        super().__init__(daemon=True)
        self.where = urlsplit(url).netloc
        self.secret = secret
        self.answered = 0
        self.refused: list[int] = []
        self.unanswered = 0

    def run(self) -> None:
        body = json.dumps({"lines": [{"sku": "bread", "quantity": 1, "unit_price_minor": 100}]})
        while True:
            try:
                connection = http.client.HTTPConnection(self.where, timeout=120)
                connection.connect()
            except OSError:
                return
            while True:
                headers = {
                    "Authorization": f"Bearer {self.secret}",
                    "Content-Type": "application/json",
                    "Idempotency-Key": uuid4().hex,
                }
                try:
                    connection.request("POST", "/v1/purchases", body, headers)
                    answer = connection.getresponse()
                    answer.read()
                except (OSError, http.client.HTTPException):
                    self.unanswered += 1
                    break
                if answer.status == 201:
                    self.answered += 1
                else:
                    self.refused.append(answer.status)


def test_every_accepted_request_is_answered_when_the_server_is_stopped(
    own: Server, database_url: str
) -> None:
    house = House(database_url)
    organization = house.organization()
    house.apply(organization, corner())
    tills = [Till(own.url, house.key(organization)) for _ in range(TILLS)]
    for till in tills:
        till.start()
    deadline = time.monotonic() + 120
    while sum(till.answered for till in tills) < ENOUGH:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    own.process.send_signal(signal.SIGTERM)
    assert own.process.wait(120) == 0
    for till in tills:
        till.join(120)
        assert not till.is_alive()
    with psycopg.connect(database_url) as connection:
        recorded = connection.execute(
            "select count(*) from activity a join program p on p.id = a.program_id"
            " where p.organization_id = %s",
            [organization.id],
        ).fetchone()
    answered = sum(till.answered for till in tills)
    assert recorded == (answered,), "each of them was told to its sender"
    # On a connection that was just being closed a request may be sent and not be accepted.
    assert sum(till.unanswered for till in tills) <= TILLS
    assert [status for till in tills for status in till.refused] == []
