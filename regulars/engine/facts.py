"""Facts: everything a decision may depend on, gathered once and stored with the purchase.

The records are immutable and encode as short arrays, so that they can be kept for ever and the
decision re-run from them (`explain`). Money is in minor units; instants are seconds since 1970
(UTC); ``day`` counts local days since 1970 and ``minute`` the minutes of the local day.
"""

from typing import Any

from msgspec import Struct


class Line(Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """One article of a basket. ``amount_minor`` is the line's list total, not a unit price."""

    sku: str
    quantity: int
    amount_minor: int
    category: str = ""
    brand: str = ""
    floor_minor: int = 0
    """The lowest total this line may be sold for (the product's minimum price x quantity)."""
    labels: tuple[str, ...] = ()
    """Marks that scopes may ask for: ``sale``, ``size=xl`` ..."""
    role: str = ""
    """Empty for goods. Other lines (``shipping``, ``deposit`` ...) belong to a scope only where it
    names their role."""
    tax_bp: int = 0
    """The rate of the tax on it in basis points; see `Rules.prices`."""


class Coupon(Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """A code shown with the basket. ``voucher`` names its definition; a public code has none."""

    code: str
    voucher: str = ""
    limited: bool = False
    """Each member may use it so often only: its uses are counted by member."""


class Tender(Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """A part of what was paid, and by what means: ``cash``, ``card``, ``gift_card``, ``points`` ...
    A payment is no discount: it changes no price (T7)."""

    kind: str
    amount_minor: int
    of_minor: int
    """What the lines cost that it could pay for; of what is kept of them it paid its share."""
    asset: str = ""
    """The asset of our own that was used, and how many of it."""
    units: int = 0
    card: str = ""
    """The id of the gift card of our own that paid."""


class Member(Struct, frozen=True, array_like=True, omit_defaults=True):
    """What is known of the member as the basket is judged, before this purchase counts."""

    id: str
    attributes: dict[str, Any] = {}
    tier: str = ""
    segments: tuple[str, ...] = ()
    joined_day: int = 0
    purchases: int = 0
    spend_minor: int = 0
    windows: dict[str, tuple[int, int]] = {}
    """Window name (see `engine.windows`) to (visits, spend in minor units)."""
    last_day: int = 0
    """The local day of the purchase before this one; 0 = none, or not known."""
    balances: dict[str, int] = {}
    """Of the assets that campaigns watch."""
    passed: dict[str, int] = {}
    """How often a ``campaign/tally`` was passed already in the window at hand; see
    `engine.effects.passed_amount`."""
    uncounted: dict[str, tuple[tuple[int, int], ...]] = {}
    """Of rolling windows: by ``campaign/tally`` the days and what was spent on each that has not
    been counted yet."""
    children: tuple[int, ...] = ()
    """The ages of the member's children in whole months at the time of the case."""


class Facts(Struct, frozen=True, array_like=True, omit_defaults=True):
    """One case to decide: a basket or another activity."""

    at: int
    day: int
    minute: int
    weekday: int
    """1 = Monday ... 7 = Sunday, local."""
    trigger: str = "purchase"
    shop: str = ""
    lines: tuple[Line, ...] = ()
    member: Member | None = None
    coupons: tuple[Coupon, ...] = ()
    left: dict[str, int] = {}
    """What is left of each limit of a limited campaign: ``campaign/scope`` to a count or amount."""
    detail: dict[str, Any] = {}
    """Further fields of an activity, as the caller sent them."""
    tenders: tuple[Tender, ...] = ()
    """How the basket was paid, as far as it is known."""
