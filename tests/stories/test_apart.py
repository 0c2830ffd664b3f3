"""Organizations never see each other, and a key does no more than it says (T24).

The matrix is made from the OpenAPI document, so that no operation can be forgotten.
"""

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest

from regulars.organizations.operations import MANAGING, SCOPES
from regulars.till.openapi import openapi
from tests.corner import GIVES_A_VOUCHER, corner, words
from tests.serving import House, Server, Till, basket

OPERATIONS = [
    (method, path, operation)
    for path, methods in openapi()["paths"].items()
    for method, operation in methods.items()
]

NAME_NOTHING = {("get", "/v1/program"), ("post", "/v1/members"), ("get", "/v1/causes")}
NAME_NOTHING |= {("post", "/v1/products/prices")}
NAME_NOTHING |= {("get", f"/v1/{part}") for part in ("card-batches", "voucher-lots", "leaderboard")}
NAME_NOTHING |= {("get", "/v1/webhooks"), ("post", "/v1/webhooks")}
NAME_NOTHING |= {
    ("get", "/api/audit"), ("get", "/api/shops"), ("put", "/api/shops/{code}"),
    ("get", "/api/keys"), ("post", "/api/keys"), ("get", "/api/programs"),
    ("post", "/api/documents/check"), ("post", "/api/documents/plan"),
    ("put", "/api/programs/{program}"),  # of that name, and one's own
    ("post", "/api/programs/{program}/drafts"),
}  # fmt: skip
HOOK = {"url": "https://shop.example/annas-hooks"}

PARTS: dict[str, Any] = {
    "challenges": {
        "three": {
            "name": words("Three visits"),
            "counts_from": "opt_in",
            "goals": [{"id": "visits", "count": "purchases", "at_least": 3}],
            "gives": {"assets": {"points": 70}},
        }
    },
    "referrals": {"referrer": {"assets": {"points": 5}}, "friend": {"assets": {"points": 2}}},
    "gift_cards": {"classic": {"name": words("Gift card"), "skus": ["gift-card"]}},
    "tiers": ["gold"],
    "tiering": {"by": "spend", "at_least": {"gold": 50_000}, "period": {"calendar": "year"}},
}
PROGRAM = corner(GIVES_A_VOUCHER, **PARTS)
ANNAS = corner(GIVES_A_VOUCHER, program="annas", **PARTS)
DRAFT = {"title": "Mine", "document": ANNAS}


@pytest.fixture(scope="module")
def theirs(server: Server, house: House) -> dict[str, Any]:
    """Somebody else's member, card, and one of everything that can be named."""
    till = house.till(server, ANNAS)
    anna = till.join()
    bought = till.buy(anna, ("bread", 1, 9_000), receipt_number="A-1", till="1")
    hold = {"member": anna, "asset": "points", "amount": 50, "hold": True}
    family = {"member": anna, "kind": "family"}
    till.post(f"/v1/members/{anna}/player", {"display_name": "Anna"})
    till.post("/v1/voucher-lots", {"lot": "spring", "voucher": "coffee", "public": "HELLO"})
    quote = basket(anna, ("bread", 1, 100), hold=True)
    sold = till.buy(None, ("gift-card", 1, 5_000))
    till.told("PUT", "/api/shops/anna-1", {"name": "Anna's", "timezone": "Europe/Warsaw"})
    return {
        "draft": till.post("/api/programs/annas/drafts", {**DRAFT, "expect": 1})["id"],
        "key": till.post("/api/keys", {"label": "Anna's", "scopes": ["members:read"]})["prefix"],
        "till": till,
        "card": anna,
        "member": bought["member"],
        "purchase": bought["id"],
        "redemption": till.post("/v1/redemptions", hold)["id"],
        "household": till.post("/v1/households", family)["id"],
        "code": bought["vouchers"][0]["code"],
        "lot": "spring",
        "endpoint": till.post("/v1/webhooks", HOOK)["id"],
        "use": till.post("/v1/vouchers/HELLO/redeem", {})["use"],
        "quote": till.post("/v1/quotes", quote)["id"],
        "gift card": sold["gift_cards"][0]["code"],
        "referral": till.post(f"/v1/members/{anna}/referral-code", {})["code"],
    }


