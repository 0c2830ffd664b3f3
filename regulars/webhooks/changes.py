"""Changes of endpoints that a program sends: operations of group commit, so that a repeated request
is known. A secret is in the first answer only; it is not kept with it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit
from regulars.activities.wants import Wants
from regulars.kit.http import Caller
from regulars.kit.requests import digest_of, encode, key_of
from regulars.webhooks.operations import NO_DELIVERY, Disabled, NoDelivery
from regulars.webhooks.queries import NoEndpoint
from regulars.webhooks.schedule import KEEP_TRYING_SECONDS
from regulars.webhooks.signing import make_secret, sealed
from regulars.webhooks.targets import loopback_allowed, target
from regulars.webhooks.wire import (
    EndpointIn,
    EndpointOut,
    EndpointStateIn,
    EndpointStateOut,
    ReplayIn,
    ReplayOut,
    RotateIn,
    SecretOut,
)


class Known:
    """What was found out before: the organization of the program, and its endpoints."""

    def __init__(self, organization_id: UUID, endpoints: Sequence[EndpointOut] = ()) -> None:
        self.organization_id = organization_id
        self._endpoints = {str(found.id): found for found in endpoints}
        self.can_replay = True
        """False: the delivery that is named is none, or waits to be sent anyway."""

    def find(self, id: str) -> EndpointOut | None:
        return self._endpoints.get(id.lower())

    def endpoint(self, id: str) -> EndpointOut:
        found = self.find(id)
        if found is None:
            raise NoEndpoint("There is no such endpoint: GET /v1/webhooks tells them all.")
        return found


class _Change:
    now: int | None = None
    path = ""

    def __init__(
        self, request: Any, caller: Caller, known: Known, id: str = "", *, key: str | None, at: int
    ) -> None:
        self.request = request
        self.caller = caller
        self.known = known
        self.id = id
        self.at = at
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (id, request))

    def wants(self, wants: Wants, context: Context) -> None:
        pass

    def _record(self, unit: Unit, kind: str, id: UUID, answer: Any, said: Any = None) -> Record:
        unit.changes += 1
        return Record(
            id=unit.make_id(),
            member_id=None,
            kind=kind,
            occurred_at=self.at,
            shop=self.caller.shop,
            till=self.caller.till,
            facts=encode({"endpoint": str(id)}).decode(),
            answer=encode(answer).decode(),
            said="" if said is None else encode(said).decode(),
        )


class AddEndpoint(_Change):
    """A new endpoint; it is told what happens from now on."""

    path = "/v1/webhooks"
    request: EndpointIn

    def decide(self, unit: Unit, context: Context) -> Record:
        asked = self.request
        target(asked.url, loopback=loopback_allowed())
        id, secret = unit.make_id(), make_secret()
        topics = ",".join(dict.fromkeys(asked.topics))
        row = (
            self.known.organization_id, id, asked.url, topics, asked.description, sealed(secret),
            self.at,
        )  # fmt: skip
        unit.card_rows.setdefault("webhook_endpoint", []).append(row)
        return self._record(unit, "add_webhook", id, SecretOut(id), SecretOut(id, secret))


class RotateSecret(_Change):
    """A new secret, with an overlap in which the old one is good too."""

    path = "/v1/webhooks/{id}/secret"
    request: RotateIn

    def decide(self, unit: Unit, context: Context) -> Record:
        id, secret = self.known.endpoint(self.id).id, make_secret()
        until = self.at + self.request.overlap_hours * 3600
        unit.card_rows.setdefault("webhook_secret", []).append((id, sealed(secret), until))
        return self._record(unit, "rotate_webhook", id, SecretOut(id), SecretOut(id, secret))


class SetEndpointState(_Change):
    """Disable an endpoint, or let it work again."""

    path = "/v1/webhooks/{id}/state"
    request: EndpointStateIn

    def decide(self, unit: Unit, context: Context) -> Record:
        id, state = self.known.endpoint(self.id).id, self.request.state
        if state == "disabled":
            unit.card_rows.setdefault("webhook_off", []).append((id, self.at))
            unit.card_rows.setdefault("webhook_bury", []).append((id, self.at))
        else:
            unit.card_rows.setdefault("webhook_on", []).append((id,))
        return self._record(unit, "set_webhook_state", id, EndpointStateOut(id, state))


class Replay(_Change):
    """Send one delivery again, or all that could not be delivered."""

    path = "/v1/webhooks/{id}/replays"
    request: ReplayIn

    def decide(self, unit: Unit, context: Context) -> Record:
        found = self.known.endpoint(self.id)
        if found.state == "disabled":
            raise Disabled("Enable the endpoint first; then what it missed can be replayed.")
        if not self.known.can_replay:
            raise NoDelivery(NO_DELIVERY)
        delivery = self.request.delivery
        row = (found.id, delivery, self.at, self.at + KEEP_TRYING_SECONDS)
        unit.card_rows.setdefault("webhook_replay", []).append(row)
        return self._record(unit, "replay_webhook", found.id, ReplayOut(found.id, delivery))
