"""Fields: a form for anything that has a JSON Schema, ready to be shown.

A field is named by its place, ``then.0.price_minor``. What was filled in is read by `reading`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from regulars.drafts.nodes import (
    AGAIN,
    DAYS,
    DECLARED,
    choice_name,
    is_days,
    is_figure,
    is_money,
    is_optional,
    is_texts,
    is_window,
    kind_name,
    kinds,
    label_of,
    offers_of,
    plain,
    values_of,
)
from regulars.drafts.reading import Reader
from regulars.kit.money import digits_of, format_minor
from regulars.kit.words import LANGUAGES

_EVERYTHING = ("on", "of")
"""Groups that mean everything while they are empty."""
_SHOWN = 3
"""So many fields of a group stand before the fold, and those that are filled in."""
_SHOWN_ON = 6
"""The same of a group that was switched on."""
_FEW = 4
"""A kind with so many fields at most shows all of them."""
_MOST_PICKS = 16
"""Of more than so many, what is wanted is typed and not ticked."""
_SPANS = ("days", "month", "quarter", "year", "ever")


class At(NamedTuple):
    """What was found at a place: errors and doubts."""

    errors: list[str]
    notes: list[str]


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
    again: bool = False
    """The form looks different after a choice here."""
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is doubtful here, and no error."""

    @property
    def key(self) -> str:
        """An id for the page."""
        return "f-" + re.sub(r"[^A-Za-z0-9_-]", "-", self.path)

    def all(self) -> Iterator["Field"]:
        yield self
        for one in (*self.inner, *self.more):
            yield from one.all()


