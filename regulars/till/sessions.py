"""Tills that are open in a browser: a cookie stands for the key, so that no key lies in there.

The cookie cannot be read by scripts. A request that changes or reads anything also bears a header
that is made of the cookie's secret, which no other site can send (`proof_of`).
"""

import hashlib
import hmac
from http.cookies import CookieError, SimpleCookie
from typing import Any
from uuid import UUID

from msgspec import Struct

from regulars.identifiers.resolve import resolve
from regulars.kit.http import Call
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

COOKIE = "regulars_till"
HEADER = b"regulars-till"
_SQL = statements("regulars.till", "sessions.sql")

ALLOWED = frozenset({
    "GET /v1/members", "GET /v1/members/{id}", "GET /v1/members/{id}/balance",
    "GET /v1/members/{id}/history", "GET /v1/members/{id}/tier", "POST /v1/members",
    "POST /v1/members/{id}/registration", "POST /v1/quotes", "POST /v1/quotes/{id}/void",
    "GET /v1/purchases", "GET /v1/purchases/{id}", "GET /v1/purchases/{id}/explanation",
    "POST /v1/purchases", "POST /v1/returns", "POST /v1/returns/quote", "GET /v1/rewards",
    "POST /v1/redemptions",
    "POST /v1/redemptions/{id}/settle", "POST /v1/redemptions/{id}/void",
    "GET /v1/members/{id}/redemptions", "GET /v1/vouchers/{code}",
    "POST /v1/gift-cards/balance",
})  # fmt: skip
"""What a till in a browser may do, and nothing else: no tiers by hand, no corrections, no lots."""


class Cashier(Struct, frozen=True):
    """Who opened the till."""

    staff_id: UUID
    who: str
    """E-mail address, in small letters."""


def digest_of(secret: str) -> bytes:
    """What is kept of a secret: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def proof_of(secret: str) -> str:
    """What the page sends beside the cookie. Another site can make a browser send the cookie, but
    neither knows this nor may set the header."""
    return hmac.digest(secret.encode(), b"regulars till", "sha256").hex()


def secret_of(headers: dict[bytes, bytes]) -> str | None:
    """The cookie's secret, if the header proves that our own page sends it."""
    said = headers.get(HEADER)
    if said is None:
        return None
    try:
        found = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1")).get(COOKIE)
    except CookieError:
        return None
    if found is None or not hmac.compare_digest(said, proof_of(found.value).encode()):
        return None
    return found.value


SESSION = _SQL["session"]


def about(address: str, call: Call) -> tuple[str | None, UUID | None]:
    """Whom a request concerns: a member as it names one, or whoever an earlier activity was of."""
    if address.startswith("/v1/members/"):
        return call.path["id"], None
    if address.startswith("/v1/redemptions/"):
        try:
            return None, UUID(call.path["id"])
        except ValueError:
            return None, None  # the route itself will say so
    return getattr(call.body, "member", None), getattr(call.body, "purchase", None)


def own_account(
    program_id: UUID, cashier: Cashier, member: str | None, purchase: UUID | None, region: str
) -> Steps[bool]:
    """Whether a request is about the cashier's own membership, or one whose points the own
    household uses together (T18). One's own is marked so, or bears one's e-mail address."""
    ref = None if member is None else resolve(member, region)
    kind, value = ref if isinstance(ref, tuple) else (None, None)
    member_id = ref if isinstance(ref, UUID) else None
    rows: list[Any] = yield Step(
        _SQL["own_account"],
        (program_id, member_id, kind, value, purchase, cashier.staff_id, cashier.who),
    )
    return bool(rows)
