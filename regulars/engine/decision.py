"""Decision: what the engine answered. Positions name campaigns and lines; words come on reading."""

from typing import Any

from msgspec import Struct, field


class Discount(Struct, frozen=True, array_like=True, gc=False):
    """``amount_minor`` off line number ``line`` (from 0) because of ``campaign``."""

    campaign: str
    line: int
    amount_minor: int


class Award(Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """``amount`` of an asset for the member; the lot's terms are the asset's unless given here."""

    campaign: str
    asset: str
    amount: int
    pending_days: int | None = None
    valid_days: int | None = None


class Grant(Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """``count`` vouchers of a definition; the codes are drawn when the purchase is recorded."""

    campaign: str
    voucher: str
    count: int = 1


class Gift(Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """``quantity`` of a product to be handed over for nothing."""

    campaign: str
    sku: str
    quantity: int = 1
    choices: tuple[str, ...] = ()
    """What the member may take instead."""


class Message(Struct, frozen=True, array_like=True, gc=False):
    """A text for the member, by language."""

    campaign: str
    text: dict[str, str]


class Reason(Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """Why a campaign applied or did not.

    ``code`` is ``applied`` (the figures say what it gave) or the first obstacle: ``unmet``
    (``kind`` names the condition, the figures what is missing), ``schedule``, ``limit``,
    ``budget``, ``exclusive`` or ``lane`` (another campaign came first: ``figures["by"]``),
    ``nothing`` (no line it could act on).
    """

    campaign: str
    code: str
    kind: str = ""
    figures: dict[str, Any] = {}
    part: int = 0
    """Of an unmet condition: its number among the campaign's conditions and those in them."""


class Decision(Struct, frozen=True, array_like=True):
    """Everything one evaluation gives. ``paid`` holds what each line costs after discounts."""

    list_minor: int
    paid_minor: int
    paid: list[int]
    discounts: list[Discount] = field(default_factory=list)
    awards: list[Award] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    gifts: list[Gift] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    """Campaigns whose limits this decision uses once each."""
    redeemed: list[tuple[str, str]] = field(default_factory=list)
    """(campaign, code) for every coupon that did something."""
    trace: list[Reason] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    @property
    def discount_minor(self) -> int:
        return self.list_minor - self.paid_minor
