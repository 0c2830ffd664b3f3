"""What receivers are sent, and what callers send and are told about webhooks. Money is in minor
units of the program."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct, field

Url = Annotated[
    str,
    Meta(min_length=1, max_length=2_000, description="https://, of a server on the Internet."),
]
Topic = Annotated[
    str,
    Meta(pattern="^[a-z][a-z0-9_]{0,62}$", description="A kind of activity: `purchase`, `return`."),
]
Topics = Annotated[tuple[Topic, ...], Meta(max_length=50)]
Description = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class MovedOut(Struct, frozen=True):
    """What one kind of posting brought to the member (or took, negative) of one asset."""

    kind: str
    asset: str
    amount: int


class NewTierOut(Struct, frozen=True):
    """The member's tier became another one."""

    tier: str
    before: str
    reason: str


class ActivityOut(Struct, frozen=True, omit_defaults=True):
    """An activity, as the member's history tells it, without names, numbers of cards, codes or what
    was in the basket: with its id and the member's the rest can be asked for."""

    id: UUID
    program: str
    """The program's short name."""
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    member: UUID | None = None
    """Absent where it was about no member."""
    shop: str = ""
    till: str = ""
    receipt_number: str = ""
    revision: int = 0
    """The revision of the program by which it was judged."""
    refers_to: UUID | None = None
    """The purchase of a return; the redemption of its settling or voiding."""
    list_minor: int = 0
    paid_minor: int = 0
    movements: list[MovedOut] = field(default_factory=list)
    """What it changed of the member's own points, stamps and money."""
    tier_changes: list[NewTierOut] = field(default_factory=list)


class EventOut(Struct, frozen=True):
    """What a receiver is sent, as JSON with the headers `webhook-id` (the same at every repeat),
    `webhook-timestamp` and `webhook-signature` (Standard Webhooks 1.0)."""

    type: str
    """The kind of activity: `purchase`, `return`, `join`, `redeem`, ..."""
    timestamp: datetime
    """When it happened."""
    data: ActivityOut


class EndpointIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where to send, and what."""

    url: Url
    topics: Topics = ()
    """The kinds of activities it is told; all when left out."""
    description: Description = ""


class EndpointStateIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`disabled`: nothing is sent any more, and what waited is kept as undeliverable."""

    state: Literal["active", "disabled"]


class RotateIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A new secret; for so long deliveries are signed with the old one too."""

    overlap_hours: Annotated[int, Meta(ge=0, le=168)] = 24


class ReplayIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One delivery, whether it arrived or not; or all that could not be delivered."""

    delivery: UUID | None = None


class EndpointOut(Struct, frozen=True, omit_defaults=True):
    """An endpoint. Its secret is told once, where it is made."""

    id: UUID
    url: str
    state: str
    """`active` or `disabled`."""
    topics: list[str] = field(default_factory=list)
    description: str = ""
    created_at: datetime | None = None
    disabled_at: datetime | None = None
    disabled_because: str = ""
    """`by_hand`; `gone`: it answered 410; `failing`: nothing arrived for three days."""
    failing_since: datetime | None = None
    waiting: int = 0
    dead: int = 0
    """What could not be delivered; it can be replayed."""


class EndpointStateOut(Struct, frozen=True):
    """The endpoint's state after the change."""

    id: UUID
    state: str


class SecretOut(Struct, frozen=True, omit_defaults=True):
    """The secret to verify with. A repeated request is answered without it: rotate it then."""

    id: UUID
    secret: str = ""
    """`whsec_` and the key in Base64."""


class EndpointsOut(Struct, frozen=True):
    """All endpoints of the organization, in the order in which they were made."""

    endpoints: list[EndpointOut]


class ReplayOut(Struct, frozen=True):
    """What is to be sent again."""

    id: UUID
    """The endpoint."""
    delivery: UUID | None = None


class DeliveryOut(Struct, frozen=True, omit_defaults=True):
    """One activity on its way to one endpoint: `waiting`, `sent` or `dead`."""

    endpoint: UUID
    id: UUID
    """The header `webhook-id`."""
    activity: UUID
    topic: str
    state: str
    created_at: datetime
    attempts: int = 0
    member: UUID | None = None
    due_at: datetime | None = None
    """When it is tried next."""
    ended_at: datetime | None = None
    last_status: int | None = None
    last_error: str = ""


DISABLED = "the endpoint was disabled"
"""What `last_error` says of a delivery that nothing was tried for (`queries.sql`)."""


class DeliveriesOut(Struct, frozen=True, omit_defaults=True):
    """Deliveries, the newest first."""

    deliveries: list[DeliveryOut]
    next: int | None = None
    """Send it as `before` for the page after this one; absent on the last."""
