"""What is sent and told about shops and keys."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from regulars.organizations.queries import Key, Shop

Text = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Address = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
ShopCode = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]
Scope = Annotated[str, Meta(pattern="^[a-z-]{1,30}:[a-z]{1,30}$")]


class ShopIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A point of sale. The address of the request has its code."""

    name: Text
    timezone: Annotated[str, Meta(max_length=64, description="As in `Europe/Sofia`.")]
    address: Address = ""

    @property
    def noted(self) -> dict[str, Any]:
        return {"name": self.name, "timezone": self.timezone, "address": self.address}


class ShopOut(Struct, frozen=True):
    """A point of sale. ``code`` is its number, as tills send it."""

    code: str
    name: str
    timezone: str
    address: str


class ShopsOut(Struct, frozen=True):
    """The shops of the organization, by code."""

    shops: list[ShopOut]


class KeyIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A key to be made. It may get no scope that the asking key does not have."""

    label: Text
    """Which till or machine it is for."""
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=50)]
    shop: ShopCode | None = None
    """The code of the shop in whose name alone it records; none: of all."""

    @property
    def noted(self) -> dict[str, Any]:
        return {"label": self.label, "scopes": self.scopes, "shop": self.shop}


class KeyMadeOut(Struct, frozen=True):
    """A new key. ``secret`` is told this once: only a hash of it is kept."""

    prefix: str
    secret: str


class KeyOut(Struct, frozen=True, omit_defaults=True):
    """What may be told of a key."""

    prefix: str
    label: str
    scopes: list[str]
    created_at: datetime
    shop: str = ""
    revoked_at: datetime | None = None


class KeysOut(Struct, frozen=True):
    """The keys of the organization, the revoked ones too, the oldest first."""

    keys: list[KeyOut]


def shop_out(shop: Shop) -> ShopOut:
    return ShopOut(shop.code, shop.name, shop.timezone, shop.address)


def key_out(key: Key) -> KeyOut:
    return KeyOut(
        key.prefix, key.label, sorted(key.scopes), key.created_at, key.shop, key.revoked_at
    )
