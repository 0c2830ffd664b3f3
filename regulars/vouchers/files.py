"""Lots as files: codes are read from CSV all or nothing, and copied into the database in bulk.

A file has a header with ``code``, ``member`` or both. What is wrong is told with its line;
the same file under the same name changes nothing (T23).
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import Struct

from regulars.identifiers.resolve import Ref, resolve
from regulars.kit.cells import neutral
from regulars.kit.problems import Problem
from regulars.kit.steps import Steps
from regulars.kit.words import say
from regulars.vouchers.lots import LONGEST_CODE, SHORTEST_CODE, contents, made, plain_code
from regulars.vouchers.queries import lot_rows, members_of, taken

HEADER = ("code", "member")
EXPORTED = ("code", "member", "uses_left", "valid_from", "valid_until", "blocked")
MOST_TOLD = 50
_AT_ONCE = 10_000
_COPY = """copy voucher (program_id, code, definition, member_id, lot, uses_left, valid_from,
                      valid_until) from stdin"""


class Fault(NamedTuple):
    """Something wrong with a line of a file (from 1, with the header)."""

    line: int
    code: str
    figures: dict[str, Any] = {}

    def words(self, tongue: str) -> str:
        """``17: what is wrong``."""
        what = say(__package__ or "", "faults.toml", self.code, tongue, **self.figures)
        return f"{self.line}: {what}"


class FileRefused(Exception):
    """Nothing of the file was taken."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__(f"{len(self.faults)} faults")


class Given(Struct):
    """A code of a file: empty where one is to be made."""

    line: int
    code: str
    ref: Ref | None
    member_id: UUID | None = None


def read(file: Path, region: str) -> list[Given]:
    """The codes of a file; `FileRefused` with every fault that shows without the database."""
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused([Fault(1, "not_utf8", {"position": error.start})]) from None
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        if not set(header) & set(HEADER) or len(set(header)) < len(header):
            raise FileRefused([Fault(1, "no_header", {"names": ", ".join(HEADER)})])
        return _rows(rows, header, region)
    except csv.Error as error:
        raise FileRefused([Fault(rows.line_num, "not_csv", {"error": error})]) from None


def _rows(rows: Any, header: list[str], region: str) -> list[Given]:
    found: list[Given] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for cells in rows:
        line = rows.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            faults.append(Fault(line, "cells", {"count": len(cells), "expected": len(header)}))
            continue
        row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        try:
            given = _given(line, row.get("code", ""), row.get("member", ""), region)
        except _Wrong as wrong:
            faults.append(wrong.fault)
            continue
        if given.code and seen.setdefault(given.code, line) != line:
            faults.append(Fault(line, "twice", {"first": seen[given.code]}))
        found.append(given)
    if not found and not faults:
        faults.append(Fault(1, "empty"))
    if faults:
        raise FileRefused(faults)
    return found


class _Wrong(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def _given(line: int, code: str, member: str, region: str) -> Given:
    if not code and not member:
        raise _Wrong(Fault(line, "nothing"))
    try:
        plain = plain_code(code) if code else ""
    except Problem:
        figures = {"least": SHORTEST_CODE, "most": LONGEST_CODE}
        raise _Wrong(Fault(line, "not_a_code", figures)) from None
    try:
        return Given(line, plain, resolve(member, region) if member else None)
    except Problem:
        raise _Wrong(Fault(line, "not_a_member")) from None


def digest(codes: Iterable[Given]) -> bytes:
    """What tells this list from another."""
    return contents((given.code, given.ref) for given in codes)


def settle(program_id: UUID, codes: list[Given], prefix: str) -> Steps[None]:
    """Find the members, make the codes that are to be made, and refuse those there are already."""
    faults: list[Fault] = []
    for chunk in batched(codes, _AT_ONCE):
        refs = [given.ref for given in chunk if given.ref is not None]
        members = (yield from members_of(program_id, refs)) if refs else {}
        there = yield from taken(program_id, [given.code for given in chunk if given.code])
        for given in chunk:
            if given.ref is not None:
                given.member_id = members.get(given.ref)
                if given.member_id is None:
                    faults.append(Fault(given.line, "unknown_member"))
            if given.code in there:
                faults.append(Fault(given.line, "taken"))
            given.code = given.code or made(prefix)
    if faults:
        raise FileRefused(faults)


def copy(cursor: Any, program_id: UUID, lot: Any, codes: Iterable[tuple[str, UUID | None]]) -> None:
    """Copy codes into a lot just recorded, in its transaction. ``lot`` is its `LotOut`, ``cursor``
    one of psycopg; one statement, however many there are."""
    with cursor.copy(_COPY) as target:
        for code, member_id in codes:
            target.write_row((
                program_id, code, lot.voucher, member_id, lot.lot, lot.uses, lot.valid_from,
                lot.valid_until,
            ))  # fmt: skip


def write(
    target: Any, program_id: UUID, lot: str, run: Callable[[Steps[list[Any]]], list[Any]]
) -> int:
    """Write a lot's codes as CSV, page by page; how many. No cell is one a spreadsheet runs."""
    rows = csv.writer(target)
    rows.writerow(EXPORTED)
    count, after = 0, ""
    while page := run(lot_rows(program_id, lot, after, _AT_ONCE)):
        rows.writerows(map(_cells, page))
        count, after = count + len(page), page[-1][0]
    return count


def _cells(row: Any) -> Iterator[str]:
    code, member_id, left, begins, ends, blocked = row
    member = "" if member_id is None else f"id:{member_id}"
    for value in (code, member, left, _moment(begins), _moment(ends), "yes" if blocked else ""):
        yield neutral("" if value is None else str(value))


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="seconds")
