"""The documentation page: the OpenAPI document as HTML, made on the server. It works without
JavaScript, asks nothing of the network, and has no style or script in it."""

import re
from collections.abc import Iterable
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from regulars.till.curl import command, pretty
from regulars.till.fields import fields, linked, parameters
from regulars.till.openapi import openapi

Json = dict[str, Any]
_ORDER = ("members", "identifiers", "quotes", "purchases", "returns", "activities")


@cache
def documentation() -> bytes:
    """The whole page."""
    document = openapi()
    groups = _groups(document)
    return _PAGE.format(
        title=escape(document["info"]["title"]),
        version=escape(document["info"]["version"]),
        introduction=prose(document["info"]["description"]),
        headers=parameters(document["components"]["parameters"].values()),
        navigation="".join(_menu(tag, operations) for tag, operations in groups.items()),
        operations="".join(
            f'<section class="group"><h2 id="{tag}">{tag.title()}</h2>'
            + "".join(_operation(document, *operation) for operation in operations)
            + "</section>"
            for tag, operations in groups.items()
        ),
        problems=_problems(document),
        types="".join(
            _type(document, name, schema)
            for name, schema in document["components"]["schemas"].items()
        ),
    ).encode()


@cache
def stylesheet() -> bytes:
    return files(__package__ or "").joinpath("docs.css").read_bytes()


def prose(text: str) -> str:
    """Paragraphs with **bold** and `code`: all that our descriptions use of Markdown."""
    return "".join(f"<p>{inline(part)}</p>" for part in text.strip().split("\n\n"))


def inline(text: str) -> str:
    found = re.sub(r"``?([^`]+)``?", r"<code>\1</code>", escape(text, quote=False))
    return re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", found)


def _groups(document: Json) -> dict[str, list[tuple[str, str, Json]]]:
    """Operations by tag, in the order in which a till meets them; management comes last."""
    groups: dict[str, list[tuple[str, str, Json]]] = {tag: [] for tag in _ORDER}
    tills_first = sorted(document["paths"].items(), key=lambda item: item[0].startswith("/api/"))
    for path, methods in tills_first:
        for method, operation in sorted(methods.items(), reverse=True):
            groups.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    return groups


def _menu(tag: str, operations: list[tuple[str, str, Json]]) -> str:
    items = "".join(
        f'<li><a href="#{operation["operationId"]}">{_badge(method)}'
        f"<span>{_shortly(operation['summary'])}</span></a></li>"
        for method, _, operation in operations
    )
    return f'<h3><a href="#{tag}">{tag.title()}</a></h3><ul>{items}</ul>'


def _shortly(summary: str) -> str:
    """A summary for the side list: up to its first comma or colon."""
    return escape(re.split(r"[,:]", summary)[0])


def _badge(method: str) -> str:
    return f'<b class="method {method.lower()}">{method}</b>'


def _operation(document: Json, method: str, path: str, operation: Json) -> str:
    name = operation["operationId"]
    own = [parameter for parameter in operation["parameters"] if "$ref" not in parameter]
    answers = [(s, a) for s, a in operation["responses"].items() if s[0] == "2"]
    status, answer = answers[0]
    content = answer["content"]["application/json"]
    parts = [
        _part("Parameters", parameters(own)) if own else "",
        _body(document, operation),
        _part(
            f"Answer <em>{status}</em>",
            f"<p>{inline(answer['description'])}</p>{fields(document, content['schema'])}",
        ),
        _part("Problems", _statuses(operation)),
    ]
    shown = pretty(content.get("example", {}))
    return (
        f'<article id="{name}"><header>'
        f'<h3><a href="#{name}">{escape(operation["summary"])}</a></h3>'
        f'<p class="path">{_badge(method)}<code>{_path(path)}</code></p>'
        f"<p>{inline(operation['description'])}</p></header>"
        f'<div class="words">{"".join(parts)}</div>'
        f'<div class="code"><h4>Request</h4>{_slab(command(method, path, operation))}'
        f"<h4>Answer</h4>{_slab(shown)}</div></article>"
    )


def _slab(text: str) -> str:
    """Something to copy; it can be reached and scrolled with the keyboard."""
    return f'<pre tabindex="0">{escape(text, quote=False)}</pre>'


def _path(path: str) -> str:
    """Long paths may break before a slash."""
    text = escape(path).replace("/", "<wbr>/")
    return re.sub(r"(\{\w+\})", r"<var>\1</var>", text)


def _body(document: Json, operation: Json) -> str:
    if "requestBody" not in operation:
        return ""
    body = operation["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    return _part("Body", f"<p>{inline(body['description'])}</p>{fields(document, schema)}")


def _part(title: str, content: str) -> str:
    return f"<h4>{title}</h4>{content}"


def _statuses(operation: Json) -> str:
    codes = (status for status in operation["responses"] if status[0] != "2")
    return '<p class="statuses">' + " ".join(
        f'<a href="#problem-{status}">{status}</a>' for status in codes
    ) + "</p>"  # fmt: skip


def _problems(document: Json) -> str:
    """Each status once, with an example of its code."""
    rows: Iterable[str] = (
        f'<tr id="problem-{example["status"]}"><td><b>{example["status"]}</b></td>'
        f"<td><code>{escape(example['code'])}</code></td>"
        f"<td>{inline(response['description'])}<br>"
        f"<small>“{inline(example['detail'])}”</small></td></tr>"
        for response in document["components"]["responses"].values()
        for example in [response["content"]["application/problem+json"]["example"]]
    )
    first = next(iter(document["components"]["responses"].values()))
    example = pretty(first["content"]["application/problem+json"]["example"])
    return (
        f'<div class="words">{fields(document, {"$ref": "#/components/schemas/ProblemOut"})}'
        "<table><thead><tr><th>Status</th><th>Code</th><th>When</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
        f'<div class="code"><h4>Answer</h4>{_slab(example)}</div>'
    )


def _type(document: Json, name: str, schema: Json) -> str:
    return (
        f'<article class="type" id="type-{name}"><h3>{linked(name)}</h3>'
        f"<p>{inline(schema.get('description', ''))}</p>{fields(document, schema)}</article>"
    )


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' \
viewBox='0 0 8 8'%3E%3Ccircle cx='4' cy='4' r='4' fill='%230b6e5f'/%3E%3C/svg%3E">
<link rel="stylesheet" href="/v1/docs.css">
</head>
<body>
<a class="skip" href="#start">Skip to the text</a>
<nav aria-label="Operations">
<p class="brand"><a href="/">Regulars</a> <span>till API {version}</span></p>
<ul><li><a href="#start">Introduction</a></li><li><a href="#headers">Headers</a></li>
<li><a href="#problems">Problems</a></li><li><a href="#types">Types</a></li>
<li><a href="/v1/openapi.json">openapi.json</a></li></ul>
{navigation}
</nav>
<main>
<section id="start"><h1>{title}</h1><div class="lead">{introduction}</div></section>
<section id="headers"><h2>Headers</h2>
<p>Every request carries <code>Authorization: Bearer rk_…</code>; make a key with
<code>regulars key create</code>. It belongs to an organization, perhaps to one shop, and does what
its scopes say.</p>{headers}</section>
{operations}
<section id="problems"><h2>Problems</h2><div class="article">{problems}</div></section>
<section id="types"><h2>Types</h2>{types}</section>
</main>
</body>
</html>
"""
