"""Shelf: files given on a page, kept in the database until the worker has dealt with them."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args
from uuid import UUID

import msgspec
from msgspec import Struct

from regulars.imports.faults import MOST_TOLD, Fault
from regulars.imports.fields import Noun
from regulars.imports.mapping import Mapping, parse
from regulars.kit.ids import Ids
from regulars.kit.problems import Conflict, NotFound
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

SQL = statements("regulars.imports", "shelf.sql")
PART_BYTES = 1_000_000
Outcome = Literal["", "checked", "done", "known", "refused", "stopped", "broken"]
Unknown = Literal["refuse", "anonymous", "join"]
UNKNOWN: tuple[str, ...] = get_args(Unknown)
_ids = Ids()


class NoFile(NotFound):
    code = "unknown_import"
    title = "There is no such file here"


class InHand(Conflict):
    code = "import_in_hand"
    title = "This file waits, is being worked on, or is no longer here"


class Settings(Struct, frozen=True):
    """How a file is to be read; ``mapping`` is what `mapping.parse` takes."""

    mapping: dict[str, Any] = {}
    unknown: Unknown = "refuse"

    def of(self, noun: Noun) -> Mapping:
        return parse(noun, msgspec.json.encode(self.mapping).decode())


class Kept(Struct, frozen=True):
    """A file as it stands."""

    id: UUID
    noun: Noun
    name: str
    size: int
    digest: str
    settings: Settings
    made_by: UUID | None
    made_by_name: str
    made_at: datetime
    wanted_at: datetime | None
    dry: bool
    taken: bool
    part: float
    done: int
    total: int
    ended_at: datetime | None
    outcome: Outcome
    said: str
    counts: dict[str, int]
    fault_count: int
    faults: list[Fault]
    here: bool
    """Whether its content is still kept."""

    @property
    def under_way(self) -> bool:
        return self.wanted_at is not None and self.ended_at is None


class Listed(Struct, frozen=True):
    """A file in a list."""

    id: UUID
    name: str
    size: int
    made_by: str
    made_at: datetime
    wanted_at: datetime | None
    dry: bool
    ended_at: datetime | None
    outcome: Outcome
    fault_count: int


def keep(
    *, program_id: UUID, noun: Noun, name: str, content: Iterable[bytes], who: str,
    staff_id: UUID | None, now: datetime, settings: Settings,
) -> Steps[UUID]:  # fmt: skip
    """Put a file on the shelf; nothing is done with it yet."""
    file_id = _ids.make(int(now.timestamp() * 1000))
    parts, digest, size = list(_cut(content)), hashlib.blake2b(digest_size=20), 0
    for part in parts:
        digest.update(part)
        size += len(part)
    said = msgspec.json.encode(settings).decode()
    values = (program_id, file_id, noun, name[:200], size, digest.hexdigest(), said, staff_id, who)
    yield Step(SQL["keep"], (*values, now))
    for number, part in enumerate(parts):
        yield Step(SQL["keep_part"], (program_id, file_id, number, part))
    return file_id


def fetch(program_id: UUID, file_id: UUID, path: Path, *, parts: int | None = None) -> Steps[int]:
    """Write a file, or its first parts, to ``path``; how many parts there were."""
    number = 0
    with path.open("wb") as file:
        while parts is None or number < parts:
            rows = yield Step(SQL["part"], (program_id, file_id, number))
            if not rows:
                break
            file.write(rows[0][0])
            number += 1
    return number


def kept(program_id: UUID, file_id: UUID, *, faults: int = MOST_TOLD) -> Steps[Kept]:
    """A file, with the first of its faults; `NoFile`."""
    rows = yield Step(SQL["kept"], (program_id, file_id, faults))
    if not rows:
        raise NoFile("It was not found; what is never brought in is thrown away after a month.")
    row = list(rows[0])
    row[5] = msgspec.json.decode(row[5], type=Settings)
    row[18] = msgspec.json.decode(row[18])
    row[20] = [Fault(*one) for one in msgspec.json.decode(row[20])]
    return Kept(*row)


def lately(program_id: UUID, noun: Noun, most: int) -> Steps[list[Listed]]:
    rows = yield Step(SQL["lately"], (program_id, noun, most))
    return [Listed(*row) for row in rows]


def same(program_id: UUID, noun: Noun, digest: str) -> Steps[datetime | None]:
    """When a file with this content was last brought in."""
    rows = yield Step(SQL["same"], (program_id, noun, digest))
    at: datetime | None = rows[0][0]
    return at


def want(
    *, program_id: UUID, file_id: UUID, settings: Settings, dry: bool, now: datetime
) -> Steps[None]:
    """Let the worker take the file; with ``dry`` it tries all and keeps nothing."""
    said = msgspec.json.encode(settings).decode()
    rows = yield Step(SQL["want"], (program_id, file_id, said, dry, now))
    if not rows:
        raise InHand("Wait until the worker is done with it, or send the file again.")


def told(faults: Sequence[Fault]) -> str:
    """Faults as they are stored."""
    return msgspec.json.encode([(f.line, f.column, f.code, f.figures) for f in faults]).decode()


def _cut(content: Iterable[bytes]) -> Iterable[bytes]:
    """The same bytes in parts of one size."""
    rest = b""
    for piece in content:
        rest += piece
        while len(rest) >= PART_BYTES:
            yield rest[:PART_BYTES]
            rest = rest[PART_BYTES:]
    if rest:
        yield rest
