"""Guess: what a file's headings and first rows say about how it is to be read. A proposal only: the
form shows it, and what the reader changes holds.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
from msgspec import Struct

from regulars.imports.fields import FIELDS, Noun

FORMATS = (
    "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S",
    "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S",
    "%m/%d/%Y %H:%M", "%Y%m%d%H%M%S",
)  # fmt: skip
"""How times may be written besides ISO 8601."""
_ALIKE = 0.87
_CYRILLIC, _MOSTLY = re.compile("[а-яА-Я]"), 0.6
_ATTRIBUTE = re.compile("[^a-z0-9]+")
_LATIN = str.maketrans({"ł": "l", "Ł": "l", "ß": "ss", "ø": "o", "ъ": "a", "ь": "y"})
_ROMAN = "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht yu ya"
_BULGARIAN = dict(zip("абвгдежзийклмнопрстуфхцчшщюя", _ROMAN.split(), strict=True))


class Head(Struct, frozen=True):
    """The beginning of a file: its columns and the texts of the first rows."""

    columns: list[str]
    rows: pl.DataFrame
    typed: frozenset[str] = frozenset()

    def sample(self, column: str) -> list[str]:
        """What stands there, where something does."""
        if column not in self.rows.columns:
            return []
        return [text for text in self.rows[column].to_list() if text and text.strip()]


def encoding(start: bytes) -> str | None:
    """In which code page bytes were written that are no UTF-8; None where they are."""
    try:
        start[: start.rfind(b"\n") + 1 or len(start)].decode("utf-8")
        return None
    except UnicodeDecodeError:
        pass
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    foreign = [c for c in start.decode("cp1251", "replace") if not c.isascii()]
    cyrillic = sum(bool(_CYRILLIC.match(c)) for c in foreign)
    return "cp1251" if cyrillic > _MOSTLY * len(foreign) else "cp1250"


def propose(noun: Noun, head: Head, region: str) -> dict[str, Any]:
    """The data of a mapping (`mapping.parse`), as far as it can be guessed."""
    fields = _fields(noun, head.columns)
    data: dict[str, Any] = {"fields": fields, "region": region}
    if noun == "purchases" and "amount_minor" in fields:
        fields.pop("unit_price_minor", None)  # a line has one price
    money = [fields[f.name] for f in FIELDS[noun] if f.form == "money" and f.name in fields]
    data["decimals"] = _decimals(money, head)
    times = [fields[f.name] for f in FIELDS[noun] if f.form == "time" and f.name in fields]
    if written := _format(times, head):
        data["times"] = {"format": written}
    if noun == "members":
        left = [c for c in head.columns if c not in fields.values()]
        known = _attributes(left)
        data["attributes"] = {slug: column for column, slug in known.items()}
    return data


def slug(column: str) -> str:
    """The name of an attribute made of a heading, in plain letters; empty where there is none."""
    bare = _plain(column)
    bare = "".join(_BULGARIAN.get(sign, sign) for sign in bare)
    bare = unicodedata.normalize("NFKD", bare.translate(_LATIN)).encode("ascii", "ignore").decode()
    named = _ATTRIBUTE.sub("_", bare).strip("_")[:60]
    return named if named[:1].isalpha() else f"x_{named}" if named else ""


def _fields(noun: Noun, columns: Sequence[str]) -> dict[str, str]:
    """Our fields and the columns they are: by our own names first, then by what others call them,
    then by likeness. No column is used twice."""
    found: dict[str, str] = {}
    plain = {column: _plain(column) for column in columns}
    for alike in (False, True):
        for field in FIELDS[noun]:
            if field.name in found:
                continue
            names = [_plain(field.name), *_known().get(field.name, ())]
            left = {plain[c]: c for c in reversed(columns) if c not in found.values()}
            hit = next((name for name in names if name in left), None)
            if hit is None and alike:
                near = (get_close_matches(name, left, 1, _ALIKE) for name in names if len(name) > 4)
                hit = next((match[0] for match in near if match), None)
            if hit is not None:
                found[field.name] = left[hit]
    return found


def _attributes(columns: Iterable[str]) -> dict[str, str]:
    """Columns that are attributes everybody understands, and those that have our prefix."""
    found: dict[str, str] = {}
    for column in columns:
        if column.startswith("attributes."):
            found[column] = column.removeprefix("attributes.")
            continue
        for name, called in _known("attributes").items():
            if name not in found.values() and _plain(column) in (_plain(name), *called):
                found[column] = name
    return found


def _decimals(columns: Sequence[str], head: Head) -> str:
    texts = [text for column in columns for text in head.sample(column)]
    if any(re.search(r",[0-9]{1,2}$", text.strip()) for text in texts):
        return "comma"
    if any(re.search(r"\.[0-9]{1,2}$", text.strip()) for text in texts):
        return "point"
    ours = all(column.strip().endswith("_minor") for column in columns)
    return "minor" if ours else "point"


def _format(columns: Sequence[str], head: Head) -> str | None:
    """How times are written, where it is not ISO 8601; the one that fits the most of them."""
    texts = [text for column in columns if column not in head.typed for text in head.sample(column)]
    if not texts or re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", texts[0].strip()):
        return None
    column = pl.Series(texts).str.strip_chars()
    fits = {form: column.str.to_datetime(form, strict=False).null_count() for form in FORMATS}
    best = min(fits, key=lambda form: fits[form])
    return best if fits[best] < len(texts) else None


@cache
def _known(part: str = "") -> dict[str, list[str]]:
    text = files("regulars.imports").joinpath("headings.toml").read_text("utf-8")
    all_ = tomllib.loads(text)
    chosen = all_[part] if part else {k: v for k, v in all_.items() if isinstance(v, list)}
    return {name: [_plain(one) for one in called] for name, called in chosen.items()}


def _plain(heading: str) -> str:
    """Small letters and digits with single spaces."""
    return " ".join(re.findall(r"\w+", heading.lower().replace("_", " ")))
