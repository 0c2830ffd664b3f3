"""Staging: the rows that are right, on disk, so that a file of any size is sorted and compared in
bounded memory.

Batches are written as Parquet parts; DuckDB reads them in the order asked for and spills what does
not fit. What a killed import left behind is removed by the next one.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

_PREFIX = "regulars-import-"
_MEMORY = "160MB"
_FETCH = 2_000


class Staging:
    """A folder of parts, seen as the table ``parts``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts = 0
        self.rows = 0

    def add(self, rows: pl.DataFrame) -> None:
        """Keep a batch."""
        if rows.height:
            rows.write_parquet(self._folder / f"{self._parts:06}.parquet", compression="lz4")
            self._parts += 1
            self.rows += rows.height

    def read(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query over ``parts``, streamed."""
        if not self._parts:
            return
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": _MEMORY,
            "threads": "2",
            "temp_directory": str(self._folder / "spill"),
            "preserve_insertion_order": "false",
        }
        with duckdb.connect(config=settings) as connection:
            connection.execute("set enable_progress_bar = false")
            view = "create view parts as select * from read_parquet('{}')"
            connection.execute(view.format(str(self._folder / "*.parquet").replace("'", "''")))
            found = connection.execute(query)
            while rows := found.fetchmany(_FETCH):
                yield from rows

    def one(self, query: str) -> Any:
        """The only value of a query; 0 where nothing is staged."""
        return next(self.read(query), (0,))[0]


@contextmanager
def staged() -> Iterator[Staging]:
    """A staging area that is gone afterwards; nobody else can read it."""
    _sweep(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as folder:
        yield Staging(Path(folder))


def _sweep(parent: Path) -> None:
    """Remove what our own dead processes left behind."""
    for folder in parent.glob(f"{_PREFIX}*"):
        number = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if number.isdigit() and not _alive(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
