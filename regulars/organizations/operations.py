"""What is done to organizations: make them, their shops, and the keys of their tills."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import NamedTuple
from uuid import UUID

from regulars.kit.ids import Ids
from regulars.kit.pictures import Picture
from regulars.kit.problems import Conflict, Invalid, NotFound
from regulars.kit.steps import Step, Steps
from regulars.organizations import queries
from regulars.organizations.queries import SQL, Organization, Shop

SCOPES = (
    "members:read",
    "members:write",
    "purchases:read",
    "purchases:write",
    "redemptions:write",
    "vouchers:write",
    "vouchers:manage",
    "gift-cards:read",
    "gift-cards:write",
    "quotes:write",
    "activities:write",
    "points:write",
    "corrections:write",
    "program:read",
    "cards:read",
    "cards:write",
    "products:write",
    "webhooks:manage",
    "privacy:manage",
)
"""What a key of a till may be for."""
PUBLISH = "programs:publish"
"""Of keys that publish without a second person: given by the operator, on the command line."""
MANAGING = ("shops:manage", "keys:manage", "programs:manage", PUBLISH, "audit:read")
"""What a key may be for that manages the organization itself. Never given by saying `all`."""

APPROVALS = ("second", "alone")
"""Who lets drafts of the program through: a second person, or where there is only one, that one."""

_ids = Ids()


class MadeAlready(Conflict):
    code = "made_already"
    title = "This key was made already"


class Issued(NamedTuple):
    """A new key. ``secret`` is the whole of it, as the till sends it, and is kept nowhere."""

    id: UUID
    prefix: str
    secret: str


def create_organization(
    *, slug: str, name: str, now: datetime, timezone: str = "UTC"
) -> Steps[Organization]:
    """Make an organization, or find the one of that name (nothing of it changes then)."""
    yield Step(SQL["add_organization"], (_new_id(now), slug, name, now, timezone))
    rows = yield Step(SQL["find_organization"], (slug,))
    return Organization(*rows[0])


def change_settings(
    *, organization_id: UUID, name: str, timezone: str, language: str, currency: str, colour: str,
    approval: str = "second",
) -> Steps[None]:  # fmt: skip
    """What holds for the whole organization; ``colour`` is written ``#rrggbb``, ``approval`` is one
    of `APPROVALS`."""
    values = (organization_id, name, timezone, language, currency, colour, approval)
    yield Step(SQL["set_settings"], values)


def put_logo(*, organization_id: UUID, picture: Picture, now: datetime) -> Steps[None]:
    """What the organization shows itself by, from now on."""
    told = (picture.digest, picture.width, picture.height, picture.content)
    yield Step(SQL["put_logo"], (organization_id, *told, now))


def drop_logo(*, organization_id: UUID) -> Steps[None]:
    """The first letter of the name on the colour again."""
    yield Step(SQL["drop_logo"], (organization_id,))


def put_shop(
    *,
    organization_id: UUID,
    code: str,
    name: str,
    timezone: str,
    now: datetime,
    address: str = "",
) -> Steps[Shop]:
    """Make a shop, or give the one of that code another name, time zone and address."""
    yield Step(SQL["add_shop"], (_new_id(now), organization_id, code, name, timezone, address))
    return (yield from queries.shop(organization_id, code))


def create_key(
    *,
    organization_id: UUID,
    label: str,
    scopes: Sequence[str],
    now: datetime,
    shop_id: UUID | None = None,
    asked_with: str | None = None,
    made_by: UUID | None = None,
) -> Steps[Issued]:
    """Make a key ``rk_<prefix>_<secret>`` of 256 random bits; only its SHA-256 is kept.

    ``asked_with`` is the Idempotency-Key of the request: since nobody can tell a secret again, the
    second one with it is refused. ``made_by`` is who of the staff makes it.
    """
    known = (*SCOPES, *MANAGING)
    for scope in scopes:
        if scope not in known:
            near = get_close_matches(scope, known, 1) or [", ".join(known)]
            raise Invalid(f"There is no scope {scope!r}; did you mean: {near[0]}?")
    if not scopes:
        raise Invalid(f"A key without a scope can do nothing; there are: {', '.join(known)}.")
    key_id, prefix, secret = _new_id(now), secrets.token_hex(6), secrets.token_hex(32)
    digest = hashlib.sha256(secret.encode()).digest()
    values = (key_id, organization_id, shop_id, label, prefix, digest)
    named = list(dict.fromkeys(scopes))
    made = yield Step(SQL["add_key"], (*values, named, now, asked_with, made_by))
    if not made:
        raise MadeAlready(
            "A key was made with this Idempotency-Key, and its secret told once. Where that answer "
            "is lost, revoke the key and make another with a new Idempotency-Key."
        )
    return Issued(key_id, prefix, f"rk_{prefix}_{secret}")


def revoke_key(*, organization_id: UUID, prefix: str, now: datetime) -> Steps[str]:
    """Make a key useless, everywhere within seconds. Returns its label."""
    bare = prefix.removeprefix("rk_").split("_")[0]
    rows = yield Step(SQL["revoke_key"], (organization_id, bare, now))
    if not rows:
        raise NotFound(f"There is no key rk_{bare}_... in this organization.")
    yield Step(SQL["announce_keys"])
    return str(rows[0][0])


def _new_id(now: datetime) -> UUID:
    return _ids.make(int(now.timestamp() * 1000))
