"""Files: rows as tables of texts, some ten thousand at a time, each with the line it stands on.

CSV is taken apart by Python's own reader, because it knows the line of every record (also where
cells span lines) and of every record with too many or too few cells; Polars reads it faster but
fills short rows up in silence and cannot say where a long one stands. All that follows is Polars.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

import polars as pl

from regulars.imports.faults import Fault, Faults, refused, short

ROWS = 20_000
LINE = "\0line"
"""The column with the number of the line; no file can have one of this name."""
_MOST_BYTES_IN_A_LINE = 4_000_000
_DELIMITERS = {",": ",", ";": ";", "tab": "\t", "|": "|"}
_SEP = re.compile(r"sep=(.)\s*$")


class Table(Protocol):
    """A file that is read."""

    columns: list[str]
    typed: frozenset[str]
    """Columns that came as numbers or times and are written plainly (12.40, ISO 8601)."""

    def batches(self, used: Sequence[str], faults: Faults) -> Iterator[tuple[pl.DataFrame, float]]:
        """The ``used`` columns by name, and how much of the file is read (0 to 1)."""
        ...


@contextmanager
def opened(path: Path, delimiter: str | None, encoding: str | None) -> Iterator[Table]:
    """A table over a file: Parquet by its first bytes, else CSV. `Refused` where it is neither."""
    with path.open("rb") as file:
        if file.read(4) == b"PAR1":
            yield Parquet(path)
            return
        file.seek(0)
        yield Csv(file, path.stat().st_size, delimiter, encoding)


class Csv:
    """Text with a header line."""

    typed: frozenset[str] = frozenset()

    def __init__(
        self, file: IO[bytes], size: int, delimiter: str | None, encoding: str | None
    ) -> None:
        self._file, self._size = file, max(1, size)
        start = file.read(4)
        self.encoding = _encoding(start, encoding)
        file.seek(3 if start.startswith(b"\xef\xbb\xbf") else 0)
        self._lines = _lines(file, self.encoding)
        self._before = 0
        first = next(self._lines, "")
        told = _SEP.match(first)
        if told:  # as spreadsheets write it
            self._before, first = 1, next(self._lines, "")
        self.delimiter = _DELIMITERS.get(delimiter or "") or (told[1] if told else _found(first))
        lines = _again(first, self._lines)
        self._reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        try:
            self.columns = [name.strip() for name in next(self._reader, [])]
        except csv.Error as error:
            raise refused(1, "not_csv", problem=error) from error
        if not any(self.columns):
            raise refused(0, "empty")

    def batches(self, used: Sequence[str], faults: Faults) -> Iterator[tuple[pl.DataFrame, float]]:
        places = [self.columns.index(name) for name in used]
        numbers: list[int] = []
        rows: list[list[str]] = []
        for number, row in self._records():
            if len(row) != len(self.columns):
                figures = {"found": len(row), "wanted": len(self.columns)}
                faults.add(Fault(number, "", "cells", figures))
                continue
            numbers.append(number)
            rows.append(row)
            if len(rows) == ROWS:
                yield _frame(used, places, numbers, rows), self._file.tell() / self._size
                numbers, rows = [], []
        if rows:
            yield _frame(used, places, numbers, rows), 1.0

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Each record that is not blank, with the line it begins on."""
        reader = self._reader
        while True:
            number = reader.line_num + self._before + 1
            try:
                row = next(reader, None)
            except csv.Error as error:
                raise refused(number, "not_csv", problem=error) from error
            if row is None:
                return
            if any(row):
                yield number, row


class Parquet:
    """Columns with types. A place is a row, counted from 1."""

    def __init__(self, path: Path) -> None:
        self._scan = pl.scan_parquet(path)
        try:
            self._schema = self._scan.collect_schema()
            self._height = self._scan.select(pl.len()).collect().item()
        except pl.exceptions.PolarsError as error:
            raise refused(0, "not_parquet", problem=short(error)) from error
        self.columns = self._schema.names()
        self.typed = frozenset(
            name for name, kind in self._schema.items() if kind.is_numeric() or kind == pl.Datetime
        )

    def batches(self, used: Sequence[str], faults: Faults) -> Iterator[tuple[pl.DataFrame, float]]:
        texts = [_text(name, self._schema[name]).alias(name) for name in used]
        for start in range(0, self._height, ROWS):
            part = self._scan.slice(start, ROWS).select(texts).collect()
            end = start + part.height
            yield (
                part.insert_column(0, pl.Series(LINE, range(start + 1, end + 1))),
                end / self._height,
            )


def column_faults(table: Table, used: Sequence[str]) -> Iterator[Fault]:
    """Columns that are to be read and that the file lacks, or has twice."""
    for name in used:
        if name not in table.columns:
            there = ", ".join(column for column in table.columns if column)
            yield Fault(0, name, "no_column", {"there": short(there, 300)})
        elif table.columns.count(name) > 1:
            yield Fault(0, name, "column_twice")


def _frame(
    used: Sequence[str], places: list[int], numbers: list[int], rows: list[list[str]]
) -> pl.DataFrame:
    columns = {LINE: pl.Series(LINE, numbers, pl.Int64)}
    for name, place in zip(used, places, strict=True):
        columns[name] = pl.Series(name, [row[place] for row in rows], pl.String)
    return pl.DataFrame(columns)


def _text(name: str, kind: pl.DataType) -> pl.Expr:
    """A typed column as the text a person would have written."""
    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        zoned = column if kind.time_zone is None else column.dt.convert_time_zone("UTC")
        return zoned.dt.strftime("%Y-%m-%dT%H:%M:%S" + ("" if kind.time_zone is None else "+00:00"))
    if kind.is_float():  # an article number with a gap in its column becomes 123.0
        whole = column == column.round(0)
        return pl.when(whole & (column.abs() < 2**53)).then(
            column.cast(pl.Int64, strict=False).cast(pl.String)
        ).otherwise(column.cast(pl.String))  # fmt: skip
    return column.cast(pl.String)


def _encoding(start: bytes, told: str | None) -> str:
    if start.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return told or "utf-8"


def _lines(file: IO[bytes], encoding: str) -> Iterator[str]:
    """The lines, each decoded alone so that a wrong byte has a place."""
    if encoding == "utf-16":
        yield from io.TextIOWrapper(file, encoding, newline="")
        return
    number = 0
    while raw := file.readline(_MOST_BYTES_IN_A_LINE):
        number += 1
        if len(raw) == _MOST_BYTES_IN_A_LINE:
            raise refused(number, "long_line")
        try:
            yield raw.decode(encoding)
        except UnicodeDecodeError as error:
            raise refused(number, "not_encoded", encoding=encoding, byte=error.start + 1) from error


def _found(header: str) -> str:
    """The sign that stands most often in the header, outside quotes."""
    bare = re.sub(r'"[^"]*"', "", header)
    return max(",;\t|", key=lambda sign: bare.count(sign))


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