class Form:
    """The form of a part of the document (of its schema's ``node``), in a language and a currency.
    ``known`` says by what it is (``assets``) which of it there are, with their names."""

    def __init__(
        self, node: dict[str, Any], of: str, tongue: str, currency: str,
        known: Mapping[str, list[tuple[str, str]]],
    ) -> None:  # fmt: skip
        self.node = node
        self.of = of
        self.tongue = tongue
        self.currency = currency
        self.known = known

    def read(self, post: Any) -> dict[str, Any]:
        """What was filled in."""
        return Reader(self.currency).group(self.node, self.of, "", post)

    def fields(self, data: Any, told: Mapping[str, "At"]) -> dict[str, Field]:
        """The fields by name, each with what is wrong or doubtful at it."""
        whole = self._object(self.node, self.of, "", data if isinstance(data, dict) else {})
        found = {one.path: one for one in (*whole.inner, *whole.more)}
        everything = {one.path: one for top in found.values() for one in top.all()}
        for path, found_at in told.items():
            here = _as_shown(path, everything)
            while here and here not in everything:
                here = here.rpartition(".")[0]
            if here in everything:
                everything[here].errors += found_at.errors
                everything[here].notes += found_at.notes
        return found

    def _object(self, node: dict[str, Any], of: str, path: str, data: dict[str, Any]) -> Field:
        group = Field(path, "", "group", is_set=bool(data))
        required = set(node.get("required", ()))
        names = [name for name in node.get("properties", {}) if name != "kind"]
        few = not required or not path or len(names) <= _FEW
        for name in names:
            part = node["properties"][name]
            here = f"{path}.{name}" if path else name
            one = self._field(part, of, name, here, data)
            one.required = name in required
            first = few or one.required or name in data or name == "on"
            (group.inner if first else group.more).append(one)
        return group

    def _field(
        self, node: dict[str, Any], of: str, name: str, path: str, beside: dict[str, Any]
    ) -> Field:
        value, is_set = beside.get(name), name in beside
        found, _ = plain(node)
        made = Field(path, label_of(name, self.tongue, of), "text", is_set=is_set)
        made.offers = offers_of(of, name)
        money = is_money(of, name, beside.get)
        if "discriminator" in found:
            return self._kind(made, found, value)
        if is_texts(found):
            return self._texts(made, value)
        if found.get("type") == "object" and "properties" in found:
            return self._fold(made, node, name, value)
        if found.get("type") == "object":
            return self._mapping(made, found, name, value, money)
        if found.get("type") == "array":
            return self._list(made, found, value, money)
        made.again = name in AGAIN and "enum" in found
        return self._one(made, found, name, value, node.get("default"), money)

    def _fold(self, made: Field, node: dict[str, Any], name: str, value: Any) -> Field:
        """A group of fields of its own."""
        found, inside = plain(node)
        data = value if isinstance(value, dict) else {}
        made.widget = "switch" if is_optional(node) else "fold"
        if made.widget == "switch" and not isinstance(value, dict):
            return made
        made.suffix = "everything" if name in _EVERYTHING else ""
        group = self._object(found, inside, made.path, data)
        parts = [*group.inner, *group.more]
        most = _SHOWN_ON if made.widget == "switch" else _SHOWN
        made.inner = [one for n, one in enumerate(parts) if n < most or one.is_set]
        made.more = [one for n, one in enumerate(parts) if n >= most and not one.is_set]
        return made

    def _one(
        self, made: Field, node: dict[str, Any], name: str, value: Any, default: Any, money: bool
    ) -> Field:  # fmt: skip
        shown = default if value is None and not made.is_set else value
        text = "" if shown is None else str(shown)
        if node.get("type") == "boolean":
            made.widget = "check" if isinstance(default, bool) else "maybe"
            made.value = shown
            made.options = [("", "–"), *((v, choice_name(v, self.tongue)) for v in _YES_NO)]
        elif "enum" in node:
            made.widget, made.value = "choice", text
            made.options = [("", "–")] if default is None else []
            made.options += [(str(v), choice_name(str(v), self.tongue, name)) for v in node["enum"]]
        elif is_window(node):
            self._window(made, node, text)
        elif made.offers in DECLARED and self.known.get(made.offers):
            made.widget, made.value = "choice", text
            made.options = [("", "–")] if default is None else []
            made.options += self._named(made.offers, [text])
        else:
            made.widget = "number" if is_figure(node) else "text"
            made.widget = "date" if node.get("format") == "date" else made.widget
            made.suffix = self.currency if money else "%" if name.endswith("percent") else ""
            made.value = self._money(shown) if money else text
        return made

    def _window(self, made: Field, node: dict[str, Any], text: str) -> None:
        spans = [one for one in _SPANS if one == "days" or one in node["pattern"]]
        made.widget, made.value = "window", text.partition(":")[0] if text else "days"
        made.options = [(one, choice_name(one, self.tongue, "window")) for one in spans]
        days = text.removeprefix("days:") if text.startswith("days:") else "30"
        made.inner = [Field(f"{made.path}.days", label_of("days", self.tongue), "number", days)]

    def _named(self, what: str, there: list[str]) -> list[tuple[str, str]]:
        """What may be chosen, and what is chosen though nobody declares it."""
        known = [(one, name or one) for one, name in self.known.get(what, ())]
        names = {one for one, _ in known}
        return known + [(one, one) for one in there if one and one not in names]

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
            chosen, name = plain({"$ref": reference})
            group = self._object(chosen, name, made.path, value)
            made.inner, made.more = group.inner, group.more
        return made

    def _list(self, made: Field, node: dict[str, Any], value: Any, money: bool) -> Field:
        item, name = plain(node.get("items", {}))
        values = value if isinstance(value, list) else [] if value is None else [value]
        if "discriminator" in item:
            made.widget, made.options = "kinds", kinds(item, self.tongue)
            for n, one in enumerate(values):
                made.inner.append(self._kind(Field(f"{made.path}.{n}", "", "kind"), item, one))
        elif item.get("type") == "object":
            made.widget = "rows"
            made.inner = [
                self._row(item, name, f"{made.path}.{n}", one) for n, one in enumerate(values)
            ]
        elif is_days(item):
            made.widget = "checks"
            made.options = [(day, choice_name(day, self.tongue)) for day in DAYS]
            made.value = [_day(one) for one in values]
        elif made.offers and 0 < len(self.known.get(made.offers, ())) <= _MOST_PICKS:
            made.widget, made.value = "checks", [_text(one) for one in values]
            made.options = self._named(made.offers, made.value)
            made.suffix = "" if made.offers in DECLARED else "others"
        else:
            made.widget = "list"
            made.value = ", ".join(self._money(one) if money else _text(one) for one in values)
        return made

    def _row(self, item: dict[str, Any], of: str, path: str, value: Any) -> Field:
        if is_texts(item):
            return Field(path, "", "row", inner=[self._texts(Field(path, "", "texts"), value)])
        row = self._object(item, of, path, value if isinstance(value, dict) else {})
        row.inner, row.more, row.widget = [*row.inner, *row.more], [], "row"
        return row

    def _texts(self, made: Field, value: Any) -> Field:
        data = value if isinstance(value, dict) else {}
        made.widget = "texts"
        made.inner = [
            Field(f"{made.path}.{one}", label_of(one, self.tongue), "text", data.get(one, ""))
            for one in LANGUAGES
        ]
        return made

    def _mapping(
        self, made: Field, node: dict[str, Any], name: str, value: Any, money: bool
    ) -> Field:  # fmt: skip
        item, of = plain(values_of(node))
        made.widget, made.value = "rows", "map"
        for n, (key, one) in enumerate(value.items() if isinstance(value, dict) else ()):
            row = Field(f"{made.path}.{n}", "", "row", f"{made.path}.{key}")
            row.inner = [self._key(name, f"{row.path}.key", key)]
            here = f"{row.path}.value"
            if "properties" in item:
                group = self._object(item, of, here, one if isinstance(one, dict) else {})
                row.inner += [*group.inner, *group.more]
            else:
                what = "value" if is_figure(item) else name
                inside = self._field(item, of, what, here, {what: one})
                inside.label = label_of("value", self.tongue, name)
                if is_figure(item):
                    inside.suffix = self.currency if money else ""
                    inside.value = self._money(one) if money else _text(one)
                    inside.required = True
                row.inner.append(inside)
            made.inner.append(row)
        return made

    def _key(self, name: str, path: str, key: str) -> Field:
        made = Field(path, label_of("key", self.tongue, name), "text", key, required=True)
        made.offers = offers_of(name, "key")
        if made.offers in DECLARED and self.known.get(made.offers):
            made.widget = "choice"
            made.options = [("", "–"), *self._named(made.offers, [key])]
        return made


_YES_NO = ("true", "false")


def _as_shown(path: str, everything: dict[str, Field]) -> str:
    """Where a place of the document is in the form, in which the rows of a mapping are numbered."""
    for one in everything.values():
        if one.widget == "row" and one.value and f"{path}.".startswith(f"{one.value}."):
            path = f"{one.path}.value{path[len(one.value) :]}"
    return path


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _day(value: Any) -> str:
    if isinstance(value, int) and 1 <= value <= 7:
        return DAYS[value - 1]
    return str(value)[:3].lower()
