"""A firm with a program, an endpoint, and couriers whose clock runs a hundred times as fast."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import UUID

import pytest

from regulars.webhooks import operations, queries
from regulars.webhooks.tasks import Courier
from regulars.webhooks.wire import DeliveryOut, EndpointOut, SecretOut
from tests.desk import Desk, open_desk
from tests.purchases.shop import BASE, buy, join, shop
from tests.webhooks.receiver import Receiver, receiving

FASTER = 100


class Firm:
    """What a firm does with its endpoints, over a desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.organization_id: UUID = desk.connection.execute(
            "select organization_id from program where id = %s", (desk.program_id,)
        ).fetchone()[0]  # type: ignore[index]
        desk.connection.commit()
        self._began = time.monotonic()

    def now(self) -> int:
        return self.desk.now + int((time.monotonic() - self._began) * FASTER)

    def add(self, url: str, *topics: str) -> SecretOut:
        return self.desk.read(  # type: ignore[no-any-return]
            operations.add(
                organization_id=self.organization_id, url=url, topics=topics, now=self.desk.now
            )
        )

    def does(self, operation: Callable[..., Any], endpoint: SecretOut, **more: Any) -> Any:
        return self.desk.read(
            operation(organization_id=self.organization_id, endpoint_id=endpoint.id, **more)
        )

    def shown(self, endpoint: SecretOut) -> EndpointOut:
        return self.desk.read(  # type: ignore[no-any-return]
            queries.endpoint(self.organization_id, endpoint.id)
        )

    def deliveries(self, state: str | None = None) -> list[DeliveryOut]:
        return self.desk.read(  # type: ignore[no-any-return]
            queries.deliveries(self.organization_id, state=state, limit=1000)
        ).deliveries

    def relay(self) -> None:
        """What the worker does with the outbox."""
        while self.desk.read(queries.relay(100, self.now())):
            pass

    def buy(self, member: str | None, price_minor: int = 1_000) -> UUID:
        return UUID(buy(self.desk, member, ("bread", 1, price_minor))["id"])

    def join(self) -> str:
        return join(self.desk)

    @contextmanager
    def couriers(self, number: int = 1) -> Iterator[None]:
        """So many at work, each with an event loop of its own."""
        with ExitStack() as stack:
            for _ in range(number):
                stack.enter_context(_courier(self.desk.database_url, self.now))
            yield

    def until(self, fact: Callable[[], bool], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not fact():
            assert time.monotonic() < deadline, self.deliveries()
            time.sleep(0.05)


@contextmanager
def _courier(url: str, clock: Callable[[], int]) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(Courier(url, clock).run(stop)))
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
        loop.close()


@pytest.fixture
def firm(fresh_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Firm]:
    monkeypatch.setenv("REGULARS_SECRET_KEY", "a key of these tests, long enough for them")
    monkeypatch.setenv("REGULARS_WEBHOOKS_LOOPBACK", "1")
    with open_desk(fresh_database_url, shop(BASE)) as desk:
        yield Firm(desk)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found
