"""An office that brings files in: a program of its own in a real database."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from regulars.activities.batch import run_batch
from regulars.activities.context import Context
from regulars.imports import operations
from regulars.imports.faults import Refused
from regulars.imports.mapping import parse
from regulars.imports.operations import Hearing, Outcome
from regulars.imports.rewards import Author
from regulars.imports.rows import Given
from regulars.kit.http import Caller
from regulars.kit.ids import Ids
from regulars.kit.steps import Steps, run_sync
from regulars.ledger.verify import verify
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.programs.queries import programs
from regulars.programs.snapshot import load
from tests.serving import House

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
NOW = int(datetime(2024, 6, 1, tzinfo=UTC).timestamp())
CARD, OTHER, NOBODY = "2900000000000007", "79927398713", "4539148803436467"

DOCUMENT = """\
program: corner
name: {pl: Narożny, bg: Ъглов, en: Corner}
currency: PLN
timezone: Europe/Warsaw
assets:
  points: {name: {pl: punkty, bg: точки, en: points}}
campaigns:
  - id: base
    name: {pl: Podstawa, bg: Основа, en: Base}
    then:
      - {kind: points_per_spend, per_minor: 100}
"""

HEADER = "receipt_number,shop,till,occurred_at,member,sku,quantity,amount_minor"
"""Of a file with our own names."""


class Office:
    """Somebody with files, and the database they go into."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        house = House(url)
        organization = house.organization()
        self.slug: str = organization.slug
        house.apply(organization, DOCUMENT, now=BEGAN)
        self.connection = psycopg.connect(url, autocommit=True)
        self.program_id: UUID = self.run(programs(organization.id))["corner"]

    def run(self, steps: Steps[Any]) -> Any:
        with self.connection.transaction(), psycopg.RawCursor(self.connection) as cursor:
            return run_sync(cursor, steps)

    def file(self, *lines: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
        return path

    def receipts(self, *lines: str, name: str = "file.csv") -> Path:
        """A file of purchases with our own column names."""
        return self.file(HEADER, *lines, name=name)

    def bring(
        self, noun: Any, path: Path, mapping: str | None = None, *, unknown: Any = "refuse",
        dry: bool = False, chunk: int = 5000, delimiter: str | None = None,
        encoding: str | None = None, now: int = NOW,
    ) -> Outcome:  # fmt: skip
        """Import a file, as the command does."""
        said = None if mapping is None else parse(noun, mapping)
        given = Given(noun, path, said, delimiter, encoding)
        hearing = Hearing(lambda part: None, lambda done, total: None)
        if noun in operations.IN_ONE:
            author = Author("operator", None, BEGAN)
            with self.connection.transaction(force_rollback=dry):
                return operations.put(
                    given, program_id=self.program_id, run=self.run, hearing=hearing, now=now,
                    author=author,
                )  # fmt: skip
        return operations.carry_out(
            given, program_id=self.program_id, database_url=self.url, run=self.run,
            hearing=hearing, now=now, unknown=unknown, chunk=chunk, dry=dry,
        )  # fmt: skip

    def faults(self, noun: Any, path: Path, mapping: str | None = None, **how: Any) -> list[str]:
        """What is wrong with a file that is refused: ``line: column: code``."""
        with pytest.raises(Refused) as caught:
            self.bring(noun, path, mapping, **how)
        assert self.empty(), "nothing of it was imported"
        for fault in caught.value.faults.first:
            assert fault.words()
        return [f"{f.line}: {f.column}: {f.code}" for f in caught.value.faults.first]

    def empty(self) -> bool:
        """Whether nothing but what `member` did was ever recorded."""
        return self.one("select count(*) from activity where kind <> 'join'") == 0

    def member(self, card: str = CARD) -> None:
        """A member with this card, since the program began."""
        now = int(BEGAN.timestamp())
        join = Join(JoinIn((IdentifierIn("card", card),)), Caller(), key=f"join-{card}", at=now)
        context = Context(self.program_id, self.run(load(self.program_id)))
        assert self.run(run_batch(context, [join], now=now, ids=Ids()))[0].problem is None

    def one(self, query: str) -> Any:
        """The only value of a query about this program: ``activity``, say, is only its own."""
        return self.all(query)[0][0]

    def all(self, query: str) -> list[tuple[Any, ...]]:
        tables = (
            "activity",
            "member",
            "identifier",
            "product",
            "product_price",
            "import_run",
            "account",
            "lot",
        )
        views = ", ".join(
            f"{table} as (select * from public.{table} where program_id = '{self.program_id}')"
            for table in tables
        )
        return self.connection.execute(f"with {views} {query}").fetchall()

    def totals(self) -> list[tuple[Any, ...]]:
        """Purchases, members and points, as they stand."""
        return self.all(
            "select (select count(*) from activity where kind = 'purchase'),"
            " (select sum(paid_minor) from activity), (select count(*) from member),"
            " (select sum(purchases) from member), (select sum(available) from account a"
            "   where holder_id in (select id from member))"
        )

    def verify(self) -> None:
        assert self.run(verify()) is None


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    office = Office(database_url, tmp_path)
    yield office
    office.connection.close()
