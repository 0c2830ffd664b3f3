"""Fields: a form for anything that has a JSON Schema, and the data that was filled in read back.

Nothing here knows a single kind: what can be asked for follows from the schema, so a kind added to
the engine has its form at once. A field is named by its place, ``then.0.price_minor``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from regulars.kit.money import digits_of, format_minor
from regulars.kit.words import LANGUAGES, catalog
from regulars.programs.schema import json_schema

_PACKAGE = "regulars.drafts"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = {"asset": "assets", "voucher": "vouchers", "lane": "lanes", "collections": "collections"}
_NAMES |= {"campaigns": "campaigns", "Tier.one_of": "tiers", "Shop.one_of": "shops"}
_NAMES |= {"products": "products", "product": "products", "categories": "categories"}
_NAMES |= {"brands": "brands"}
"""What is offered to choose from where a field names something that is declared elsewhere."""
_MOST = 200


_EVERYTHING = ("on", "of")
"""Groups that mean everything while they are empty."""
_SHOWN = 3
"""So many fields of a group stand before the fold, and those that are filled in."""


@dataclass
class Field:
    """One field, or a group of them, ready to be shown."""

    path: str
    label: str
    widget: str
    value: Any = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    inner: list["Field"] = field(default_factory=list)
    more: list["Field"] = field(default_factory=list)
    """Rarely wanted: behind a fold."""
    suffix: str = ""
    offers: str = ""
    required: bool = False
    is_set: bool = False
    errors: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """An id for the page."""
        return "f-" + re.sub(r"[^A-Za-z0-9_-]", "-", self.path)

    def all(self) -> Iterator["Field"]:
        yield self
        for one in (*self.inner, *self.more):
            yield from one.all()


@cache
def _defs() -> dict[str, Any]:
    return dict(json_schema()["$defs"])


def _plain(node: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """References followed and "or nothing" looked through; the schema's name beside it."""
    name = ""
    while True:
        if "$ref" in node:
            name = node["$ref"].rpartition("/")[2]
            node = _defs()[name]
            continue
        some = [one for one in node.get("anyOf", ()) if one.get("type") != "null"]
        if len(some) != 1:
            return node, name
        node = some[0]


def kinds(node: dict[str, Any], tongue: str) -> list[tuple[str, str]]:
    """The kinds a place may hold, by their names in a language."""
    found = [(kind, kind_name(kind, tongue)) for kind in node["discriminator"]["mapping"]]
    return sorted(found, key=lambda pair: pair[1])


def kind_name(kind: str, tongue: str) -> str:
    """A kind's name, or its id in plain letters where nobody has named it yet."""
    return catalog(_PACKAGE, "kinds.toml").get(kind, {}).get(tongue, kind.replace("_", " "))


def label_of(name: str, tongue: str, of: str = "") -> str:
    """What a field is called, in a kind or anywhere."""
    words = catalog(_PACKAGE, "fields.toml")
    found = words.get(f"{of}.{name}") or words.get(name, {})
    return found.get(tongue, name.replace("_", " "))


def choice_name(choice: str, tongue: str) -> str:
    return catalog(_PACKAGE, "choices.toml").get(choice, {}).get(tongue, choice)


