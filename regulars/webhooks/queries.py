"""What is asked about webhooks: endpoints and deliveries, and what a receiver is told. Steps."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from regulars.activities.queries import drain
from regulars.kit.problems import NotFound
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.webhooks.schedule import KEEP_TRYING_SECONDS
from regulars.webhooks.wire import (
    ActivityOut,
    DeliveriesOut,
    DeliveryOut,
    EndpointOut,
    EventOut,
    MovedOut,
    NewTierOut,
)

SQL = statements("regulars.webhooks", "queries.sql")
_moved = msgspec.json.Decoder(list[MovedOut])
_tiers = msgspec.json.Decoder(list[NewTierOut])
_SECOND_MS = 1000


class NoEndpoint(NotFound):
    code = "unknown_webhook_endpoint"
    title = "There is no such endpoint here"


def relay(most: int, now: int) -> Steps[int]:
    """Empty the outbox into the projections, and queue what endpoints are to be told; how many rows
    there were. Both or neither: it is one statement."""
    yield Step(SQL["in_order"])
    return (yield from drain(most, SQL["fan_out"], (now, KEEP_TRYING_SECONDS)))


def told(program_id: UUID, activity_id: UUID) -> Steps[EventOut | None]:
    """What a receiver is told about an activity; None where there is none."""
    low = activity_id.int >> 80 << 80
    high = (activity_id.int >> 80) + _SECOND_MS << 80
    low -= min(low, _SECOND_MS << 80)
    rows = yield Step(SQL["told"], (program_id, activity_id, UUID(int=low), UUID(int=high)))
    if not rows:
        return None
    (kind, slug, member, occurred_at, recorded_at, shop, till, receipt, revision, refers_to,
     list_minor, paid_minor, movements, tiers) = rows[0]  # fmt: skip
    data = ActivityOut(
        activity_id, slug, kind, occurred_at, recorded_at, member, shop, till, receipt, revision,
        refers_to, list_minor, paid_minor, _moved.decode(movements), _tiers.decode(tiers),
    )  # fmt: skip
    return EventOut(kind, occurred_at, data)


def organization_of_till() -> Steps[UUID]:
    """The organization of the program that a till's connection works for."""
    rows = yield Step(SQL["organization"])
    return UUID(str(rows[0][0]))


def can_replay(endpoint_id: UUID, delivery_id: UUID) -> Steps[bool]:
    """Whether there is such a delivery, and it does not wait to be sent anyway."""
    rows = yield Step(SQL["can_replay"], (endpoint_id, delivery_id))
    return bool(rows)


def endpoints(organization_id: UUID) -> Steps[list[EndpointOut]]:
    """All endpoints, the disabled ones too, in the order in which they were made."""
    rows = yield Step(SQL["endpoints"], (organization_id, None))
    return [_endpoint(row) for row in rows]


def endpoint(organization_id: UUID, id: UUID) -> Steps[EndpointOut]:
    """The endpoint of an id; `NoEndpoint` where the organization has none."""
    rows = yield Step(SQL["endpoints"], (organization_id, id))
    if not rows:
        raise NoEndpoint(f"There is no endpoint {id} in this organization; list them.")
    return _endpoint(rows[0])


def deliveries(
    organization_id: UUID,
    *,
    endpoint_id: UUID | None = None,
    state: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Steps[DeliveriesOut]:
    """A page of deliveries, the newest first. Those that arrived are kept for a week."""
    params = (organization_id, endpoint_id, state, before, limit + 1)
    rows = yield Step(SQL["deliveries"], params)
    page = rows[:limit]
    more = page[-1][-1] if len(rows) > limit else None
    return DeliveriesOut([_delivery(row) for row in page], more)


def _endpoint(row: Sequence[Any]) -> EndpointOut:
    id, url, topics, description, created_at, disabled_at, because, since, waiting, dead = row
    state = "disabled" if disabled_at else "active"
    return EndpointOut(
        id, url, state, list(topics), description, created_at, disabled_at, because, since, waiting,
        dead,
    )  # fmt: skip


def _delivery(row: Sequence[Any]) -> DeliveryOut:
    endpoint_id, id, activity, member, topic, state, attempts, created_at, due_at, *end, _ = row
    return DeliveryOut(
        endpoint_id, id, activity, topic, state, created_at, attempts, member, due_at, *end
    )
