"""Fields and parameters as HTML: name, type, limits and words, a line for each."""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

Json = dict[str, Any]
_ROOT = "#/components/schemas/"
_PRINTABLE = re.compile(r"\^\[(\^\\x00| -~)")
"""Patterns that only keep out control characters tell a reader nothing."""


def fields(document: Json, schema: Json) -> str:
    """The fields of an object schema, or of the one it refers to."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].removeprefix(_ROOT)]
    required = schema.get("required", ())
    always = schema.get("additionalProperties") is not False  # what we answer, not what is sent
    return _list(
        _field(name, own, name in required, always)
        for name, own in schema.get("properties", {}).items()
    )


def parameters(found: Iterable[Json]) -> str:
    """Parameters of path, query or header."""
    return _list(
        _field(p["name"], p["schema"] | {"description": p["description"]}, p["required"], False)
        for p in found
    )


def linked(name: str) -> str:
    """The name of a type as a link to it."""
    return f'<a class="type" href="#type-{name}">{name}</a>'


def _list(items: Iterable[str]) -> str:
    return f'<dl class="fields">{"".join(items)}</dl>'


def _field(name: str, schema: Json, required: bool, answered: bool) -> str:
    """``answered``: a field of ours that is left out says nothing about the caller's duty."""
    schema = _without_null(schema)
    notes = [f"<span>{text}</span>" for text in limits(schema)]
    if required and not answered:
        notes.insert(0, '<span class="must">required</span>')
    words = schema.get("description", "")
    shown = re.sub(r"``?([^`]+)``?", r"<code>\1</code>", escape(words, quote=False))
    return (
        f"<div><dt><code>{escape(name)}</code> {kind(schema)}</dt>"
        f"<dd>{f'<p>{shown}</p>' if words else ''}"
        f"{f'''<p class="limits">{" ".join(notes)}</p>''' if notes else ''}</dd></div>"
    )


def _without_null(schema: Json) -> Json:
    """What may be left out may also be null; said once, not at each field."""
    options = schema.get("anyOf", ())
    real = [option for option in options if option.get("type") != "null"]
    if len(real) == 1:
        rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
        return real[0] | rest
    return schema


def kind(schema: Json) -> str:
    """A type in words: ``list of LineIn``."""
    if "$ref" in schema:
        return linked(schema["$ref"].removeprefix(_ROOT))
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(kind(option) for option in schema["anyOf"]))
    if schema.get("type") == "array":
        items = schema.get("items") or (schema.get("prefixItems") or [{}])[0]
        return f"<i>list of</i> {kind(items)}"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties")
        return f"<i>map of</i> {kind(values)}" if isinstance(values, dict) and values else "object"
    plain = str(schema.get("type", "any"))
    return f"<i>{_FORMATS.get(schema.get('format', ''), plain)}</i>"


_FORMATS = {"uuid": "uuid", "date-time": "instant", "date": "date"}


def limits(schema: Json) -> list[str]:
    """The bounds of a value, shortest first way to say them."""
    found = []
    for low, high, unit in (
        ("minLength", "maxLength", "characters"),
        ("minItems", "maxItems", "items"),
        ("minProperties", "maxProperties", "names"),
        ("minimum", "maximum", ""),
    ):
        if low in schema or high in schema:
            found.append(_range(schema.get(low), schema.get(high), unit))
    if "enum" in schema:
        found.append(" · ".join(f"<code>{escape(str(v))}</code>" for v in schema["enum"]))
    pattern = schema.get("pattern", "")
    choice = re.fullmatch(r"\^\(([\w|]+)\)\$", pattern)
    if choice:
        found.append(" · ".join(f"<code>{option}</code>" for option in choice[1].split("|")))
    elif pattern and not _PRINTABLE.match(pattern):
        found.append(f"<code>{escape(pattern)}</code>")
    if schema.get("default") not in (None, "", [], (), {}, False):
        found.append(f"default <code>{escape(str(schema['default']))}</code>")
    return found


def _range(low: Any, high: Any, unit: str) -> str:
    if low is None or (unit and not low):
        text = f"at most {_number(high)}"
    elif high is None:
        text = f"at least {_number(low)}"
    else:
        text = f"{_number(low)} to {_number(high)}"
    return f"{text} {unit}".strip()


def _number(value: Any) -> str:
    """Digits in groups of three, with a thin space that does not break."""
    return f"{int(value):,}".replace(",", "\u202f")