def ask(till: Till, method: str, path: str, theirs: dict[str, Any]) -> httpx.Response:
    """The operation with whatever of theirs it can name."""
    ids = {"members": "member", "purchases": "purchase", "redemptions": "redemption"}
    ids |= {
        "households": "household",
        "quotes": "quote",
        "voucher-uses": "use",
        "webhooks": "endpoint",
    }
    tag = path.split("/")[2]
    path = path.replace("{id}", str(theirs[ids.get(tag, "member")]))
    path = path.replace("{card}", theirs["card"].removeprefix("card:"))
    path = path.replace("{identifier}", theirs["card"]).replace("{code}", theirs["code"])
    path = path.replace("{program}", "annas").replace("{revision}", "1")
    path = path.replace("{draft}", theirs["draft"])
    path = path.replace("{prefix}", theirs["key"]).replace("{reward}", "theirs")
    path = path.replace("{lot}", theirs["lot"]).replace("{challenge}", "three")
    query = {
        "/v1/members": {"identifier": theirs["card"]},
        "/v1/purchases": {"receipt_number": "A-1", "till": "1"},
        "/v1/rewards": {"member": theirs["card"]},
    }
    return till.http.request(
        method.upper(),
        path,
        params=query.get(path, {}) if method == "get" else {},
        json=bodies(theirs).get(path, {}) if method in ("post", "put") else None,
        headers={"Idempotency-Key": uuid4().hex},
    )


def bodies(theirs: dict[str, Any]) -> dict[str, Any]:
    line = {"sku": "bread", "amount_minor": 100}
    some = {"asset": "points", "amount": 1}
    home, anna = f"/v1/households/{theirs['household']}", f"/v1/members/{theirs['member']}"
    gift_card, tier = {"code": theirs["gift card"]}, {"reason": "why", "actor": "Boss"}
    lot = {"lot": "mine", "voucher": "coffee"}
    agreed = {"choices": {"news": True}, "language": "en"}
    return {
        f"{anna}/consents": agreed,
        "/v1/rewards/theirs/stock": {"place": "1", "change": 1},
        f"/api/shops/{theirs['code']}": {"name": "Mine", "timezone": "Europe/Warsaw"},
        "/api/keys": {"label": "mine", "scopes": ["members:read"]},
        "/api/documents/check": {"document": ANNAS},
        "/api/documents/plan": {"document": ANNAS},
        "/api/programs/annas": {"document": ANNAS, "expect": 0},
        "/api/programs/annas/drafts": {**DRAFT, "expect": 0},
        "/api/programs/annas/revision": {"revision": 1, "expect": 1},
        "/v1/members": {"identifiers": [{"kind": "email", "value": f"{uuid4().hex}@example.com"}]},
        "/v1/quotes": {"member": theirs["card"], "lines": [line]},
        "/v1/purchases": {"member": theirs["card"], "lines": [line]},
        "/v1/returns": {"purchase": theirs["purchase"]},
        "/v1/returns/quote": {"purchase": theirs["purchase"]},
        "/v1/products/prices": {"prices": [{"sku": "bread", "price_minor": 100}]},
        "/v1/activities": {"member": theirs["card"], "type": "visit"},
        "/v1/redemptions": {"member": theirs["card"], "asset": "points", "amount": 1},
        "/v1/transfers": {"member": theirs["card"], "to": theirs["card"], **some},
        "/v1/donations": {"member": theirs["card"], "cause": "shelter", "amount": 1},
        "/v1/points/purchases": {"member": theirs["card"], **some, "paid_minor": 1},
        "/v1/corrections": {"member": theirs["card"], **some, "reason": "goodwill"},
        "/v1/households": {"member": theirs["card"], "kind": "family"},
        f"{home}/invitations": {"by": theirs["card"], "member": theirs["card"]},
        **{f"{home}/{way}": {"member": theirs["card"]} for way in ("join", "decline", "leave")},
        f"{home}/roles": {"by": theirs["card"], "member": theirs["card"], "role": "child"},
        f"{home}/dissolve": {"by": theirs["card"]},
        f"{anna}/referral": {"code": theirs["referral"]},
        f"{anna}/tier": {"tier": "gold", **tier},
        "/v1/referrals": {"code": theirs["referral"], "joins": {"issue_card": True}},
        "/v1/gift-cards/balance": gift_card,
        "/v1/gift-cards/state": {**gift_card, "state": "blocked", "reason": "lost"},
        "/v1/webhooks": HOOK,
        f"/v1/webhooks/{theirs['endpoint']}/secret": {},
        f"/v1/webhooks/{theirs['endpoint']}/state": {"state": "disabled"},
        f"/v1/webhooks/{theirs['endpoint']}/replays": {},
        "/v1/voucher-lots": {**lot, "codes": [{"member": theirs["card"]}]},
        f"/v1/voucher-lots/{theirs['lot']}/state": {"state": "withdrawn"},
        f"/v1/identifiers/{theirs['card']}/replace": {"issue_card": True},
        f"/v1/cards/{theirs['card'].removeprefix('card:')}/replace": {"issue_card": True},
        f"/v1/cards/{theirs['card'].removeprefix('card:')}/passes": {"platform": "google"},
    }


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=lambda x: str(x)[:40])
def test_what_is_anothers_is_not_there(
    method: str, path: str, operation: Any, theirs: dict[str, Any], server: Server, house: House
) -> None:
    own = house.till(server, PROGRAM)
    answer = ask(own, method, path, theirs)
    if (method, path) in NAME_NOTHING:
        assert answer.is_success, "these name nothing of anybody"
        assert theirs["lot"] not in answer.text
        assert theirs["endpoint"] not in answer.text
        assert "Anna" not in answer.text
    else:
        assert answer.status_code == 404, answer.text
    assert theirs["member"] not in answer.text


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=lambda x: str(x)[:40])
def test_a_key_does_only_what_its_scopes_say(
    method: str, path: str, operation: Any, theirs: dict[str, Any], server: Server, house: House
) -> None:
    (scope,) = re.findall(r"scope `([a-z:-]+)`", operation["description"])
    organization = house.organization()
    house.apply(organization, PROGRAM)
    others = [name for name in (*SCOPES, *MANAGING) if name != scope]
    answer = ask(Till(server.url, house.key(organization, *others)), method, path, theirs)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert scope in answer.json()["detail"]