class Form:
    """The form of one thing of the document (``Campaign``), in a language and a currency."""

    def __init__(self, schema: str, tongue: str, currency: str, known: Mapping[str, Any]) -> None:
        self.node = _defs()[schema]
        self.tongue = tongue
        self.currency = currency
        self.known = known
        """By what it is (``assets``): which of it there are."""

    # ------------------------------------------------------------------ showing

    def fields(self, data: Any, errors: Mapping[str, list[str]]) -> dict[str, Field]:
        """The fields of the thing by name, each with what is wrong at it."""
        whole = self._object(self.node, "", "", data if isinstance(data, dict) else {})
        found = {one.path: one for one in (*whole.inner, *whole.more)}
        everything = {one.path: one for top in found.values() for one in top.all()}
        for path, messages in errors.items():
            here = path
            while here and here not in everything:
                here = here.rpartition(".")[0]
            if here in everything:
                everything[here].errors += messages
        return found

    def _object(self, node: dict[str, Any], of: str, path: str, data: dict[str, Any]) -> Field:
        group = Field(path, "", "group", is_set=bool(data))
        required = set(node.get("required", ()))
        names = [name for name in node.get("properties", {}) if name != "kind"]
        few = not required or not path
        for name in names:
            part = node["properties"][name]
            here = f"{path}.{name}" if path else name
            one = self._field(part, of, name, here, data.get(name), name in data)
            one.required = name in required
            plain = few or one.required or name in data or name == "on"
            (group.inner if plain else group.more).append(one)
        return group

    def _field(
        self, node: dict[str, Any], of: str, name: str, path: str, value: Any, is_set: bool
    ) -> Field:
        plain, inside = _plain(node)
        label = label_of(name, self.tongue, of)
        made = Field(path, label, "text", is_set=is_set)
        made.offers = _NAMES.get(f"{of}.{name}", _NAMES.get(name, ""))
        if "discriminator" in plain:
            return self._kind(made, plain, value)
        if plain.get("type") == "object" and "properties" in plain:
            data = value if isinstance(value, dict) else {}
            made.widget = "fold"
            made.suffix = "everything" if name in _EVERYTHING else ""
            parts = self._object(plain, inside, path, data).inner
            made.inner = [one for n, one in enumerate(parts) if n < _SHOWN or one.is_set]
            made.more = [one for n, one in enumerate(parts) if n >= _SHOWN and not one.is_set]
            return made
        if plain.get("type") == "object":
            return self._mapping(made, plain, value)
        if plain.get("type") == "array":
            return self._list(made, plain, value)
        return self._plain_field(made, plain, name, value, node.get("default"))

    def _plain_field(
        self, made: Field, node: dict[str, Any], name: str, value: Any, default: Any
    ) -> Field:
        shown = default if value is None and not made.is_set else value
        if node.get("type") == "boolean":
            made.widget = "check" if isinstance(default, bool) else "maybe"
            made.value = shown
            made.options = [("", "-")] + [
                (v, choice_name(v, self.tongue)) for v in ("true", "false")
            ]
        elif "enum" in node:
            made.widget = "choice"
            made.options = [(str(v), choice_name(str(v), self.tongue)) for v in node["enum"]]
            made.value = "" if shown is None else str(shown)
        elif name.endswith("_minor"):
            made.widget, made.suffix = "number", self.currency
            made.value = self._money(shown)
        else:
            forms = {one.get("type") for one in node.get("anyOf", [node])}
            made.widget = "number" if forms & {"integer", "number"} else "text"
            if node.get("format") == "date":
                made.widget = "date"
            made.suffix = "%" if name.endswith("percent") else ""
            made.value = "" if shown is None else str(shown)
        return made

    def _money(self, value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, int):
            return "" if value is None else str(value)
        text = format_minor(value, self.currency, digits_of(self.currency))
        return text.removesuffix(self.currency).strip()

    def _kind(self, made: Field, node: dict[str, Any], value: Any) -> Field:
        """One condition or effect: which, and its fields."""
        kind = value.get("kind") if isinstance(value, dict) else None
        made.widget, made.value = "kind", kind or ""
        made.options = kinds(node, self.tongue)
        reference = node["discriminator"]["mapping"].get(kind)
        if reference:
            made.label = kind_name(str(kind), self.tongue)
            chosen, name = _plain({"$ref": reference})
            group = self._object(chosen, name, made.path, value)
            made.inner, made.more = group.inner, group.more
        return made

    def _list(self, made: Field, node: dict[str, Any], value: Any) -> Field:
        item, name = _plain(node.get("items", {}))
        values = value if isinstance(value, list) else [] if value is None else [value]
        if "discriminator" in item:
            made.widget, made.options = "kinds", kinds(item, self.tongue)
            for n, one in enumerate(values):
                made.inner.append(self._kind(Field(f"{made.path}.{n}", "", "kind"), item, one))
        elif item.get("type") == "object":
            made.widget = "rows"
            for n, one in enumerate(values):
                row = self._object(
                    item, name, f"{made.path}.{n}", one if isinstance(one, dict) else {}
                )
                row.inner, row.more, row.widget = [*row.inner, *row.more], [], "row"
                made.inner.append(row)
        elif any("mon" in one.get("enum", ()) for one in item.get("anyOf", [item])):
            made.widget = "checks"
            made.options = [(day, choice_name(day, self.tongue)) for day in _DAYS]
            made.value = [_day(one) for one in values]
        else:
            made.widget = "list"
            money = made.path.endswith("_minor")
            made.value = ", ".join(self._money(one) if money else _text(one) for one in values)
        return made

    def _mapping(self, made: Field, node: dict[str, Any], value: Any) -> Field:
        data = value if isinstance(value, dict) else {}
        item, name = _plain(_values_of(node))
        if item.get("type") == "string":
            made.widget = "texts"
            made.inner = [
                Field(f"{made.path}.{one}", label_of(one, self.tongue), "text", data.get(one, ""))
                for one in LANGUAGES
            ]
            return made
        made.widget, made.value = "rows", "map"
        for n, (key, one) in enumerate(data.items()):
            row = Field(f"{made.path}.{n}", "", "row")
            label = label_of("key", self.tongue, made.path.rpartition(".")[2])
            row.inner = [Field(f"{row.path}.key", label, "text", key, required=True)]
            if "properties" in item:
                here = f"{row.path}.value"
                row.inner += self._object(
                    item, name, here, one if isinstance(one, dict) else {}
                ).inner
            else:
                value_ = self._money(one)
                row.inner.append(
                    Field(f"{row.path}.value", label_of("value", self.tongue), "number", value_,
                          suffix=self.currency, required=True)
                )  # fmt: skip
            made.inner.append(row)
        return made

    # ------------------------------------------------------------------ reading

    def read(self, post: Any) -> dict[str, Any]:
        """What was filled in; fields left empty are left out, what cannot be read stays as typed
        (and the check of the document says what is wrong with it)."""
        return self._read_object(self.node, "", post)

    def _read_object(self, node: dict[str, Any], path: str, post: Any) -> dict[str, Any]:
        found = {}
        for name, part in node.get("properties", {}).items():
            here = f"{path}.{name}" if path else name
            value = self._read(part, name, here, post) if name != "kind" else None
            if value not in (None, "", [], {}):
                found[name] = value
        return found

    def _read(self, node: dict[str, Any], name: str, path: str, post: Any) -> Any:
        plain, _ = _plain(node)
        if "discriminator" in plain:
            return self._read_kind(plain, path, post)
        if plain.get("type") == "object" and "properties" in plain:
            return self._read_object(plain, path, post)
        if plain.get("type") == "object":
            return self._read_mapping(plain, path, post)
        if plain.get("type") == "array":
            return self._read_list(plain, name, path, post)
        text = post.get(path, "").strip()
        default = node.get("default")
        if plain.get("type") == "boolean":
            if isinstance(default, bool):
                value = path in post
                return None if value == default else value
            return {"true": True, "false": False}.get(text)
        value = self._scalar(plain, name, text)
        return None if value == default and default is not None else value

    def _scalar(self, node: dict[str, Any], name: str, text: str) -> Any:
        forms = {one.get("type") for one in node.get("anyOf", [node])}
        if not text or not forms & {"integer", "number"}:
            return text
        if name.endswith("_minor"):
            return self._minor(text)
        return _number(text)

    def _minor(self, text: str) -> Any:
        """An amount as people write it, in minor units; else as it was typed."""
        digits = digits_of(self.currency)
        match = re.fullmatch(r"(\d{1,13})(?:[.,](\d*))?", re.sub(r"[\s\u00a0]", "", text))
        if match is None or len(match[2] or "") > digits:
            return text
        return int(match[1] + (match[2] or "").ljust(digits, "0"))

    def _read_kind(self, node: dict[str, Any], path: str, post: Any) -> Any:
        kind = post.get(f"{path}.kind", "")
        reference = node["discriminator"]["mapping"].get(kind)
        if not reference:
            return {"kind": kind} if kind else None
        chosen, _ = _plain({"$ref": reference})
        return {"kind": kind, **self._read_object(chosen, path, post)}

    def _read_list(self, node: dict[str, Any], name: str, path: str, post: Any) -> Any:
        item, _ = _plain(node.get("items", {}))
        if "discriminator" in item:
            found = [self._read_kind(item, f"{path}.{n}", post) for n in _count(post, path)]
            return [one for one in found if one]
        if item.get("type") == "object":
            return [self._read_object(item, f"{path}.{n}", post) for n in _count(post, path)]
        if any("mon" in one.get("enum", ()) for one in item.get("anyOf", [item])):
            return list(post.getlist(path))
        parts = [part.strip() for part in re.split(r"[,;\n]", post.get(path, ""))]
        return [self._scalar(item, name, part) for part in parts if part]

    def _read_mapping(self, node: dict[str, Any], path: str, post: Any) -> Any:
        item, _ = _plain(_values_of(node))
        if item.get("type") == "string":
            texts = {one: post.get(f"{path}.{one}", "").strip() for one in LANGUAGES}
            return {one: text for one, text in texts.items() if text}
        found = {}
        for n in _count(post, path):
            key = post.get(f"{path}.{n}.key", "").strip()
            here = f"{path}.{n}.value"
            found[key] = (
                self._read_object(item, here, post)
                if "properties" in item
                else self._minor(post.get(here, "").strip())
            )
        return found


def _values_of(node: dict[str, Any]) -> dict[str, Any]:
    named = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
    return next(one for one in named if isinstance(one, dict))


def _count(post: Any, path: str) -> range:
    text = post.get(f"{path}#", "0")
    return range(min(int(text), _MOST) if text.isdecimal() else 0)


def _number(text: str) -> Any:
    plain = text.replace(",", ".")
    if re.fullmatch(r"-?\d{1,15}", plain):
        return int(plain)
    return float(plain) if re.fullmatch(r"-?\d{1,12}\.\d{1,6}", plain) else text


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _day(value: Any) -> str:
    if isinstance(value, int) and 1 <= value <= 7:
        return _DAYS[value - 1]
    return str(value)[:3].lower()
