"""What is done to endpoints and deliveries: add, rotate, disable, enable, replay. Steps."""

from collections.abc import Sequence
from uuid import UUID

from regulars.kit.ids import Ids
from regulars.kit.problems import Conflict, NotFound
from regulars.kit.steps import Step, Steps
from regulars.webhooks.queries import SQL, endpoint
from regulars.webhooks.schedule import KEEP_TRYING_SECONDS
from regulars.webhooks.signing import make_secret, sealed
from regulars.webhooks.targets import loopback_allowed, target
from regulars.webhooks.wire import SecretOut

_ids = Ids()


class Disabled(Conflict):
    code = "webhook_endpoint_disabled"
    title = "This endpoint is disabled"


class NoDelivery(NotFound):
    code = "unknown_webhook_delivery"
    title = "There is no such delivery here"


NO_DELIVERY = "It waits to be sent, or arrived more than a week ago, or never was."


def add(
    *, organization_id: UUID, url: str, now: int, topics: Sequence[str] = (), description: str = ""
) -> Steps[SecretOut]:
    """A new endpoint; it is told what happens from now on. The secret is in the answer only."""
    target(url, loopback=loopback_allowed())
    made, secret = _ids.make(now * 1000), make_secret()
    wanted = list(dict.fromkeys(topics))
    yield Step(SQL["add"], (organization_id, made, url, wanted, description, sealed(secret), now))
    return SecretOut(made, secret)


def rotate(
    *, organization_id: UUID, endpoint_id: UUID, now: int, overlap_seconds: int = 86_400
) -> Steps[SecretOut]:
    """A new secret; until the overlap is over deliveries bear a signature of the old one too."""
    yield from endpoint(organization_id, endpoint_id)
    secret = make_secret()
    params = (organization_id, endpoint_id, sealed(secret), now + overlap_seconds)
    yield Step(SQL["rotate"], params)
    return SecretOut(endpoint_id, secret)


def disable(
    *, organization_id: UUID, endpoint_id: UUID, now: int, because: str = "by_hand"
) -> Steps[None]:
    """Nothing is sent any more; what waited is kept as undeliverable, and can be replayed."""
    yield from endpoint(organization_id, endpoint_id)
    yield Step(SQL["disable"], (endpoint_id, now, because))
    yield Step(SQL["bury"], (endpoint_id, now))


def enable(*, organization_id: UUID, endpoint_id: UUID) -> Steps[None]:
    """It is told again what happens from now on; what it missed can be replayed."""
    yield from endpoint(organization_id, endpoint_id)
    yield Step(SQL["enable"], (organization_id, endpoint_id))


def replay(
    *, organization_id: UUID, endpoint_id: UUID, now: int, delivery_id: UUID | None = None
) -> Steps[int]:
    """Send one delivery again, or all that could not be delivered; how many there are. They come
    behind what waits for the same members, and bear the webhook-id they had."""
    found = yield from endpoint(organization_id, endpoint_id)
    if found.state == "disabled":
        raise Disabled("Enable the endpoint first; then what it missed can be replayed.")
    params = (organization_id, endpoint_id, delivery_id, now, KEEP_TRYING_SECONDS)
    rows = yield Step(SQL["replay"], params)
    if delivery_id is not None and not rows:
        raise NoDelivery(NO_DELIVERY)
    return len(rows)
