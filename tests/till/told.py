"""The story that the examples of the API documentation tell: each operation once, in an order that
works. ``REGULARS_WRITE_EXAMPLES=1`` makes the test write the answers to ``examples.json``."""

from typing import Any
from uuid import uuid4

from regulars.till.openapi import Json
from tests.serving import Till, told

CARD = "card:4539148803436467"
ANNA = "anna@example.com"
BORIS = {"identifiers": [{"kind": "email", "value": "boris@example.com"}]}
SALE = {"member": CARD, "asset": "points", "amount": 100, "paid_minor": 250}


def say_cards(till: Till) -> str:
    """The code of a gift card just sold."""
    lines = [{"sku": "gift-card", "quantity": 1, "unit_price_minor": 10_000}]
    code: str = till.post("/v1/purchases", {"lines": lines})["gift_cards"][0]["code"]
    return code


def tell(till: Till) -> Json:
    """Every operation by method and path: what was sent and what was answered."""
    pages: Json = {}

    def say(method: str, path: str, *, body: Any = None, query: Any = None, **parts: str) -> Any:
        url = path
        for name, value in parts.items():
            url = url.replace("{" + name + "}", value)
        headers = {"Idempotency-Key": uuid4().hex} if method == "POST" else {}
        answer = till.http.request(method, url, params=query, json=body, headers=headers)
        page = {"path": parts, "query": query, "body": body, "answer": told(answer)}
        pages[f"{method} {path}"] = {
            name: value for name, value in page.items() if value or (name == "body" and value == {})
        }
        return page["answer"]

    say("GET", "/v1/program", query={"lang": "en"})
    say(
        "POST",
        "/v1/members",
        body={
            "identifiers": [{"kind": "card", "value": CARD.removeprefix("card:")}],
            "attributes": {"city": "Sofia"},
        },
    )
    say(
        "POST",
        "/v1/members/{id}/registration",
        id=CARD,
        body={"identifiers": [{"kind": "email", "value": ANNA}]},
    )
    say(
        "POST",
        "/v1/products/prices",
        body={
            "prices": [
                {
                    "sku": "5901234123457",
                    "price_minor": 19_999,
                    "from_at": "2026-01-15T00:00:00+01:00",
                }
            ]
        },
    )
    lines = [
        {"sku": "5901234123457", "quantity": 1, "unit_price_minor": 19_999, "category": "shoes"},
        {"sku": "5900000000121", "quantity": 3, "unit_price_minor": 449, "category": "food/dairy"},
    ]
    say("POST", "/v1/quotes", body={"member": CARD, "lines": lines})
    bought = say(
        "POST",
        "/v1/purchases",
        body={"member": CARD, "receipt_number": "2026-0417", "lines": lines},
    )
    say("GET", "/v1/purchases", query={"receipt_number": "2026-0417"})
    say("GET", "/v1/purchases/{id}", id=bought["id"])
    say("GET", "/v1/purchases/{id}/explanation", id=bought["id"], query={"lang": "en"})
    say(
        "POST",
        "/v1/returns/quote",
        body={"purchase": bought["id"], "lines": [{"line": 2, "quantity": 1}]},
    )
    say(
        "POST",
        "/v1/returns",
        body={"purchase": bought["id"], "lines": [{"line": 2, "quantity": 1}]},
    )
    say(
        "POST",
        "/v1/activities",
        body={"type": "review", "member": CARD, "detail": {"stars": 5}},
    )
    say("GET", "/v1/members", query={"identifier": ANNA})
    say("GET", "/v1/members/{id}", id=CARD)
    say("GET", "/v1/members/{id}/balance", id=CARD)
    say(
        "POST",
        "/v1/members/{id}/challenges/{challenge}",
        id=CARD,
        challenge="critic",
        body={"shop": "main-street"},
    )
    say("GET", "/v1/members/{id}/progress", id=CARD, query={"lang": "en"})
    say("POST", "/v1/members/{id}/player", id=CARD, body={"display_name": "Anna from Sofia"})
    say("GET", "/v1/leaderboard", query={"asset": "points", "limit": "3"})
    say(
        "POST",
        "/v1/members/{id}/tier",
        id=CARD,
        body={"tier": "gold", "reason": "a parcel came late", "actor": "Ewa, contact centre"},
    )
    say("GET", "/v1/members/{id}/tier", id=CARD, query={"lang": "en"})
    referring = say("POST", "/v1/members/{id}/referral-code", id=CARD, body={"shop": "main-street"})
    say(
        "POST",
        "/v1/referrals",
        body={
            "code": referring["code"],
            "joins": {"identifiers": [{"kind": "email", "value": "ben@example.com"}]},
        },
    )
    till.post("/v1/members", {"identifiers": [{"kind": "email", "value": "eva@example.com"}]})
    say(
        "POST",
        "/v1/members/{id}/referral",
        id="eva@example.com",
        body={"code": referring["code"]},
    )
    say("GET", "/v1/members/{id}/referrals", id=CARD)
    held = say("POST", "/v1/redemptions", body={"member": CARD, "reward": "coffee", "hold": True})
    settled = say("POST", "/v1/redemptions/{id}/settle", id=held["id"], body={"till": "2"})
    second = till.post("/v1/redemptions", {"member": CARD, "reward": "mug", "hold": True})
    say("POST", "/v1/redemptions/{id}/void", id=second["id"], body={"till": "2"})
    stock = "/v1/rewards/{reward}/stock"
    say("POST", stock, reward="towel", body={"place": "online", "change": 20})
    sent = {"member": CARD, "reward": "towel", "hold": True, "deliver_to": "Anna, Main Street 1"}
    parcel = till.post("/v1/redemptions", sent)["id"]
    say("POST", "/v1/redemptions/{id}/ready", id=parcel, body={})
    say("GET", "/v1/members/{id}/redemptions", id=CARD, query={"lang": "en"})
    body = {"sent_by": "Post", "tracking": "PL123456789"}
    say("POST", "/v1/redemptions/{id}/send", id=parcel, body=body)
    body = {"restock": True, "reason": "the wrong size"}
    say("POST", "/v1/redemptions/{id}/return", id=parcel, body=body)
    code = settled["voucher"]["code"]
    say("GET", "/v1/vouchers/{code}", code=code, query={"member": CARD})
    say("POST", "/v1/vouchers/{code}/redeem", code=code, body={"member": CARD})
    say("POST", "/v1/points/purchases", body=SALE)
    till.post("/v1/members", BORIS)
    say(
        "POST",
        "/v1/transfers",
        body={"member": CARD, "to": "boris@example.com", "asset": "points", "amount": 40},
    )
    say("POST", "/v1/donations", body={"member": CARD, "cause": "shelter", "amount": 25})
    say("GET", "/v1/causes", query={"lang": "en"})
    say(
        "POST",
        "/v1/corrections",
        body={
            "member": CARD, "asset": "points", "amount": 50, "reason": "goodwill",
            "text": "the shelf said another price",
        },
    )  # fmt: skip
    welcome = {"lot": "welcome", "voucher": "five-off", "public": "WELCOME", "per_member": 1}
    say("POST", "/v1/voucher-lots", body=welcome)
    use = till.post("/v1/vouchers/WELCOME/redeem", {"member": CARD})["use"]
    say("POST", "/v1/voucher-uses/{id}/void", id=use, body={"till": "2"})
    printed = {"lot": "leaflet", "voucher": "five-off", "count": 1_000, "prefix": "SPRING"}
    till.post("/v1/voucher-lots", printed)
    say("GET", "/v1/voucher-lots")
    say("GET", "/v1/voucher-lots/{lot}", lot="leaflet")
    say("GET", "/v1/voucher-lots/{lot}/codes", lot="leaflet", query={"limit": "2"})
    say("POST", "/v1/voucher-lots/{lot}/state", lot="leaflet", body={"state": "paused"})
    sold = say_cards(till)
    say("POST", "/v1/gift-cards/balance", body={"code": sold})
    say(
        "POST", "/v1/gift-cards/state",
        body={"code": sold, "state": "blocked", "reason": "lost on the bus"},
    )  # fmt: skip
    say("GET", "/v1/rewards", query={"member": CARD, "lang": "en"})
    kept = till.post("/v1/quotes", {"member": CARD, "lines": lines, "hold": True})
    say("POST", "/v1/quotes/{id}/void", id=kept["id"], body={"till": "2"})
    belong(say, till)
    say("GET", "/v1/members/{id}/history", id=CARD, query={"lang": "en", "limit": "2"})
    say("POST", "/v1/members/{id}/block", id=CARD, body={"reason": "card found in the street"})
    say("POST", "/v1/members/{id}/unblock", id=CARD, body={"reason": "owner came"})
    listen(say)
    bare = CARD.removeprefix("card:")
    say("GET", "/v1/card-batches")
    say("POST", "/v1/cards/{card}/electronic", card=bare, body={"reason": "telephone"})
    say("GET", "/v1/cards/{card}", card=bare)
    say("GET", "/v1/cards/{card}/face", card=bare, query={"lang": "en"})
    say("GET", "/v1/cards/{card}/passes", card=bare)
    say("POST", "/v1/cards/{card}/passes", card=bare, body={"platform": "google"})
    lost = till.post("/v1/members", {"issue_card": True})["card"]
    say("POST", "/v1/cards/{card}/lost", card=lost, body={"reason": "left on a bus"})
    new = say("POST", "/v1/cards/{card}/replace", card=lost, body={"issue_card": True})["card"]
    say("POST", "/v1/cards/{card}/block", card=new, body={"reason": "fraud"})
    say("POST", "/v1/identifiers/{identifier}/block", identifier=CARD, body={"reason": "lost"})
    say(
        "POST",
        "/v1/identifiers/{identifier}/replace",
        identifier=CARD,
        body={"issue_card": True, "reason": "lost"},
    )
    consent(say, till)
    manage(say)
    return dict(sorted(pages.items()))


