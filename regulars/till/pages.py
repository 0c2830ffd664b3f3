"""What the data plane serves besides its routes: OpenAPI document, documentation page, health,
readiness, metrics."""

from functools import cache

import msgspec
from msgspec import Struct

from regulars.till import metrics
from regulars.till.docs import documentation, stylesheet
from regulars.till.openapi import openapi
from regulars.till.router import not_allowed
from regulars.till.runtime import Runtime

Headers = tuple[tuple[bytes, bytes], ...]

_NOSNIFF = (b"x-content-type-options", b"nosniff")
_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    b"frame-ancestors 'none'"
)
_JSON: Headers = ((b"content-type", b"application/json"), (b"cache-control", b"no-cache"), _NOSNIFF)
_TEXT: Headers = (
    (b"content-type", b"text/plain; version=0.0.4; charset=utf-8"),
    (b"cache-control", b"no-store"),
    _NOSNIFF,
)
_CSS: Headers = (
    (b"content-type", b"text/css; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    _NOSNIFF,
)
_HTML: Headers = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"content-security-policy", _POLICY),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    _NOSNIFF,
)
_METHODS = ("GET", "HEAD")


class Page(Struct, frozen=True):
    name: str
    status: int
    body: bytes
    headers: Headers


class Pages:
    """Pages that need no key."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def find(self, method: str, path: str) -> Page:
        """The page at one of `PATHS`."""
        if method not in _METHODS:
            raise not_allowed(_METHODS)
        if path == "/healthz":
            return Page("health", 200, b'{"status":"alive"}', _JSON)
        if path == "/readyz":
            wanting = await self._runtime.wanting()
            body = msgspec.json.encode({"status": wanting or "ready"})
            return Page("ready", 503 if wanting else 200, body, _JSON)
        if path == "/metrics":
            await self._runtime.measure()
            return Page("metrics", 200, metrics.text(), _TEXT)
        if path == "/v1/openapi.json":
            return Page("openapi", 200, _document(), _JSON)
        if path == "/v1/docs.css":
            return Page("docs", 200, stylesheet(), _CSS)
        return Page("docs", 200, documentation(), _HTML)


PATHS = frozenset(
    {"/healthz", "/readyz", "/metrics", "/v1/openapi.json", "/v1/docs", "/v1/docs.css"}
)


@cache
def _document() -> bytes:
    return msgspec.json.encode(openapi())
