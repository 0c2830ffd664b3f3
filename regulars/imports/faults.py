"""Faults of a file: every one is counted, the first are told, each with its line and column and
with what to do about it."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from regulars.identifiers.resolve import KINDS
from regulars.kit.cells import neutral
from regulars.kit.periods import instant
from regulars.kit.words import catalog, language
from regulars.kit.words import say as _say

_HERE = __package__ or ""
MOST_TOLD = 50
MOST_KEPT = 10_000


def say(code: str, /, **figures: object) -> str:
    """A sentence of the imports, in the operator's language."""
    return _say(__package__ or "", "words.toml", code, language(), **figures)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong at a place. ``line`` counts from 1 with the header (in Parquet it is the
    row, from 1); 0 is the file itself."""

    line: int
    column: str
    code: str = field(compare=False)
    figures: dict[str, Any] = field(default_factory=dict, compare=False)

    def words(self, tongue: str = "", *, page: bool = False) -> str:
        """What is wrong and what to do, without the place; in the operator's language, or another
        one. ``page``: for whoever has the form before them, and no mapping to write."""
        spoken, figures = tongue or language(), self.figures
        if "kind" in figures:
            figures = {**figures, "expected": KINDS[figures["kind"]].sentence[spoken]}
        if isinstance(figures.get("message"), dict):
            figures = {**figures, "message": figures["message"][spoken]}
        file = "pagefaults.toml" if page and self.code in catalog(_HERE, "pagefaults.toml") else (
            "faults.toml"
        )  # fmt: skip
        return _say(_HERE, file, self.code, spoken, **figures)

    def told(self, file: str) -> str:
        """``file:17: Column: what is wrong``, as editors understand it."""
        place = f"{file}:{self.line}" if self.line else file
        column = f"{self.column}: " if self.column else ""
        return f"{place}: {column}{self.words()}"


class Faults:
    """The number of faults, and the first of them in the order of the file."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[Fault] = []

    def __bool__(self) -> bool:
        return self.count > 0

    def add(self, *found: Fault, count: int | None = None) -> None:
        """Take up faults; ``count`` where there are more than are given here."""
        self.count += len(found) if count is None else count
        self._kept += found
        if len(self._kept) > 2 * MOST_KEPT:
            self._kept = self.kept

    @property
    def kept(self) -> list[Fault]:
        return sorted(self._kept)[:MOST_KEPT]

    @property
    def first(self) -> list[Fault]:
        """Those that are told on the terminal."""
        return self.kept[:MOST_TOLD]

    def table(self, tongue: str = "") -> str:
        """Line, column and words of those that are kept, as CSV for a spreadsheet."""
        return table(self.kept, tongue)


def table(faults: Iterable[Fault], tongue: str = "") -> str:
    """Line, column and words of faults, as CSV for a spreadsheet."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    header = _say(__package__ or "", "words.toml", "faults_header", tongue or language())
    rows.writerow(header.split(","))
    for fault in faults:
        rows.writerow([fault.line, neutral(fault.column), neutral(fault.words(tongue))])
    return text.getvalue()


class Refused(Exception):
    """The file has faults: nothing of it was imported."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(f"{faults.count} faults")
        self.faults = faults


def refused(line: int, code: str, **figures: Any) -> Refused:
    """One fault that ends the reading of a file."""
    faults = Faults()
    faults.add(Fault(line, "", code, figures))
    return Refused(faults)


def short(value: object, longest: int = 40) -> str:
    """A cell as a message may show it."""
    text = str(value)
    return text if len(text) <= longest else text[: longest - 3] + "..."


def moment(at: int) -> str:
    """An instant for messages."""
    return instant(at).strftime("%Y-%m-%d %H:%M:%S UTC")