CAFE = """\
schema_version: 1
program: cafe
name: {pl: Kawiarnia, bg: Кафене, en: Café}
currency: EUR
timezone: Europe/Sofia
assets:
  stamps: {name: {pl: pieczątka|pieczątki|pieczątek, bg: печат|печата, en: stamp|stamps}}
rewards:
  coffee: {name: {pl: Kawa, bg: Кафе, en: Coffee}, cost: {stamps: 9}}
lanes: [{id: stamps}]
campaigns:
  - id: stamp
    name: {pl: Pieczątka, bg: Печат, en: A stamp}
    then: [{kind: fixed_points, asset: stamps, points: 1}]
"""


def manage(say: Any) -> None:
    """A shop and its key; a second program is looked at, applied, changed and taken back."""
    where = {"name": "Main Street", "timezone": "Europe/Sofia", "address": "1 Main Street, Sofia"}
    say("PUT", "/api/shops/{code}", code="main-street", body=where)
    say("GET", "/api/shops")
    asked = {"label": "till 2", "scopes": ["purchases:write", "members:read"]}
    key = say("POST", "/api/keys", body={**asked, "shop": "main-street"})
    say("GET", "/api/keys")
    say("DELETE", "/api/keys/{prefix}", prefix=key["prefix"])
    misspelt = CAFE.replace("fixed_points", "fixed_point")
    say("POST", "/api/documents/check", body={"document": misspelt, "lang": "en"})
    say("POST", "/api/documents/plan", body={"document": CAFE, "lang": "en"})
    first = {"document": CAFE, "expect": 0, "note": "the café opens"}
    say("PUT", "/api/programs/{program}", program="cafe", body=first)
    dearer = CAFE.replace("stamps: 9", "stamps: 10")
    path = "/api/programs/{program}"
    say("PUT", path, program="cafe", body={"document": dearer, "expect": 1, "note": "ten stamps"})
    say("GET", "/api/programs")
    eleven = {"title": "Eleven stamps", "document": CAFE.replace("stamps: 9", "stamps: 11")}
    draft = say("POST", f"{path}/drafts", program="cafe", body={**eleven, "expect": 2})
    say("GET", f"{path}/drafts/{{draft}}", program="cafe", draft=draft["id"])
    back = {"revision": 1, "expect": 2, "note": "nine will do"}
    say("PUT", "/api/programs/{program}/revision", program="cafe", body=back)
    say("GET", "/api/programs/{program}/revisions", program="cafe")
    say("GET", "/api/programs/{program}/revisions/{revision}", program="cafe", revision="1")
    say("GET", "/api/audit", query={"limit": "2"})


