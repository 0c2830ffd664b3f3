"""Mapping: which column of a file is which of our fields, and how its cells are written.

    decimals: comma
    times: {format: "%d.%m.%Y %H:%M"}
    fields:
      receipt_number: Paragon
      member: {template: "card:{Karta}"}
      shop: {constant: "12"}

Without a mapping the columns must have the names of our fields.
"""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Described
from pydantic import create_model as build_model

from regulars.imports.fields import FIELDS, Field, Noun
from regulars.kit.words import language
from regulars.programs.faults import Fault, Finding, nearest
from regulars.programs.shape import shape_faults
from regulars.programs.source import Source

_PLACE = re.compile(r"\{([^{}]+)\}")
_STRICT = ConfigDict(extra="forbid", frozen=True)
ATTRIBUTE = "attributes."
"""What the name of a column begins with that is an attribute, where there is no mapping."""

Delimiter = Literal[",", ";", "tab", "|"]
Encoding = Literal["utf-8", "utf-16", "cp1250", "cp1251", "cp1252", "iso-8859-2", "iso-8859-5"]
Decimals = Literal["minor", "point", "comma"]
DELIMITERS: tuple[str, ...] = get_args(Delimiter)
ENCODINGS: tuple[str, ...] = get_args(Encoding)


class Cell(BaseModel):
    """Where a field comes from: a column, one text for every row, or a text with columns in it."""

    model_config = _STRICT
    column: Annotated[str, Described(min_length=1)] | None = None
    constant: Annotated[str, Described(min_length=1)] | None = None
    template: Annotated[str, Described(min_length=1)] | None = None
    """``card:{household_id}``; empty in a row in which one of its columns is empty."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [x for x in (self.column, self.constant, self.template) if x is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of column, constant and template")
        if self.template is not None and not _PLACE.search(self.template):
            raise ValueError("a template names columns in braces: card:{household_id}")
        return self

    @property
    def columns(self) -> list[str]:
        """The columns it reads."""
        if self.template is not None:
            return _PLACE.findall(self.template)
        return [] if self.column is None else [self.column]

    @property
    def label(self) -> str:
        """What an error calls it."""
        return ", ".join(self.columns) or (self.constant or "")

    def parts(self) -> list[tuple[str, bool]]:
        """A template in pieces: (text, False) or (column, True)."""
        pieces = _PLACE.split(self.template or "")
        return [(piece, bool(n % 2)) for n, piece in enumerate(pieces) if piece]


class Attribute(Cell):
    """A column that is an attribute of the member."""

    type: Literal["text", "integer", "number", "yes_no"] = "text"


class Times(BaseModel):
    """How times are written."""

    model_config = _STRICT
    format: str | None = None
    """As in ``%d.%m.%Y %H:%M``; ISO 8601 (2026-03-02T12:30:00+01:00) where left out."""
    timezone: str | None = None
    """Of times without an offset; the program's own where left out."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.timezone is not None and self.timezone not in available_timezones():
            raise ValueError(f"there is no time zone {self.timezone}; write Europe/Warsaw, say")
        return self


class Mapping(BaseModel):
    """How a file is to be read."""

    model_config = _STRICT
    delimiter: Delimiter | None = None
    """Between the columns; found by itself where left out."""
    encoding: Encoding | None = None
    """UTF-8 where left out; cp1250 is Polish Windows, cp1251 Bulgarian Windows."""
    decimals: Decimals = "minor"
    """How money is written: 1240 (minor), 12.40 (point) or 12,40 (comma)."""
    times: Times = Times()
    region: Annotated[str, Described(pattern="^[A-Z]{2}$")] = "PL"
    """Country whose phone numbers stand without their prefix."""
    returns: Literal["refuse", "leave_out"] = "refuse"
    """What happens to rows of purchases with a negative quantity or amount."""
    fields: Any
    attributes: dict[Annotated[str, Described(pattern="^[a-z][a-z0-9_]{0,62}$")], Attribute] = (
        Described({}, max_length=50)
    )

    def given(self, noun: Noun) -> list[tuple[Field, Cell]]:
        """The fields that are given and where from; attributes are fields too."""
        fields = [(field, getattr(self.fields, field.name)) for field in FIELDS[noun]]
        attributes = [
            (Field(f"{ATTRIBUTE}{name}", "", cell.type, longest=500), cell)
            for name, cell in self.attributes.items()
        ]
        return [(field, cell) for field, cell in (*fields, *attributes) if cell is not None]

    def label(self, noun: Noun, name: str) -> str:
        """What the file calls one of our fields."""
        return next((cell.label for field, cell in self.given(noun) if field.name == name), name)

    def columns(self, noun: Noun) -> list[str]:
        """Every column that is read, once."""
        return list(dict.fromkeys(c for _, cell in self.given(noun) for c in cell.columns))


