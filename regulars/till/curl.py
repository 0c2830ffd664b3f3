"""A curl command for an operation, ready to be pasted: address and key come from the shell."""

import shlex
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

Json = dict[str, Any]


def command(method: str, path: str, operation: Json) -> str:
    """The command; ``--json`` (curl 7.82) sets method and content type."""
    query = {}
    for parameter in operation["parameters"]:
        if parameter.get("in") == "path":
            value = quote(str(parameter.get("example", "...")), safe=":@")
            path = path.replace("{" + parameter["name"] + "}", value)
        elif parameter.get("in") == "query" and "example" in parameter:
            query[parameter["name"]] = parameter["example"]
    if query:
        path += "?" + urlencode(query, safe=":@")
    verb = "" if method in ("GET", "POST") else f"-X {method} "
    parts = [f'curl {verb}"$REGULARS{path}"', '-H "Authorization: Bearer $KEY"']
    if any("Idempotency" in f"{p.get('name')}{p.get('$ref')}" for p in operation["parameters"]):
        parts.append('-H "Idempotency-Key: $(uuidgen)"')
    if "requestBody" in operation:
        body = operation["requestBody"]["content"]["application/json"].get("example", {})
        parts.append(f"--json {shlex.quote(pretty(body))}")
    return " \\\n  ".join(parts)


def pretty(value: Any) -> str:
    """JSON for people: what fits on a line stays on it.

    >>> print(pretty({"a": [1, 2], "b": {"c": "d"}}))
    {"a": [1, 2], "b": {"c": "d"}}
    """
    return _pretty(value, "")


_WIDEST = 46
"""What the narrow column shows without scrolling."""


def _pretty(value: Any, indent: str) -> str:
    flat = msgspec.json.format(msgspec.json.encode(value), indent=0).decode()
    if len(indent) + len(flat) <= _WIDEST or not isinstance(value, dict | list) or not value:
        return flat
    inner = indent + "  "
    if isinstance(value, dict):
        items = [f'"{name}": {_pretty(item, inner)}' for name, item in value.items()]
        opening, closing = "{}"
    else:
        items = [_pretty(item, inner) for item in value]
        opening, closing = "[]"
    lines = f",\n{inner}".join(items)
    return f"{opening}\n{inner}{lines}\n{indent}{closing}"
