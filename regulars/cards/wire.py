"""What callers send and are told about cards."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from regulars.members.wire import Reason

State = Literal["made", "active", "issued", "replaced", "blocked", "lost"]
Platform = Literal["apple", "google"]


class CardOut(Struct, frozen=True, omit_defaults=True):
    """A card: `made` (its batch is not active), `active` (nobody holds it yet), `issued` (to a
    member), `replaced`, `blocked` or `lost`."""

    number: str
    state: State
    electronic: bool = False
    """Whether it has a secret for rotating codes."""
    code: Literal["right", "wrong"] | None = None
    """Where it was asked for with a rotating code behind the number."""
    member: UUID | None = None
    replaced_by: str | None = None
    batch: str | None = None
    position: int = 0


class CardChangedOut(Struct, frozen=True):
    """The card after the change."""

    number: str
    state: State


class ElectronicIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Why, where somebody wants to know later: a new telephone, say."""

    reason: Reason = ""


class PassIn(Struct, frozen=True, forbid_unknown_fields=True):
    """For which wallet the pass is."""

    platform: Platform


class PassOut(Struct, frozen=True):
    """A pass, and the address under which the member's telephone gets it: keep it between you."""

    platform: Platform
    url: str


class PassesOut(Struct, frozen=True):
    """The passes of a card that still count."""

    passes: list[PassOut]


class FaceOut(Struct, frozen=True, omit_defaults=True):
    """The card as a telephone shows it. ``text`` is what the codes contain: the number, and of a
    card with a secret its present code behind it; then show it anew at ``until``."""

    number: str
    shown: str
    """The number as people read it."""
    title: str
    line: str
    color: str
    letters: str
    """The colour of letters that can be read on it."""
    text: str
    qr_svg: str
    barcode_svg: str
    barcode: str
    until: datetime | None = None
    secret: str | None = None
    """Base32, with ``with_secret=true``: two keys of RFC 6238 of 20 bytes (SHA-1, 30 seconds, six
    digits each), for a telephone that works the codes out while it is offline."""


class BatchOut(Struct, frozen=True, omit_defaults=True):
    """A batch of cards. ``activated_at`` is missing as long as its cards cannot be used."""

    id: UUID
    name: str
    symbology: str
    numbering: str
    activation: str
    size: int
    made_at: datetime
    activated_at: datetime | None = None


class BatchesOut(Struct, frozen=True):
    """The batches of a program, in the order in which they were made."""

    batches: list[BatchOut]