class InvalidMapping(Exception):
    """The mapping has errors; all of them are told."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        super().__init__("the mapping has errors")
        self.findings = tuple(findings)


def parse(noun: Noun, text: str) -> Mapping:
    """The mapping a text defines, or `InvalidMapping` with everything that is wrong in it."""
    source = Source(text)
    faults = list(source.faults)
    found: Mapping | None = None
    if isinstance(source.data, dict):
        data = _written_out(source.data)
        faults += [*shape_faults(model(noun), data), *_together(noun, data)]
        if not faults:
            found = model(noun).model_validate(data)
    if found is None:
        tongue = language()
        told = [fault.finding(tongue, source.line(fault.path)) for fault in faults]
        raise InvalidMapping(sorted(told, key=lambda finding: (finding.line or 0, finding.path)))
    return found


def by_name(noun: Noun, columns: Sequence[str]) -> Mapping:
    """The mapping of a file whose columns have our names."""
    fields = {name: {"column": name} for name in columns if name and not name.startswith(ATTRIBUTE)}
    attributes = {
        name.removeprefix(ATTRIBUTE): {"column": name}
        for name in columns
        if name.startswith(ATTRIBUTE)
    }
    data = {"fields": fields} | ({"attributes": attributes} if attributes else {})
    return parse(noun, json.dumps(data))


@cache
def model(noun: Noun) -> type[Mapping]:
    """The form of a mapping for one noun."""
    cells: dict[str, Any] = {field.name: _cell(field) for field in FIELDS[noun]}
    fields = build_model(f"{noun.title()}Fields", __config__=_STRICT, **cells)
    own: dict[str, Any] = {"fields": (fields, ...), "kind": (Literal[noun], noun)}
    if noun != "purchases":
        own["returns"] = (Literal["refuse"], "refuse")
    if noun != "members":
        own["attributes"] = (Annotated[dict[str, Attribute], Described(max_length=0)], {})
    return build_model(f"{noun.title()}Mapping", __base__=Mapping, **own)


def json_schema(noun: Noun) -> dict[str, Any]:
    """For editors that complete and check while a mapping is typed."""
    schema = model(noun).model_json_schema()
    definitions = schema["$defs"]
    for name in ("Cell", "Attribute"):
        if name in definitions:
            short = {"type": "string", "description": "The name of the column"}
            definitions[name] = {"anyOf": [short, definitions[name]]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:regulars:schema:import:{noun}:1",
        **schema,
    }


def template(noun: Noun) -> tuple[str, str]:
    """An example file with our own names, and a mapping that says the same of another file."""
    shown = [field for field in FIELDS[noun] if field.example]
    rows = [[field.name for field in shown], [field.example for field in shown]]
    table = "\n".join(",".join(_quoted(cell) for cell in row) for row in rows) + "\n"
    lines = [f"kind: {noun}", "# delimiter: \";\"      # found by itself", "# encoding: cp1250",
             "decimals: comma      # 12,40; or point (12.40) or minor (1240)"]  # fmt: skip
    if any(field.form == "time" for field in FIELDS[noun]):
        lines += ["times:", '  format: "%d.%m.%Y %H:%M"', "  timezone: Europe/Warsaw"]
    lines.append("fields:")
    for field in FIELDS[noun]:
        mark = "" if field.example else "# "
        lines.append(f"  {mark}{field.name}: Column of the file      # {field.about}")
    lines += [
        '  # name: {constant: "the same in every row"}',
        '  # name: {template: "card:{Column}"}',
    ]
    if noun == "members":
        lines += ["attributes:", "  city: Column of the file",
                  "  birth_year: {column: Column of the file, type: integer}"]  # fmt: skip
    return table, "\n".join(lines) + "\n"


def _quoted(cell: str) -> str:
    return f'"{cell}"' if "," in cell else cell


def _cell(field: Field) -> Any:
    described = Described(description=field.about)
    if field.required:
        return (Annotated[Cell, described], ...)
    return (Annotated[Cell | None, described], None)


def _written_out(data: dict[str, Any]) -> dict[str, Any]:
    """The short form, a name alone, is a column."""
    whole = dict(data)
    for part in ("fields", "attributes"):
        if isinstance(data.get(part), dict):
            whole[part] = {
                name: {"column": cell} if isinstance(cell, str) else cell
                for name, cell in data[part].items()
            }
    return whole


def _together(noun: Noun, data: dict[str, Any]) -> Iterable[Fault]:
    """What no field can say alone."""
    fields = data.get("fields")
    if not isinstance(fields, dict):
        return
    if noun == "purchases" and not {"unit_price_minor", "amount_minor"} & fields.keys():
        hint = nearest("amount_minor", ("amount_minor", "unit_price_minor"))
        yield Fault(("fields",), "missing_field", {"name": "amount_minor"}, hint)
    kinds = [field.name for field in FIELDS["members"][:-3]]
    if noun == "members" and not set(kinds) & fields.keys():
        yield Fault(("fields",), "missing_field", {"name": " / ".join(kinds)}, nearest("", kinds))
