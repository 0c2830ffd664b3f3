"""Cases: what other systems' public tests say happens, as neutral facts, one record each.

Only the outer shape is typed here. Set-up, input and expectation stay plain data, because their
vocabulary is read word by word where it is translated, and every word must be known there.
"""

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

Data = dict[str, Any]


class NotTranslated(Exception):
    """A word or a mechanic that cannot be written as a program document yet; counts as failed."""


class Source(Struct, frozen=True):
    """Where a fact was read."""

    peer: str


class Case(Struct, frozen=True):
    """One set-up, one input, and what is expected of it."""

    id: str
    source: Source
    area: str
    setup: Data
    input: Data
    expected: Data
    title: str = ""

    @property
    def operation(self) -> str:
        return str(self.input.get("operation", "evaluate"))

    @property
    def currency(self) -> str:
        return str(self.input.get("currency", "EUR"))

    def only(self, *known: str) -> None:
        """Refuse a set-up that holds anything else."""
        if unknown := set(self.setup) - set(known):
            raise NotTranslated(f"{self.operation} with a set-up of {', '.join(sorted(unknown))}")


class File(Struct, frozen=True):
    """A file of cases; further fields of it are for its readers."""

    cases: list[Case]


def load(path: Path) -> list[Case]:
    """The cases of a file."""
    return msgspec.json.decode(path.read_bytes(), type=File).cases
