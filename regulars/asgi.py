"""The ASGI entry: the data plane's paths go to the till, all else to Django as WSGI.

Django's own ASGI handler runs sync views several times slower than WSGI behind `a2wsgi`, so the
control plane stays WSGI.
"""

import asyncio
import os
import time
from typing import Any

from regulars.kit.clock import Clock
from regulars.kit.logs import set_up
from regulars.till import metrics
from regulars.till.app import Receive, Scope, Send, Till
from regulars.till.runtime import Runtime

_TILL_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


class Application:
    """Both planes on one port. ``REGULARS_PLANES=till`` leaves Django out."""

    def __init__(self) -> None:
        set_up()
        clock = Clock.from_environment()
        self._till = Till(Runtime(os.environ["DATABASE_URL"], clock))
        self._web: asyncio.Future[Any] | None = None
        self._with_web = os.environ.get("REGULARS_PLANES", "both") != "till"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            if path.startswith(("/v1/", "/api/")) or path in _TILL_PATHS or not self._with_web:
                await self._till(scope, receive, send)
            else:
                web = await self._pages()

                async def read() -> Any:  # granian's own is no coroutine, and a2wsgi asks for one
                    return await receive()

                await self._measured(web, scope, read, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _measured(self, web: Any, scope: Scope, receive: Receive, send: Send) -> None:
        """Pages are counted as tills' requests are, all under one name."""
        started, status = time.perf_counter(), 500

        async def told(message: dict[str, Any]) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await web(scope, receive, told)
        finally:
            metrics.note("pages", status, time.perf_counter() - started)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self._till.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self._till.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _pages(self) -> Any:
        """Django, imported beside the tills' requests when its first page is asked for."""
        if self._web is None:
            self._web = asyncio.ensure_future(asyncio.to_thread(_django))
        return await asyncio.shield(self._web)


def _django() -> Any:
    from a2wsgi import WSGIMiddleware
    from django.core.wsgi import get_wsgi_application

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings")
    os.environ.setdefault("REGULARS_DATABASE_ROLE", "regulars_pages")
    wsgi: Any = get_wsgi_application()
    return WSGIMiddleware(wsgi, workers=8)


application = Application()
