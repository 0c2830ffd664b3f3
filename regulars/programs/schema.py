"""The JSON Schema of a document, for editors; and looking things up in it by place."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel

from regulars.programs.faults import Path

SCHEMA_ADDRESS = "urn:regulars:schema:program:1"


def json_schema() -> dict[str, Any]:
    """What an editor needs to complete and check a document while it is typed."""
    from regulars.programs.document import Document

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ADDRESS,
        **_schema(Document),
    }


def node_at(model: type[BaseModel], data: Any, path: Path) -> dict[str, Any]:
    """The part of the schema that describes a place, or {} where none does."""
    schema = _schema(model)
    node = schema
    for part in path:
        node = _down(schema, _chosen(schema, node, data), part)
        data = _inside(data, part)
    return _plain(schema, node)


def fields(model: type[BaseModel], data: Any, path: Path) -> list[str]:
    """The fields that may stand at a place."""
    node = node_at(model, data, path)
    for part in path:
        data = _inside(data, part)
    return list(_chosen(_schema(model), node, data).get("properties", ()))


def steps(model: type[BaseModel], data: Any, loc: Sequence[str | int]) -> Path:
    """The place a validation error speaks of: its location less the names of union members."""
    schema = _schema(model)
    node, path = schema, tuple[str | int, ...]()
    rest = [part for part in loc if part != "[key]"]
    while rest:
        node = _plain(schema, node)
        if "discriminator" in node:
            node = _chosen(schema, node, data)
            rest.pop(0)
        elif "anyOf" in node:
            break  # what follows names a member of a union of plain values
        else:
            node, data = _down(schema, node, rest[0]), _inside(data, rest[0])
            path = (*path, rest.pop(0))
    return path


def form(node: dict[str, Any]) -> str:
    """The form of value a part of the schema asks for; ``value`` where there are several."""
    if node.get("format") == "date":
        return "date"
    if "discriminator" in node:
        return "object"
    return str(node.get("type", "value"))


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True)


def _plain(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and look through "or nothing"."""
    while True:
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].removeprefix("#/$defs/")]
            continue
        some = [option for option in node.get("anyOf", ()) if option.get("type") != "null"]
        if len(some) != 1:
            return node
        node = some[0]


def _chosen(schema: dict[str, Any], node: dict[str, Any], data: Any) -> dict[str, Any]:
    """Of a family of kinds the one the data names."""
    node = _plain(schema, node)
    if "discriminator" not in node:
        return node
    kind = data.get("kind") if isinstance(data, dict) else None
    reference = node["discriminator"]["mapping"].get(kind if isinstance(kind, str) else "")
    return _plain(schema, {"$ref": reference}) if reference else {}


def _down(schema: dict[str, Any], node: dict[str, Any], part: str | int) -> dict[str, Any]:
    node = _plain(schema, node)
    if isinstance(part, int):
        found = node.get("items")
    else:
        named = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
        found = node.get("properties", {}).get(part, named[0])
    return found if isinstance(found, dict) else {}


def _inside(data: Any, part: str | int) -> Any:
    try:
        return data[part]
    except (KeyError, IndexError, TypeError):
        return None


def forms(model: type[BaseModel]) -> list[tuple[str, str, str, str]]:
    """The fields of a model for people: (name, form, default or "", description)."""
    schema = _schema(model)
    node = _plain(schema, schema)
    required = node.get("required", ())
    return [
        (
            name,
            _form_text(schema, field),
            "" if name in required else _default_text(field),
            " ".join(str(field.get("description", "")).split()),
        )
        for name, field in node.get("properties", {}).items()
    ]


def _form_text(schema: dict[str, Any], node: dict[str, Any]) -> str:
    """``whole number more than 0``, ``basket | line | unit``, ``list of short name``..."""
    if "$ref" in node:
        return str(node["$ref"].rpartition("/")[2]).lower()
    if "discriminator" in node:
        return "condition"
    if "anyOf" in node:
        several = [_form_text(schema, o) for o in node["anyOf"] if o.get("type") != "null"]
        return ", ".join(dict.fromkeys(several))
    if "enum" in node:
        return " | ".join(map(str, node["enum"]))
    if node.get("type") == "array":
        return f"list of {_form_text(schema, node.get('items', {}))}"
    words = {"integer": "whole number", "string": "text", "boolean": "true or false"}
    text = words.get(str(node.get("type")), str(node.get("type", "value")))
    if "pattern" in node:
        text = "short name" if node["pattern"].startswith("^[a-z0-9]") else f"`{node['pattern']}`"
    bounds = {"minimum": "at least", "exclusiveMinimum": "more than", "maximum": "at most"}
    told = [f"{word} {node[bound]:g}" for bound, word in bounds.items() if bound in node]
    return " ".join([text, *told])


def _default_text(node: dict[str, Any]) -> str:
    default = node.get("default")
    if isinstance(default, dict) and not any(default.values()):
        return "everything" if "$ref" in node else "none"
    return (
        "none"
        if default in (None, [])
        else str(default).lower()
        if isinstance(default, bool)
        else str(default)
    )
