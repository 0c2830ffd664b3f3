"""JSON Schemas of the wire types, as OpenAPI wants them: one name each, with the words that stand
below the fields in the source."""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

Json = dict[str, Any]
_ROOT = "#/components/schemas/"


class Schemas:
    """The schemas of some types and of all they are made of."""

    def __init__(self, types: Sequence[type]) -> None:
        unique = list(dict.fromkeys(types))
        refs, found = msgspec.json.schema_components(unique, ref_template=_ROOT + "{name}")
        for kind in dict.fromkeys(_structs(msgspec.inspect.multi_type_info(unique))):
            schema = found.get(kind.__name__) or found[_qualified(kind)]
            _put_words(schema, kind)
            _put_instants(schema, kind)
        names = _short_names(found)
        self._refs = {kind: _renamed(ref, names) for kind, ref in zip(unique, refs, strict=True)}
        self._components = {names[name]: _renamed(found[name], names) for name in found}

    def ref(self, kind: type) -> Json:
        """A reference to the type's schema."""
        return dict(self._refs[kind])

    def of(self, kind: type) -> Json:
        """The type's schema itself."""
        schema: Json = self._components[self._refs[kind]["$ref"].removeprefix(_ROOT)]
        return schema

    def words(self, kind: type) -> str:
        """What the type says of itself."""
        return str(self.of(kind).get("description", ""))

    def components(self, without: Sequence[type]) -> Json:
        """All schemas by name, without those that only hold the parameters of a query."""
        hidden = {self._refs[kind]["$ref"].removeprefix(_ROOT) for kind in without}
        return {
            name: schema for name, schema in sorted(self._components.items()) if name not in hidden
        }


def _structs(info: Any) -> Iterator[type]:
    """Every struct that a type is made of."""
    if isinstance(info, msgspec.inspect.StructType):
        yield info.cls
    if isinstance(info, msgspec.inspect.Type | msgspec.inspect.Field):
        for name in info.__struct_fields__:
            yield from _structs(getattr(info, name))
    elif isinstance(info, list | tuple):
        for item in info:
            yield from _structs(item)


def _qualified(kind: type) -> str:
    return f"{kind.__module__}.{kind.__name__}"


def _put_words(schema: Json, kind: type) -> None:
    """The docstrings of the fields become their descriptions."""
    for name, words in field_words(kind).items():
        field = schema["properties"].get(name)
        if field is not None and "$ref" not in field:
            field.setdefault("description", words)


def _put_instants(schema: Json, kind: type) -> None:
    """msgspec says `date-time` only where an offset is asked for; all of ours have one."""
    info = msgspec.inspect.type_info(kind)
    assert isinstance(info, msgspec.inspect.StructType)
    for field in info.fields:
        types = getattr(field.type, "types", (field.type,))
        if any(isinstance(one, msgspec.inspect.DateTimeType) for one in types):
            shown = schema["properties"][field.encode_name]
            for option in shown.get("anyOf", (shown,)):
                if option.get("type") == "string":
                    option["format"] = "date-time"


def field_words(kind: type) -> dict[str, str]:
    """The docstrings below the fields of a class, by field."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, after in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            found[field.target.id] = inspect.cleandoc(str(after.value.value))
    return found


def _short_names(found: Json) -> dict[str, str]:
    """``BalanceOut`` for ``regulars.members.wire.BalanceOut`` where all of that name are alike,
    else with the noun before it."""
    by_short: dict[str, list[str]] = {}
    for name in found:
        by_short.setdefault(name.rpartition(".")[2], []).append(name)
    names = {}
    for short, longs in by_short.items():
        alike = all(_meaning(found[long]) == _meaning(found[longs[0]]) for long in longs)
        for long in longs:
            names[long] = short if alike else f"{long.split('.')[1].title()}{short}"
    return names


def _meaning(schema: Json) -> Json:
    return {key: value for key, value in schema.items() if key != "description"}


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    """The schema with short names in its references."""
    if isinstance(schema, dict):
        return {
            key: _ROOT + names[value.removeprefix(_ROOT)]
            if key == "$ref"
            else _renamed(value, names)
            for key, value in schema.items()
            if key != "title" or isinstance(value, dict)  # a field may be called so
        }
    return [_renamed(item, names) for item in schema] if isinstance(schema, list) else schema
