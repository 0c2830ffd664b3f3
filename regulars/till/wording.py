"""What the documentation says that no type can: headers, statuses, what stands in paths."""

from typing import Any

from msgspec import Struct

DESCRIPTION = """\
Everything a till needs, under `/v1/`: say what a basket would get, record what was bought and
brought back, let members join, take rewards and use vouchers. Under `/api/` an organization is
managed: its shops, keys and program documents. JSON over HTTP.

**Money** is whole minor units (grosze, stotinki, cents) in fields that end in `_minor`.
**Instants** are ISO 8601 with an offset. Unknown fields are refused, so that a typing mistake is
noticed.

**Safe to repeat.** Every write carries an `Idempotency-Key`. The same request with the same key is
carried out once, however often it is sent; every repeat gets the first answer, with
`Idempotent-Replayed: true`. The same key with another request is refused with 422. Keys are kept
for good. A PUT and a DELETE under `/api/` can be repeated as they are. After a 5xx or a lost
connection, send the same request again with the same key.

**A till that was offline** sends `occurred_at` and `receipt_number` with a purchase: it is judged
by the program of that time, and the same receipt of the same till is recorded once.

**Members** are named by anything they have: `card:29...`, `phone:+48...`, `email:...`, `id:...`, or
the bare value. In an address write `+` as `%2B`.

**Problems** are answered as `application/problem+json` (RFC 9457). `code` is for programs and
stays, `detail` says to people what to do next, `request_id` is what to ask us about.
"""


class Header(Struct, frozen=True):
    """A header that is asked for, or answered."""

    name: str
    words: str
    form: dict[str, Any]
    example: str | int
    asked: bool = True
    required: bool = False
    on_writes: bool = False
    on_problems: bool = False
    of_program: bool = False


HEADERS = (
    Header(
        "Idempotency-Key",
        "New and random for every new request, the same one when repeating it.",
        {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]{1,200}$"},
        "5b1f0c3a-6a2e-4d3b-9c56-0a4b8f1f1b5e",
        required=True,
        on_writes=True,
    ),
    Header(
        "Regulars-Program",
        "The program's short name; not needed by a key whose organization has one program.",
        {"type": "string", "minLength": 1, "maxLength": 63},
        "corner",
        of_program=True,
    ),
    Header(
        "X-Request-Id",
        "Your own name for this request, for the logs of both sides; a new one when left out.",
        {"type": "string", "minLength": 1, "maxLength": 100},
        "till-4-000123",
    ),
    Header(
        "X-Request-Id",
        "The request's name in our logs.",
        {"type": "string"},
        "till-4-000123",
        asked=False,
    ),
    Header(
        "Idempotent-Replayed",
        "`true` when this is the answer to an earlier request with the same key.",
        {"type": "string", "enum": ["true"]},
        "true",
        asked=False,
        on_writes=True,
    ),
    Header(
        "Retry-After",
        "Seconds to wait before trying again.",
        {"type": "integer", "minimum": 1},
        12,
        asked=False,
        on_problems=True,
    ),
)