def consent(say: Any, till: Till) -> None:
    """Vera agrees to one text, asks for all that is kept about her, and wants to be forgotten."""
    vera = "vera@example.com"
    till.post("/v1/members", {"identifiers": [{"kind": "email", "value": vera}]})
    choice = {"choices": {"news-email": True}, "language": "bg", "actor": "member"}
    say("POST", "/v1/members/{id}/consents", id=vera,
        body={**choice, "versions": {"news-email": "2026-01"}})  # fmt: skip
    say("GET", "/v1/members/{id}/consents", id=vera)
    say("GET", "/v1/members/{id}/data", id=vera)
    say("POST", "/v1/members/{id}/erasure", id=vera, body={"asked_by": "member"})


def listen(say: Any) -> None:
    """The web shop wants to know of purchases; its secret is changed, and it is silenced."""
    endpoint = say(
        "POST",
        "/v1/webhooks",
        body={
            "url": "https://shop.example/hooks/regulars",
            "topics": ["purchase", "return"],
            "description": "the web shop",
        },
    )["id"]
    say("GET", "/v1/webhooks")
    say("POST", "/v1/webhooks/{id}/secret", id=endpoint, body={"overlap_hours": 24})
    say("POST", "/v1/webhooks/{id}/replays", id=endpoint, body={"delivery": None})
    say("GET", "/v1/webhooks/{id}/deliveries", id=endpoint, query={"state": "dead"})
    say("POST", "/v1/webhooks/{id}/state", id=endpoint, body={"state": "disabled"})


def belong(say: Any, till: Till) -> None:
    """Anna founds a household; Boris says no, then yes, becomes a child, leaves."""
    boris = "boris@example.com"
    home = say("POST", "/v1/households", body={"member": CARD, "kind": "family"})["id"]
    invite = "/v1/households/{id}/invitations"
    till.post(invite.replace("{id}", home), {"by": CARD, "member": boris})
    say("POST", "/v1/households/{id}/decline", id=home, body={"member": boris})
    say("POST", invite, id=home, body={"by": CARD, "member": boris})
    say("POST", "/v1/households/{id}/join", id=home, body={"member": boris})
    child = {"by": CARD, "member": boris, "role": "child"}
    say("POST", "/v1/households/{id}/roles", id=home, body=child)
    say("GET", "/v1/households/{id}", id=home)
    say("POST", "/v1/households/{id}/leave", id=home, body={"member": boris})
    say("POST", "/v1/households/{id}/dissolve", id=home, body={"by": CARD})


def shape(value: Any) -> Any:
    """What stays the same when the story is told again: names and kinds, not ids and codes, nor the
    order of what was made in the same second."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return sorted((shape(item) for item in value), key=repr)
    return type(value).__name__
