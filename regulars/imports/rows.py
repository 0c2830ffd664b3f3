"""Rows: a file read batch by batch, every cell checked; the right rows staged, the faults told."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from regulars.imports.faults import Fault, Faults, Refused, short
from regulars.imports.fields import FIELDS, Field, Noun
from regulars.imports.files import LINE, column_faults, opened
from regulars.imports.forms import Reading, Settings, reading
from regulars.imports.mapping import InvalidMapping, Mapping, by_name
from regulars.imports.staging import Staging

Heard = Callable[[float], None]
"""Is told how much of the file is read (0 to 1)."""
Also = Callable[[pl.DataFrame, Mapping, Faults], pl.DataFrame]
"""What a noun checks besides the forms of cells, of the rows that are right so far."""

_NEGATIVE = ("negative_quantity", "negative_amount")
_TYPES = {
    "quantity": pl.Int64, "money": pl.Int64, "rate": pl.Int64, "time": pl.Int64,
    "yes_no": pl.Boolean, "integer": pl.Int64, "number": pl.Float64, "count": pl.Int64,
}  # fmt: skip


Found = tuple[Field, str, Reading]
"""A field, what the file calls it, and how it is read."""


class Given(NamedTuple):
    """A file, and what was said of how to read it."""

    noun: Noun
    path: Path
    mapping: Mapping | None = None
    delimiter: str | None = None
    encoding: str | None = None

    def digest(self, *more: str) -> str:
        """By which the same file, read in the same way, is known when it comes again."""
        found = hashlib.blake2b(digest_size=20)
        with self.path.open("rb") as file:
            while part := file.read(1 << 20):
                found.update(part)
        said = self.mapping.model_dump_json() if self.mapping else ""
        found.update("\0".join([said, self.delimiter or "", self.encoding or "", *more]).encode())
        return found.hexdigest()


class Terms(NamedTuple):
    """What the program says about how cells are read. ``now``: nothing has happened after it."""

    digits: int
    timezone: str
    now: int


class Read(NamedTuple):
    """What a file turned out to be."""

    mapping: Mapping
    left_out: int


def read(
    given: Given, terms: Terms, staging: Staging, faults: Faults, also: Also, heard: Heard
) -> Read:
    """Check the whole file and stage the rows that are right."""
    left_out = 0
    told = given.mapping
    delimiter = given.delimiter or (told.delimiter if told else None)
    encoding = given.encoding or (told.encoding if told else None)
    with opened(given.path, delimiter, encoding) as table:
        mapping = told or _by_name(given.noun, table.columns)
        used = mapping.columns(given.noun)
        faults.add(*column_faults(table, used))
        if faults:
            return Read(mapping, 0)
        settings = Settings(mapping, terms.digits, terms.timezone, terms.now, table.typed)
        fields = list(_fields(given.noun, settings))
        try:
            for batch, part in table.batches(used, faults):
                checked, without = _checked(batch, fields, settings, faults)
                left_out += without
                staging.add(also(checked, mapping, faults))
                heard(part)
        except Refused as end:  # cannot be read on; what was found before is told too
            faults.add(*end.faults.kept)
    if not staging.rows and not faults:
        faults.add(Fault(0, "", "no_rows"))
    return Read(mapping, left_out)


def _by_name(noun: Noun, columns: Sequence[str]) -> Mapping:
    """Our own names, or faults that say which are not and which are missing."""
    try:
        return by_name(noun, columns)
    except InvalidMapping as invalid:
        faults = Faults()
        for found in invalid.findings:
            message = f"{found.message}; {found.suggestion}" if found.suggestion else found.message
            name = found.path.rpartition(".")[2]
            faults.add(Fault(1, name, "not_our_columns", {"message": message}))
        raise Refused(faults) from None


def in_parts(rows: Iterator[tuple[Any, ...]], size: int) -> Iterator[list[tuple[Any, ...]]]:
    """Rows by the ``size``."""
    part: list[tuple[Any, ...]] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def _fields(noun: Noun, settings: Settings) -> Iterator[Found]:
    """Every field of the noun and the attributes; those that are not given are empty."""
    cells = settings.mapping.given(noun)
    there = {field.name for field, _ in cells}
    for field, cell in cells:
        yield field, cell.label, reading(field, cell, settings)
    for field in FIELDS[noun]:
        if field.name not in there:
            nothing = pl.lit(None, pl.String)
            empty = pl.lit(None, _TYPES.get(field.form, pl.String()))
            yield field, field.name, Reading(nothing, empty, nothing)


def _checked(
    batch: pl.DataFrame, fields: list[Found], settings: Settings, faults: Faults
) -> tuple[pl.DataFrame, int]:
    """The right rows as fields of the noun, and how many were left out. Faults are taken note of.

    One pass over the batch in the usual case: Polars takes its time to begin, not to go through.
    """
    codes = [f"\0{field.name}" for field, _, _ in fields]
    table = batch.select(
        pl.col(LINE).alias("line"),
        *(found.value.alias(field.name) for field, _, found in fields),
        *(found.fault.alias(code) for code, (_, _, found) in zip(codes, fields, strict=True)),
    )
    faulty = [code for code in codes if table[code].null_count() < table.height]
    if not faulty:
        return table.drop(codes), 0
    out = pl.Series([False]).new_from_index(0, table.height)
    if settings.mapping.returns == "leave_out":
        negative = pl.any_horizontal(pl.col(faulty).is_in(_NEGATIVE).fill_null(False))
        out = table.select(negative.alias("out"))["out"]
    for code, (field, label, found) in zip(codes, fields, strict=True):
        wrong = table[code].is_not_null() & ~out
        if wrong.any():
            texts = batch.filter(wrong).select(LINE, found.text.alias("text"))
            told = zip(texts.iter_rows(), table.filter(wrong)[code], strict=True)
            faults.add(*(
                Fault(line, label, what, figures_of(field, text, settings))
                for (line, text), what in told
            ))  # fmt: skip
    right = table.filter(pl.all_horizontal(pl.col(faulty).is_null()) & ~out)
    return right.drop(codes), int(out.sum())


def figures_of(field: Field, text: str | None, settings: Settings) -> dict[str, Any]:
    return {
        "value": short(text or ""),
        "longest": field.longest,
        "digits": settings.digits,
        "format": settings.mapping.times.format or "",
    }