STATUS: dict[int, tuple[str, dict[str, str]]] = {
    400: (
        "The request is not well formed, or a needed header is missing.",
        {
            "code": "malformed",
            "title": "The request is not well formed",
            "detail": "The body is not JSON: expected `,` or `}` (byte 41).",
        },
    ),
    401: (
        "The API key is missing, unknown or revoked.",
        {
            "code": "unauthorized",
            "title": "No valid API key",
            "detail": "This key is unknown or was revoked.",
        },
    ),
    403: (
        "The key may not do this.",
        {
            "code": "forbidden",
            "title": "This key may not do that",
            "detail": "The key lacks the scope purchases:write: make one that has it.",
        },
    ),
    404: (
        "Nobody and nothing is known by this.",
        {
            "code": "unknown_member",
            "title": "Nobody is known by this",
            "detail": "No member has this identifier: check it, or create the member first.",
        },
    ),
    409: (
        "It does not fit the present state: too little on the account, blocked, closed, taken.",
        {
            "code": "insufficient_funds",
            "title": "There is not enough on the account",
            "detail": "40 points more are needed; nothing was taken.",
        },
    ),
    413: (
        "The body is larger than a megabyte.",
        {
            "code": "too_large",
            "title": "The request is too large",
            "detail": "At most 1,000,000 bytes: send fewer lines or split the request.",
        },
    ),
    415: (
        "The body is not sent as application/json.",
        {
            "code": "unsupported_media_type",
            "title": "Send application/json",
            "detail": "Send the body as application/json.",
        },
    ),
    422: (
        "A field is missing, unknown or out of its limits, or the key belongs to another request.",
        {
            "code": "invalid_request",
            "title": "The request is not valid",
            "detail": "Expected `int` >= 1 - at `$.lines[0].quantity`.",
        },
    ),
    429: (
        "Too many misses in the last minute: unknown members, or codes that cannot be used.",
        {
            "code": "too_many_tries",
            "title": "Too many misses",
            "detail": "Wait a minute before trying again.",
        },
    ),
    500: (
        "A fault of ours; nothing was recorded.",
        {
            "code": "internal_error",
            "title": "Something is broken here",
            "detail": "It was noted. Try again later with the same Idempotency-Key.",
        },
    ),
    503: (
        "Too much at once, or the database is away; try again with the same Idempotency-Key.",
        {
            "code": "busy",
            "title": "Too much at once",
            "detail": "Try again in a second, with the same Idempotency-Key.",
        },
    ),
}

_UUID = {"format": "uuid"}
PATH: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {
    ("members", "id"): (
        "The member's id, or anything that names the member: `card:...`, `phone:...`, `email:...`.",
        {"minLength": 1, "maxLength": 200},
    ),
    ("webhooks", "id"): ("The id of the endpoint.", _UUID),
    ("shops", "code"): ("The shop's number, as tills send it.", {"minLength": 1, "maxLength": 40}),
    ("", "prefix"): (
        "The part of a key that may be shown: `rk_<prefix>_...`.",
        {"minLength": 1, "maxLength": 40},
    ),
    ("", "program"): ("The program's short name.", {"minLength": 1, "maxLength": 63}),
    ("", "draft"): ("The draft's id.", _UUID),
    ("", "revision"): ("The number of a revision.", {"minLength": 1, "maxLength": 9}),
    ("", "reward"): ("The reward's name in the document.", {"minLength": 1, "maxLength": 64}),
    ("", "id"): ("The id that was answered when it was recorded.", _UUID),
    ("", "identifier"): (
        "What is to be blocked or replaced: `card:...`, `phone:...` or `email:...`.",
        {"minLength": 1, "maxLength": 200},
    ),
    ("", "card"): ("The card's number.", {"minLength": 1, "maxLength": 64}),
    ("", "lot"): ("The name of a lot of codes.", {"minLength": 1, "maxLength": 63}),
    ("", "challenge"): (
        "The challenge's name in the program document.",
        {"minLength": 1, "maxLength": 63},
    ),
    ("", "code"): (
        "The voucher's code; case, spaces and dashes do not matter.",
        {"minLength": 1, "maxLength": 64},
    ),
}
"""By tag and name, or by name alone: what stands in a path, and its form."""

WEBHOOK = """\
Sent to every endpoint that wants this kind of activity, at least once and in order for each member.
Verify `webhook-signature` over `{webhook-id}.{webhook-timestamp}.{body}` with the endpoint's secret
(Standard Webhooks 1.0), refuse old timestamps, and keep `webhook-id` to know a repeat.
"""
WEBHOOK_HEADERS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("webhook-id", "The same at every repeat.", {"type": "string"}),
    ("webhook-timestamp", "When it was sent: seconds since 1970.", {"type": "string"}),
    (
        "webhook-signature",
        "`v1,` and the HMAC-SHA256 in Base64; two, divided by a space, while a secret is rotated.",
        {"type": "string"},
    ),
)
