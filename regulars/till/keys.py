"""API keys: looked up by prefix, compared by hash in constant time, remembered for seconds."""

import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from regulars.kit.problems import Invalid
from regulars.till.problems import Forbidden, Unauthorized
from regulars.till.sessions import ALLOWED, SESSION, Cashier, digest_of, secret_of

Query = Callable[..., Awaitable[list[Any]]]

_REMEMBERED_SECONDS = 5.0
_MOST = 10_000
_NEVER_MATCHES = b"\0" * 32
_SELECT = """
select k.id, k.organization_id, k.hash, k.scopes, coalesce(s.code, '') as shop, k.label, k.made_by,
       coalesce((select array_agg(p.id order by p.created_at) from program p
                  where p.organization_id = k.organization_id), '{}') as programs,
       coalesce((select array_agg(p.slug::text order by p.created_at) from program p
                  where p.organization_id = k.organization_id), '{}') as slugs
  from api_key k
  left join shop s on s.id = k.shop_id
 where k.prefix = $1 and k.revoked_at is null
"""


class Key(Struct, frozen=True):
    """What a key may do: its scopes, its shop, the programs of its organization by slug."""

    id: UUID
    organization_id: UUID
    scopes: frozenset[str]
    shop: str
    label: str
    programs: dict[str, UUID]
    prefix: str = ""
    cashier: Cashier | None = None
    """Of a till that is open in a browser: who opened it."""
    maker: UUID | None = None
    """Who of the staff made it."""

    def program(self, wanted: str | None) -> UUID:
        """The program a request is about: named in `Regulars-Program`, or the only one."""
        if wanted is not None:
            found = self.programs.get(wanted)
            if found is None:
                raise Invalid(f"This key has no program {wanted[:63]!r}.")
            return found
        if len(self.programs) != 1:
            raise Invalid("Name the program in the header Regulars-Program (its slug).")
        return next(iter(self.programs.values()))

    def require(self, scope: str, route: str) -> None:
        if self.cashier is not None:
            if route not in ALLOWED:
                raise Forbidden("A till page cannot do this: it takes a key with its scope.")
        elif scope not in self.scopes:
            raise Forbidden(f"The key lacks the scope {scope}: make one that has it.")

    def stay(self, body: Any) -> None:
        """A key of one shop records nothing in the name of another."""
        shop = getattr(body, "shop", None)
        if self.shop and shop is not None and shop != self.shop:
            raise Forbidden(f"This key is of the shop {self.shop!r}: leave `shop` out.")


class Keys:
    """The keys this process has met lately. A revoked one stops within seconds everywhere."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._known: dict[bytes, tuple[float, Key]] = {}

    def forget(self) -> None:
        self._known.clear()

    async def key(self, header: bytes) -> Key:
        """The key of an Authorization header. Wrong ones are not counted: there is nothing to guess
        in 256 bits, and who stands behind the same proxy must not be locked out for a stranger."""
        return self.remembered(header) or await self.find(header)

    async def session(self, headers: dict[bytes, bytes]) -> Key:
        """What a till in a browser may do, found by its cookie and the header proving it."""
        secret = secret_of(headers)
        if secret is None:
            raise Unauthorized("Send the header `Authorization: Bearer rk_...`.")
        found = self.remembered(secret.encode())
        if found is None:
            rows = await self._query(SESSION, digest_of(secret), datetime.now(UTC))
            if not rows:
                raise Unauthorized("This till is closed: open it again.")
            row = rows[0]
            found = self._remember(
                secret.encode(),
                Key(
                    row["id"],
                    row["organization_id"],
                    frozenset(),
                    row["shop"],
                    row["till"],
                    {row["program"]: row["program_id"]},
                    "",
                    Cashier(row["staff_id"], row["who"]),
                ),
            )
        return found

    def remembered(self, header: bytes) -> Key | None:
        """The key of an Authorization header seen within the last seconds."""
        found = self._known.get(hashlib.sha256(header).digest())
        if found is None or found[0] < time.monotonic():
            return None
        return found[1]

    async def find(self, header: bytes) -> Key:
        """Look the key up. Unknown, revoked and wrong keys are told alike."""
        scheme, _, token = header.decode("latin-1").partition(" ")
        parts = token.strip().split("_", 2)
        if scheme.lower() != "bearer" or len(parts) != 3 or parts[0] != "rk":
            raise Unauthorized("Send the header `Authorization: Bearer rk_...`.")
        rows = await self._query(_SELECT, parts[1])
        row = rows[0] if rows else None
        secret = hashlib.sha256(parts[2].encode()).digest()
        if (
            not hmac.compare_digest(secret, bytes(row["hash"]) if row else _NEVER_MATCHES)
            or not row
        ):
            raise Unauthorized("This key is unknown or was revoked.")
        key = Key(
            row["id"],
            row["organization_id"],
            frozenset(row["scopes"]),
            row["shop"],
            row["label"],
            dict(zip(row["slugs"], row["programs"], strict=True)),
            parts[1],
            maker=row["made_by"],
        )
        return self._remember(header, key)

    def _remember(self, header: bytes, key: Key) -> Key:
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[hashlib.sha256(header).digest()] = (time.monotonic() + _REMEMBERED_SECONDS, key)
        return key
