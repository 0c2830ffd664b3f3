"""What the data plane serves besides its routes: OpenAPI document, documentation page, health,
readiness, metrics."""

from functools import cache

import msgspec
from msgspec import Struct

from regulars.till import metrics
from regulars.till.openapi import openapi
from regulars.till.runtime import Runtime

Headers = tuple[tuple[bytes, bytes], ...]

_JSON: Headers = ((b"content-type", b"application/json"),)
_TEXT: Headers = ((b"content-type", b"text/plain; version=0.0.4; charset=utf-8"),)


class Page(Struct, frozen=True):
    name: str
    status: int
    body: bytes
    headers: Headers


class Pages:
    """Pages that need no key."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def find(self, method: str, path: str) -> Page | None:
        """The page at a path, or None where there is none."""
        if path not in PATHS or method not in ("GET", "HEAD"):
            return None
        if path == "/healthz":
            return Page("health", 200, b'{"status":"alive"}', _JSON)
        if path == "/readyz":
            ready = await self._runtime.ready()
            body = b'{"status":"ready"}' if ready else b'{"status":"waiting for the database"}'
            return Page("ready", 200 if ready else 503, body, _JSON)
        if path == "/metrics":
            return Page("metrics", 200, metrics.text(), _TEXT)
        if path == "/v1/openapi.json":
            return Page("openapi", 200, _document(), _JSON)
        return documentation(path)


PATHS = frozenset({"/healthz", "/readyz", "/metrics", "/v1/openapi.json", "/v1/docs", "/v1/docs.css"})


@cache
def _document() -> bytes:
    return msgspec.json.encode(openapi())
