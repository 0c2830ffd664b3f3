"""Files: rows as CSV, written while they are read, or as Parquet, put together on disk. Either way
in constant memory, however many there are."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from regulars.exports.kinds import Column
from regulars.kit.cells import neutral
from regulars.kit.periods import zone

Row = Sequence[Any]
Reading = Callable[[], AbstractContextManager[Iterator[list[Row]]]]
"""Opens the rows, in parts of some thousand, and closes them again."""
_TYPES = {"text": pl.String(), "integer": pl.Int64(), "yes_no": pl.Boolean(),
          "time": pl.Datetime("us", "UTC")}  # fmt: skip
_PIECE = 1 << 16


def as_csv(columns: Sequence[Column], reading: Reading, timezone: str) -> Iterator[bytes]:
    """UTF-8 with a mark that spreadsheets look for; times with the program's offset. No cell is one
    that a spreadsheet runs (T23)."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow([column.name for column in columns])
    yield out.getvalue().encode("utf-8-sig")
    with reading() as parts:
        for part in parts:
            out.seek(0)
            out.truncate()
            table.writerows([_cell(value, timezone) for value in row] for row in part)
            yield out.getvalue().encode()


def as_parquet(columns: Sequence[Column], reading: Reading, timezone: str) -> Iterator[bytes]:
    """Columns with their types; times are instants in UTC. Texts are as they are: Parquet is read
    by programs, which run no cells."""
    schema = {column.name: _TYPES[column.form] for column in columns}
    with tempfile.TemporaryDirectory(prefix="regulars-export-") as folder:
        place = Path(folder)
        with reading() as parts:
            for number, part in enumerate(parts):
                rows = pl.DataFrame(part, schema=schema, orient="row")
                rows.write_parquet(place / f"part-{number:06}.parquet", compression="lz4")
        if not any(place.iterdir()):
            pl.DataFrame(schema=schema).write_parquet(place / "part-000000.parquet")
        whole = place / "whole.parquet"
        pl.scan_parquet(place / "part-*.parquet").sink_parquet(whole)
        with whole.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _cell(value: Any, timezone: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone(timezone)).isoformat(timespec="seconds")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else neutral(str(value))


FORMATS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "parquet": (as_parquet, "application/vnd.apache.parquet"),
}
