"""Webhooks on the wire: endpoints, their secrets, what was delivered and what not."""

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from regulars.kit.http import Call, Route
from regulars.kit.steps import Steps
from regulars.webhooks import queries
from regulars.webhooks.changes import AddEndpoint, Known, Replay, RotateSecret, SetEndpointState
from regulars.webhooks.wire import (
    DeliveriesOut,
    EndpointIn,
    EndpointsOut,
    EndpointStateIn,
    EndpointStateOut,
    ReplayIn,
    ReplayOut,
    RotateIn,
    SecretOut,
)


class DeliveriesQuery(Struct, frozen=True, forbid_unknown_fields=True):
    state: Literal["waiting", "sent", "dead"] | None = None
    before: Annotated[int, Meta(ge=1, le=2**62)] | None = None
    """The `next` of the page before this one."""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


def _known(call: Call) -> Steps[Known]:
    organization_id = yield from queries.organization_of_till()
    return Known(organization_id, (yield from queries.endpoints(organization_id)))


def _known_delivery(call: Call) -> Steps[Known]:
    """The delivery that is to be replayed too, where one is named."""
    known = yield from _known(call)
    found, delivery = known.find(call.path["id"]), call.body.delivery
    if found is not None and delivery is not None:
        known.can_replay = yield from queries.can_replay(found.id, delivery)
    return known


def _endpoints(call: Call) -> Steps[EndpointsOut]:
    organization_id = yield from queries.organization_of_till()
    return EndpointsOut((yield from queries.endpoints(organization_id)))


def _deliveries(call: Call) -> Steps[DeliveriesOut]:
    known = yield from _known(call)
    endpoint_id: UUID = known.endpoint(call.path["id"]).id
    query: DeliveriesQuery = call.query
    return (
        yield from queries.deliveries(
            known.organization_id, endpoint_id=endpoint_id, state=query.state,
            before=query.before, limit=query.limit,
        )
    )  # fmt: skip


def _changing(kind: Callable[..., Any]) -> Callable[[Call], Any]:
    return lambda call: kind(
        call.body, call.caller, call.found, call.path.get("id", ""), key=call.key, at=call.now
    )


SCOPE = "webhooks:manage"
ROUTES = (
    Route(
        "POST", "/v1/webhooks", SCOPE, "Add an endpoint that is told what happens",
        SecretOut, status=201, body=EndpointIn, before=_known, operation=_changing(AddEndpoint),
    ),
    Route(
        "GET", "/v1/webhooks", SCOPE, "The endpoints of the organization",
        EndpointsOut, read=_endpoints,
    ),
    Route(
        "POST", "/v1/webhooks/{id}/secret", SCOPE, "Give an endpoint a new secret",
        SecretOut, body=RotateIn, problems=(404,), before=_known, operation=_changing(RotateSecret),
    ),
    Route(
        "POST", "/v1/webhooks/{id}/state", SCOPE, "Disable an endpoint, or let it work again",
        EndpointStateOut, body=EndpointStateIn, problems=(404,), before=_known,
        operation=_changing(SetEndpointState),
    ),
    Route(
        "POST", "/v1/webhooks/{id}/replays", SCOPE, "Send again what could not be delivered",
        ReplayOut, body=ReplayIn, problems=(404, 409), before=_known_delivery,
        operation=_changing(Replay),
    ),
    Route(
        "GET", "/v1/webhooks/{id}/deliveries", SCOPE, "What waits, arrived or could not be told",
        DeliveriesOut, query=DeliveriesQuery, problems=(404,), read=_deliveries,
    ),
)  # fmt: skip
