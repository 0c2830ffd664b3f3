"""Where an answer leads: what it names fits other requests (the links of OpenAPI).

A line here says what an answer gives and where it goes: into the addresses of all routes below one,
or into a field of the bodies that have it. Generated clients and random tests follow them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct

from regulars.kit.http import Route

Json = dict[str, Any]


class Lead(Struct, frozen=True):
    """What an answer gives, as a runtime expression of OpenAPI, and where it fits."""

    source: str
    gives: str
    below: str = ""
    """Every route whose path begins so; its last part is the parameter."""
    field: str = ""
    """The field of a body, at each of ``at``."""
    at: tuple[str, ...] = ()
    along: tuple[tuple[str, str], ...] = ()
    """Fields that those bodies may want too, and what gives them."""


_MEMBER = "id:{$response.body#/id}"
_FOR_MEMBERS = (
    "/v1/activities", "/v1/corrections", "/v1/donations", "/v1/households", "/v1/points/purchases",
    "/v1/purchases", "/v1/quotes", "/v1/redemptions", "/v1/transfers",
)  # fmt: skip
_CODE = "$response.body#/code"
_FIRST_CODE = "$response.body#/codes/0/code"
_FIRST_CARD = "$response.body#/gift_cards/0/code"
_ID = "$response.body#/id"
_HEAD = "id:{$response.body#/members/0/member}"

LEADS = (
    Lead("POST /v1/members", _MEMBER, below="/v1/members/{id}"),
    Lead("POST /v1/members", _MEMBER, field="member", at=_FOR_MEMBERS),
    Lead("POST /v1/members", "$response.body#/card", below="/v1/cards/{card}"),
    Lead(
        "POST /v1/members", "card:{$response.body#/card}", below="/v1/identifiers/{identifier}"
    ),
    Lead("POST /v1/purchases", _ID, below="/v1/purchases/{id}"),
    Lead(
        "POST /v1/purchases", _ID, field="purchase",
        at=("/v1/returns", "/v1/returns/quote"),
    ),
    Lead(
        "POST /v1/purchases", _ID, field="purchase", at=("/v1/activities",),
        along=(("member", "id:{$response.body#/member}"),),
    ),
    Lead(
        "POST /v1/purchases", _FIRST_CARD, field="code",
        at=("/v1/gift-cards/balance", "/v1/gift-cards/state"),
    ),
    Lead("POST /v1/quotes", _ID, below="/v1/quotes/{id}"),
    Lead(
        "POST /v1/quotes", _ID, field="quote", at=("/v1/purchases",),
        along=(("member", "id:{$response.body#/member}"),),
    ),
    Lead("POST /v1/redemptions", _ID, below="/v1/redemptions/{id}"),
    Lead("POST /v1/voucher-lots", "$response.body#/lot", below="/v1/voucher-lots/{lot}"),
    Lead("GET /v1/voucher-lots/{lot}/codes", _FIRST_CODE, below="/v1/vouchers/{code}"),
    Lead(
        "POST /v1/vouchers/{code}/redeem", "$response.body#/use", below="/v1/voucher-uses/{id}"
    ),
    Lead("POST /v1/households", _ID, below="/v1/households/{id}", along=(("by", _HEAD),)),
    Lead(
        "POST /v1/households/{id}/invitations", _ID, below="/v1/households/{id}",
        along=(("by", _HEAD), ("member", "id:{$response.body#/invited/0/member}")),
    ),
    Lead(
        "POST /v1/households/{id}/join", _ID, below="/v1/households/{id}",
        along=(("by", _HEAD), ("member", "id:{$response.body#/members/1/member}")),
    ),
    Lead(
        "POST /v1/members/{id}/referral-code", _CODE, field="code",
        at=("/v1/referrals", "/v1/members/{id}/referral"),
    ),
    Lead("POST /v1/webhooks", _ID, below="/v1/webhooks/{id}"),
    Lead("POST /api/keys", "$response.body#/prefix", below="/api/keys/{prefix}"),
    Lead(
        "PUT /api/programs/{program}", "$request.path.program", below="/api/programs/{program}",
        along=(("expect", "$response.body#/revision"),),
    ),
)  # fmt: skip


def links(route: Route, routes: Iterable[Route], name: Callable[[Route], str]) -> Json:
    """The links of a route's answer; ``name`` gives the operationId of a route."""
    found: Json = {}
    for lead in LEADS:
        if lead.source == f"{route.method} {route.path}":
            for target, link in _of(lead, routes):
                operation = name(target)
                found[f"{operation}_{lead.field}" if lead.field else operation] = {
                    "operationId": operation,
                    **link,
                }
    return found


def _of(lead: Lead, routes: Iterable[Route]) -> Iterator[tuple[Route, Json]]:
    for route in routes:
        fields = getattr(route.body, "__struct_fields__", ())
        along = {name: gives for name, gives in lead.along if name in fields}
        if lead.below and f"{route.path}/".startswith(f"{lead.below}/"):
            (parameter,) = re.findall(r"\{(\w+)\}$", lead.below)
            link: Json = {"parameters": {f"path.{parameter}": lead.gives}}
            yield route, {**link, "requestBody": along} if along else link
        if route.method == "POST" and route.path in lead.at:
            yield route, {"requestBody": {lead.field: lead.gives, **along}}
