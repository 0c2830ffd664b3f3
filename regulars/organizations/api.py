"""Shops and keys over HTTP, for whoever sets an organization up by program."""

from datetime import UTC, datetime

from regulars.kit.http import Call, Manager, Route
from regulars.kit.periods import is_zone
from regulars.kit.problems import Invalid, NotFound, Problem
from regulars.kit.steps import Steps
from regulars.organizations import operations, queries
from regulars.organizations.wire import (
    KeyIn,
    KeyMadeOut,
    KeyOut,
    KeysOut,
    ShopIn,
    ShopOut,
    ShopsOut,
    key_out,
    shop_out,
)

MOST_IN_CODE = 40


class BeyondOwn(Problem):
    code = "beyond_own_scopes"
    status = 403
    title = "A key gives no more than it has"


def _shops(call: Call) -> Steps[ShopsOut]:
    found = yield from queries.shops(_manager(call).organization_id)
    return ShopsOut([shop_out(shop) for shop in found])


def _put_shop(call: Call) -> Steps[ShopOut]:
    body: ShopIn = call.body
    if not is_zone(body.timezone):
        raise Invalid(f"There is no time zone {body.timezone!r}; one is `Europe/Warsaw`.")
    code = call.path["code"]
    if len(code) > MOST_IN_CODE or not code.isprintable():
        raise Invalid(f"A shop's code has at most {MOST_IN_CODE} printable characters.")
    made = yield from operations.put_shop(
        organization_id=_manager(call).organization_id, code=code, name=body.name,
        timezone=body.timezone, address=body.address, now=_now(call),
    )  # fmt: skip
    return shop_out(made)


def _keys(call: Call) -> Steps[KeysOut]:
    found = yield from queries.keys(_manager(call).organization_id)
    return KeysOut([key_out(key) for key in found])


def _make_key(call: Call) -> Steps[KeyMadeOut]:
    body: KeyIn = call.body
    of = _manager(call)
    beyond = sorted(set(body.scopes) - of.scopes)
    if beyond:
        raise BeyondOwn(f"This key lacks {', '.join(beyond)}: ask with one that has it.")
    shop_id = None
    if body.shop is not None:
        shop_id = (yield from queries.shop(of.organization_id, body.shop)).id
    issued = yield from operations.create_key(
        organization_id=of.organization_id, label=body.label, scopes=body.scopes, shop_id=shop_id,
        now=_now(call), asked_with=call.key, made_by=of.maker,
    )  # fmt: skip
    return KeyMadeOut(issued.prefix, issued.secret)


def _revoke_key(call: Call) -> Steps[KeyOut]:
    organization_id, prefix = _manager(call).organization_id, call.path["prefix"]
    yield from operations.revoke_key(organization_id=organization_id, prefix=prefix, now=_now(call))
    for key in (yield from queries.keys(organization_id)):
        if key.prefix == prefix.removeprefix("rk_").split("_")[0]:
            return key_out(key)
    raise NotFound("There is no such key in this organization.")


def _manager(call: Call) -> Manager:
    assert call.manager is not None
    return call.manager


def _now(call: Call) -> datetime:
    return datetime.fromtimestamp(call.now, UTC)


ROUTES = (
    Route(
        "GET", "/api/shops", "shops:manage", "List the shops", ShopsOut, manage=_shops,
    ),
    Route(
        "PUT", "/api/shops/{code}", "shops:manage", "Add a shop, or change it", ShopOut,
        body=ShopIn, manage=_put_shop, writes="shop-changed",
    ),
    Route(
        "GET", "/api/keys", "keys:manage", "List the keys", KeysOut, manage=_keys,
    ),
    Route(
        "POST", "/api/keys", "keys:manage", "Make a key", KeyMadeOut, status=201, body=KeyIn,
        manage=_make_key, writes="key-made", problems=(404, 409),
    ),
    Route(
        "DELETE", "/api/keys/{prefix}", "keys:manage", "Revoke a key", KeyOut,
        manage=_revoke_key, writes="key-revoked", problems=(404,),
    ),
)  # fmt: skip
