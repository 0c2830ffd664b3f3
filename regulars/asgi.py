"""The ASGI entry: the data plane's paths go to the till, all else to Django as WSGI.

Django's own ASGI handler runs sync views several times slower than WSGI behind `a2wsgi`, so the
control plane stays WSGI.
"""

import os
from typing import Any

from regulars.kit.clock import Clock
from regulars.kit.logs import set_up
from regulars.till.app import Receive, Scope, Send, Till
from regulars.till.runtime import Runtime

_TILL_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


class Application:
    """Both planes on one port. ``REGULARS_PLANES=till`` leaves Django out."""

    def __init__(self) -> None:
        set_up()
        clock = Clock.from_environment()
        self._till = Till(Runtime(os.environ["DATABASE_URL"], clock))
        self._web: Any = None
        self._with_web = os.environ.get("REGULARS_PLANES", "both") != "till"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            if path.startswith("/v1/") or path in _TILL_PATHS or not self._with_web:
                await self._till(scope, receive, send)
            else:
                await self._pages()(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

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

    def _pages(self) -> Any:
        """Django, imported when its first page is asked for."""
        if self._web is None:
            from a2wsgi import WSGIMiddleware
            from django.core.wsgi import get_wsgi_application

            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.settings")
            wsgi: Any = get_wsgi_application()
            self._web = WSGIMiddleware(wsgi, workers=8)
        return self._web


application = Application()
