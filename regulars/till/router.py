"""Routes are gathered from every noun's ``api.py`` and found by method and path: those without
parameters in constant time. What is decoded here is sound: no NUL, no half character, no number
that nothing could hold."""

import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

import regulars
from regulars.kit.http import Route
from regulars.kit.problems import Invalid, NotFound, Problem
from regulars.till.problems import Malformed, MethodNotAllowed

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
MOST_DEEP = 20
MOST_IN_PATH = 1000
_MOST_INTEGER = 2**63


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

    __slots__ = ("decoder", "free", "name", "query", "route")

    def __init__(self, route: Route) -> None:
        self.route = route
        self.name = f"{route.method} {route.path}"
        self.decoder = None if route.body is None else msgspec.json.Decoder(route.body)
        self.free = () if route.body is None else _free_fields(route.body)
        self.query = route.query

    def body(self, raw: bytes) -> Any:
        """The body as the route's type; what is wrong is said with its path."""
        if self.decoder is None:
            return None
        body = read_body(self.decoder, raw)
        for name in self.free:
            _bound(getattr(body, name), f"$.{name}")
        return body

    def parameters(self, query: dict[str, str]) -> Any:
        """The query as the route's type."""
        if self.query is None:
            return None
        try:
            return msgspec.convert(query, self.query, strict=False)
        except msgspec.ValidationError as error:
            raise _invalid(str(error)) from None


def read_body(decoder: msgspec.json.Decoder[Any], raw: bytes) -> Any:
    """What a body says, or a `Problem` that says what is wrong with it."""
    try:
        body = decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"The body is not JSON: {error}.") from None
    if b"\\u0000" in raw and _ESCAPED_NUL.search(raw):
        raise Invalid("A text of the body has the character U+0000, which cannot be stored.")
    return body


def _invalid(message: str) -> Problem:
    return Invalid(f"{message.rstrip('.')}.")


def _free_fields(body: type) -> tuple[str, ...]:
    """The fields that may hold any JSON; only those can be too deep or too large a number."""
    info = msgspec.inspect.type_info(body)
    assert isinstance(info, msgspec.inspect.StructType)
    return tuple(field.name for field in info.fields if _is_free(field.type))


def _is_free(kind: msgspec.inspect.Type) -> bool:
    if isinstance(kind, msgspec.inspect.DictType):
        return _is_free(kind.value_type)
    return isinstance(kind, msgspec.inspect.AnyType)


def _bound(value: Any, path: str) -> None:
    """Refuse what is nested too deep, and integers beyond 64 bits."""
    layer: list[Any] = [value]
    for _ in range(MOST_DEEP):
        inner: list[Any] = []
        for item in layer:
            if isinstance(item, dict):
                inner += item.values()
            elif isinstance(item, list):
                inner += item
            elif type(item) is int and not -_MOST_INTEGER <= item < _MOST_INTEGER:
                raise Invalid(f"An integer has more than 64 bits - at `{path}`.")
        if not inner:
            return
        layer = inner
    raise Invalid(f"It is nested more than {MOST_DEEP} levels deep - at `{path}`.")


class Router:
    """Finds the route of a request."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self._fixed: dict[str, dict[str, Served]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Served]]] = []
        by_path: dict[str, dict[str, Served]] = {}
        for route in routes:
            served = Served(route)
            methods = by_path.setdefault(route.path, {})
            methods[route.method] = served
            if route.method == "GET":
                methods["HEAD"] = served
        for path, methods in by_path.items():
            if "{" in path:
                pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
                self._patterns.append((re.compile(pattern), methods))
            else:
                self._fixed[path] = methods

    def find(self, method: str, path: str) -> tuple[Served, dict[str, str]]:
        """The route and its path parameters; the problem says whether path or method is wrong.

        ``path`` as it was sent: a ``%2F`` in a parameter does not part it.
        """
        methods = self._fixed.get(path)
        found: dict[str, str] = {}
        if methods is None:
            for pattern, candidates in self._patterns:
                match = pattern.fullmatch(path)
                if match:
                    methods = candidates
                    found = {name: decoded(value) for name, value in match.groupdict().items()}
                    break
        if methods is None:
            raise NotFound("There is nothing at this address: see /v1/docs.")
        served = methods.get(method)
        if served is None:
            raise not_allowed(methods)
        return served, found


def not_allowed(methods: Iterable[str]) -> MethodNotAllowed:
    """What may be used instead is also told in the header Allow (RFC 9110, 15.5.6)."""
    allowed = sorted(methods)
    return MethodNotAllowed(f"Use {' or '.join(allowed)}.", allow=allowed)


def decoded(value: str) -> str:
    """A parameter of the path as it was meant."""
    if len(value) > MOST_IN_PATH or _BAD_ESCAPE.search(value):
        raise Malformed("The address has a % without two hexadecimal digits, or is too long.")
    try:
        text = unquote(value, errors="strict")
    except UnicodeDecodeError:
        raise Malformed("The address is not UTF-8.") from None
    if not text.isprintable():
        raise Malformed("The address has control characters.")
    return text


def parameters_of(query: bytes) -> dict[str, str]:
    """The query by name, each name once."""
    if not query:
        return {}
    try:
        text = query.decode("ascii")
        if _BAD_ESCAPE.search(text):
            raise ValueError("a % without two hexadecimal digits")
        pairs = parse_qsl(text, max_num_fields=20, keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise Malformed(f"The query cannot be read: {error}.") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("The query names a parameter twice.")
    if not all(value.isprintable() for value in found.values()):
        raise Malformed("The query has control characters.")
    return found
