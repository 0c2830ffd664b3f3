"""Preview: the beginning of a file, and its first rows as a mapping understands them."""

from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
from msgspec import Struct

from regulars.identifiers.resolve import KINDS
from regulars.imports.cards import member_fault
from regulars.imports.faults import Fault, Faults, Refused
from regulars.imports.fields import Field, Noun
from regulars.imports.files import LINE, opened
from regulars.imports.forms import Settings, reading
from regulars.imports.guess import Head, encoding
from regulars.imports.mapping import Mapping
from regulars.imports.members import named_by
from regulars.imports.products import ean_fault
from regulars.imports.rows import Terms, figures_of
from regulars.imports.shelf import fetch
from regulars.kit.steps import Steps

ROWS = 8
_LOOKED_AT = 100


class Cell(Struct, frozen=True):
    """A cell as it was understood: its value, or what is wrong with it."""

    field: Field
    label: str
    value: Any
    text: str
    fault: Fault | None = None


class Row(Struct, frozen=True):
    line: int
    cells: list[Cell]


def begin(program_id: UUID, file_id: UUID, name: str, folder: Path) -> Steps[Path]:
    """As much of a file as is wanted to look at its beginning, in a folder. Parquet says at its end
    where things are, so all of it."""
    path = folder / f"head{Path(name).suffix.lower()}"
    whole = path.suffix == ".parquet"
    parts = yield from fetch(program_id, file_id, path, parts=None if whole else 1)
    if not whole and parts:
        content = path.read_bytes()
        end = content.rfind(b"\n") + 1
        if end and len(content) >= 1_000_000:
            path.write_bytes(content[:end])
    return path


def head(path: Path, delimiter: str | None = None, coded: str | None = None) -> Head:
    """Columns and first rows; `Refused` where it cannot be read at all."""
    with opened(path, delimiter, coded or encoding(path.read_bytes()[:1_000_000])) as table:
        named = [name for name in table.columns if name and table.columns.count(name) == 1]
        rows = pl.DataFrame({name: [] for name in (LINE, *named)})
        try:
            for batch, _ in table.batches(named, Faults()):
                rows = batch.head(_LOOKED_AT)
                break
        except Refused:  # a quote that is never closed, say: the check tells its line
            pass
        return Head(named, rows, table.typed)


def understood(noun: Noun, head: Head, mapping: Mapping, terms: Terms) -> list[Row]:
    """The first rows, each cell as the import would read it."""
    settings = Settings(mapping, terms.digits, terms.timezone, terms.now, head.typed)
    given = [
        (field, reading(field, cell, settings), cell.label)
        for field, cell in mapping.given(noun)
        if set(cell.columns) <= set(head.columns)
    ]
    if not given or not head.rows.height:
        return []
    rows = head.rows.head(ROWS)
    parts = [(f"{n}", found) for n, (_, found, _) in enumerate(given)]
    table = rows.select(
        pl.col(LINE),
        *(found.value.alias(f"v{n}") for n, found in parts),
        *(found.text.alias(f"t{n}") for n, found in parts),
        *(found.fault.alias(f"f{n}") for n, found in parts),
    )
    told = []
    for row in table.iter_rows(named=True):
        cells = []
        for n, (field, _, label) in enumerate(given):
            text, code = row[f"t{n}"] or "", row[f"f{n}"]
            figures = figures_of(field, text, settings)
            fault = Fault(row[LINE], label, code, figures) if code else None
            fault = fault or _own(noun, field.name, text, mapping, row[LINE])
            cells.append(Cell(field, label, row[f"v{n}"], text, fault))
        told.append(Row(row[LINE], cells))
    return told


def _own(noun: Noun, name: str, text: str, mapping: Mapping, line: int) -> Fault | None:
    """What a noun itself finds wrong with a cell."""
    if not text:
        return None
    if noun == "members" and name in KINDS:
        named = named_by(name, text, mapping, line)
        return named if isinstance(named, Fault) else None
    if noun == "cards" and name == "card":
        named = named_by(name, text, mapping, line, noun)
        return named if isinstance(named, Fault) else None
    if noun == "cards" and name == "member":
        return member_fault(text, mapping, line)
    if noun == "products" and name == "ean":
        return ean_fault(text, mapping.label(noun, name), line)
    return None
