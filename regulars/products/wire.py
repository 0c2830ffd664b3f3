"""What callers send and are told about products."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

Text = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
PriceMinor = Annotated[int, Meta(ge=0, le=1_000_000_000_000)]


class PriceIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one unit of an article costs, before discounts, from an instant on."""

    sku: Text
    price_minor: PriceMinor
    shop: Text | None = None
    """Only in this shop; in the key's shop, or in every shop that has no price of its own, when
    left out."""
    from_at: Annotated[datetime, Meta(tz=True)] | None = None
    """From when on; now when left out. May be past, and may be to come."""


class PricesIn(Struct, frozen=True, forbid_unknown_fields=True):
    """List prices. Each article, shop and instant at most once."""

    prices: Annotated[tuple[PriceIn, ...], Meta(min_length=1, max_length=1000)]


class PricesOut(Struct, frozen=True):
    """How many prices were told. One that is in force already changes nothing."""

    id: UUID
    prices: int