def test_nothing_of_theirs_was_changed(theirs: dict[str, Any]) -> None:
    till: Till = theirs["till"]
    points = till.points(theirs["card"])
    assert (points["available"], points["held"]) == (40, 50)
    sold = till.post("/v1/gift-cards/balance", {"code": theirs["gift card"]})
    assert (sold["balance_minor"], sold.get("state", "active")) == (5_000, "active")
    assert till.get(f"/v1/voucher-lots/{theirs['lot']}")["state"] == "active"
    (endpoint,) = till.get("/v1/webhooks")["endpoints"]
    assert (endpoint["id"], endpoint["state"]) == (theirs["endpoint"], "active")
    assert till.get(f"/v1/members/{theirs['member']}/referrals")["friends"] == []
    (shop,) = till.get("/api/shops")["shops"]
    assert (shop["code"], shop["name"]) == ("anna-1", "Anna's")
    assert not any(key.get("revoked_at") for key in till.get("/api/keys")["keys"])
    assert len(till.get("/api/programs/annas/revisions")["revisions"]) == 1
    assert till.get(f"/v1/vouchers/{theirs['code']}", member=theirs["card"])["uses_left"] == 1


def test_the_same_receipt_and_key_in_two_shops_are_two(server: Server, house: House) -> None:
    one, two = (house.till(server, corner()) for _ in range(2))
    body, key = basket(None, ("bread", 1, 100), receipt_number="A-1", till="1"), uuid4().hex
    assert one.post("/v1/purchases", body, key)["id"] != two.post("/v1/purchases", body, key)["id"]


def test_a_program_of_somebody_else_cannot_be_named(server: Server, house: House) -> None:
    house.till(server, corner(program="other"))
    own = house.till(server, corner())
    for name in ("other", "'; drop table member; --", "żółw".encode().decode("latin-1")):
        answer = own.http.get("/v1/program", headers={"Regulars-Program": name.encode("latin-1")})
        assert answer.status_code == 422
