"""Routes are gathered from every noun's ``api.py``; found by method and path in constant time."""

import importlib
import importlib.util
import pkgutil
import re
from functools import cache
from typing import Any
from urllib.parse import unquote

import msgspec

import regulars
from regulars.kit.http import Route
from regulars.kit.problems import Invalid, NotFound, Problem
from regulars.till.problems import Malformed, MethodNotAllowed

PREFIX = "/v1/"


@cache
def all_routes() -> tuple[Route, ...]:
    """Every route of every noun, by path and method."""
    found: list[Route] = []
    for info in pkgutil.iter_modules(regulars.__path__):
        if info.ispkg and _has_api(info.name):
            found += importlib.import_module(f"regulars.{info.name}.api").ROUTES
    return tuple(sorted(found, key=lambda route: (route.path, route.method)))


def _has_api(noun: str) -> bool:
    return importlib.util.find_spec(f"regulars.{noun}.api") is not None


class Served:
    """A route with its compiled decoder and the metrics that bear its name."""

    __slots__ = ("decoder", "name", "query", "route")

    def __init__(self, route: Route) -> None:
        self.route = route
        self.name = f"{route.method} {route.path}"
        self.decoder = None if route.body is None else msgspec.json.Decoder(route.body)
        self.query = route.query

    def body(self, raw: bytes) -> Any:
        """The body as the route's type; what is wrong is said with its path."""
        if self.decoder is None:
            return None
        try:
            return self.decoder.decode(raw)
        except msgspec.ValidationError as error:
            raise _invalid(str(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Malformed(f"The body is not JSON: {error}.") from None

    def parameters(self, query: dict[str, str]) -> Any:
        """The query as the route's type."""
        if self.query is None:
            return None
        try:
            return msgspec.convert(query, self.query, strict=False)
        except msgspec.ValidationError as error:
            raise _invalid(str(error)) from None


def _invalid(message: str) -> Problem:
    return Invalid(f"{message.rstrip('.')}.")


class Router:
    """Finds the route of a request."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self._fixed: dict[str, dict[str, Served]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Served]]] = []
        by_path: dict[str, dict[str, Served]] = {}
        for route in routes:
            by_path.setdefault(route.path, {})[route.method] = Served(route)
        for path, methods in by_path.items():
            if "{" in path:
                pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]{1,200})", path)
                self._patterns.append((re.compile(pattern), methods))
            else:
                self._fixed[path] = methods

    def find(self, method: str, path: str) -> tuple[Served, dict[str, str]]:
        """The route and its path parameters; the problem says whether path or method is wrong."""
        methods = self._fixed.get(path)
        found: dict[str, str] = {}
        if methods is None:
            for pattern, candidates in self._patterns:
                match = pattern.fullmatch(path)
                if match:
                    methods = candidates
                    found = {name: unquote(value) for name, value in match.groupdict().items()}
                    break
        if methods is None:
            raise NotFound("There is nothing at this address: see /v1/docs.")
        served = methods.get(method)
        if served is None:
            raise MethodNotAllowed(f"Use {' or '.join(sorted(methods))}.")
        return served, found
