"""The OpenAPI 3.1 document, generated from the routes and their wire types.

Nothing is listed twice: fields, limits and words come from the types, statuses from the routes,
examples from ``examples.json``, which a test sends to a real server.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from regulars import __version__
from regulars.kit.http import Route
from regulars.till.links import links
from regulars.till.router import all_routes
from regulars.till.schemas import Schemas
from regulars.till.wording import (
    DESCRIPTION,
    HEADERS,
    PATH,
    STATUS,
    WEBHOOK,
    WEBHOOK_HEADERS,
    Header,
)
from regulars.webhooks.wire import EventOut

Json = dict[str, Any]

_ALWAYS = (400, 401, 403, 422, 500, 503)
_WITH_BODY = (413, 415)
_WITH_KEY = (409,)  # a repeat of what lies in a detached month
_WAITING = (429, 503)


class ProblemOut(msgspec.Struct, frozen=True):
    """What went wrong (RFC 9457), and what to do next. Further members name what it is about."""

    type: str
    """`urn:regulars:problem:` and the code."""
    title: str
    status: int
    detail: str
    """A sentence for the people who run the till."""
    code: str
    """For programs: stays the same while words may change."""
    request_id: str
    """Ask us about this one; also in the header X-Request-Id."""


@cache
def openapi() -> Json:
    """The whole document."""
    routes = all_routes()
    schemas = Schemas(
        [kind for route in routes for kind in (route.body, route.query, route.answer) if kind]
        + [ProblemOut, EventOut]
    )
    paths: Json = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Regulars API",
            "version": __version__,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(tag_of(route) for route in routes)],
        "paths": paths,
        "webhooks": {"activity": {"post": _told(schemas)}},
        "components": {
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key made with `regulars key create`: rk_...",
                }
            },
            "parameters": {_id(h): _parameter(h) for h in HEADERS if h.asked},
            "headers": {_id(h): _answered(h) for h in HEADERS if not h.asked},
            "responses": {_problem_id(status): _problem(status) for status in STATUS},
            "schemas": schemas.components(without=[r.query for r in routes if r.query]),
        },
    }


@cache
def examples() -> Json:
    """By method and path: a body, a query and an answer, as a real server gave it."""
    text = files(__package__ or "").joinpath("examples.json").read_bytes()
    found: Json = msgspec.json.decode(text)
    return found


def operation_id(route: Route) -> str:
    """Its name for generated clients: ``get_members_by_id``, ``post_redemptions_settle``."""
    parts = route.path.removeprefix("/v1/").removeprefix("/api/").split("/")
    words = [part for part in parts if part[0] != "{"]
    if parts[-1][0] == "{":
        words += ["by", parts[-1][1:-1]]
    return "_".join([route.method.lower(), *words])


def tag_of(route: Route) -> str:
    return route.path.split("/")[2]


def statuses(route: Route) -> list[int]:
    """The problems a route may answer with."""
    with_body = _WITH_BODY if route.body is not None else ()
    with_key = _WITH_KEY if route.operation is not None else ()
    return sorted({*_ALWAYS, *with_body, *with_key, *route.problems})


def _operation(route: Route, schemas: Schemas) -> Json:
    shown = examples().get(f"{route.method} {route.path}", {})
    found: Json = {
        "operationId": operation_id(route),
        "tags": [tag_of(route)],
        "summary": route.summary,
        "description": _needs(route),
        "parameters": [
            *_in_path(route, shown),
            *_in_query(route, schemas, shown),
            *_in_headers(route),
        ],
    }
    if route.body is not None:
        found["requestBody"] = {
            "required": True,
            "description": schemas.words(route.body),
            "content": {"application/json": _content(schemas.ref(route.body), shown.get("body"))},
        }
    found["responses"] = {
        str(route.status): {
            "description": schemas.words(route.answer),
            "headers": {
                _wire(h): {"$ref": f"#/components/headers/{_id(h)}"}
                for h in HEADERS
                if not h.asked and not h.on_problems and (not h.on_writes or route.operation)
            },
            "content": {
                "application/json": _content(schemas.ref(route.answer), shown.get("answer"))
            },
            "links": links(route, all_routes(), operation_id),
        },
        **{
            str(status): {"$ref": f"#/components/responses/{_problem_id(status)}"}
            for status in statuses(route)
        },
    }
    return found


def _told(schemas: Schemas) -> Json:
    """What the endpoints of webhooks are sent."""
    return {
        "operationId": "activity",
        "summary": "Something happened",
        "description": WEBHOOK,
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": words, "schema": form}
            for name, words, form in WEBHOOK_HEADERS
        ],
        "requestBody": {
            "required": True,
            "description": schemas.words(EventOut),
            "content": {"application/json": {"schema": schemas.ref(EventOut)}},
        },
        "responses": {
            "2XX": {"description": "It arrived, and is not sent again."},
            "410": {"description": "Nobody wants it any more: the endpoint is disabled."},
            "default": {"description": "It is sent again later, and not before `Retry-After`."},
        },
    }


def _needs(route: Route) -> str:
    needs = [f"The key needs the scope `{route.scope}`."]
    if route.dry is not None:
        needs.append("An Idempotency-Key is needed only where something is held.")
    if route.tries_codes:
        needs.append("Unusable codes are counted: too many in a minute are answered with 429.")
    if route.guessable:
        needs.append("Misses are counted: too many in a minute are answered with 429.")
    return " ".join(needs)


def _content(schema: Json, example: Any) -> Json:
    return {"schema": schema} if example is None else {"schema": schema, "example": example}


def _in_path(route: Route, shown: Json) -> Iterator[Json]:
    for name in re.findall(r"\{(\w+)\}", route.path):
        words, form = PATH.get((tag_of(route), name), PATH["", name])
        example = shown.get("path", {}).get(name)
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": words,
            "schema": {"type": "string", **form},
            **({} if example is None else {"example": example}),
        }


def _in_query(route: Route, schemas: Schemas, shown: Json) -> Iterator[Json]:
    if route.query is None:
        return
    schema = schemas.of(route.query)
    for name, form in schema["properties"].items():
        own = dict(form)
        words = own.pop("description", "")
        example = shown.get("query", {}).get(name)
        yield {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "description": words,
            "schema": own,
            **({} if example is None else {"example": example}),
        }


def _in_headers(route: Route) -> Iterator[Json]:
    """References to the shared ones; a route that may be dry says itself when it needs a key."""
    for header in HEADERS:
        if not header.asked or (header.on_writes and not route.keyed):
            continue
        if header.of_program and route.manage is not None:
            continue
        if header.on_writes and route.dry is not None:
            yield _parameter(header) | {"required": False}
        else:
            yield {"$ref": f"#/components/parameters/{_id(header)}"}


def _parameter(header: Header) -> Json:
    return {
        "name": header.name,
        "in": "header",
        "required": header.required,
        "description": header.words,
        "schema": header.form,
        "example": header.example,
    }


def _answered(header: Header) -> Json:
    return {"description": header.words, "schema": header.form, "example": header.example}


def _problem(status: int) -> Json:
    words, example = STATUS[status]
    always = [h for h in HEADERS if not h.asked and not h.on_writes and not h.on_problems]
    waiting = [h for h in HEADERS if h.on_problems and status in _WAITING]
    return {
        "description": words,
        "headers": {
            _wire(h): {"$ref": f"#/components/headers/{_id(h)}"} for h in (*always, *waiting)
        },
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/ProblemOut"},
                "example": {
                    "type": f"urn:regulars:problem:{example['code']}",
                    **example,
                    "status": status,
                    "request_id": "5f0c6a1e6f2b4c0f9a41d2c1b7f6a3e9",
                },
            }
        },
    }


def _problem_id(status: int) -> str:
    return f"Problem{status}"


def _id(header: Header) -> str:
    return header.name.replace("-", "")


def _wire(header: Header) -> str:
    return header.name
