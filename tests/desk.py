"""A desk: operations carried out as the till does it, without the till, on a real database.

desk.do(operation)       one operation in one transaction; its answer, or its problem raised
desk.batch(a, b, c)      several in one group commit, as they come; answers and problems
desk.at_once([...])      each in a transaction of its own, all at the same time
desk.read(steps)         steps that only read
desk.wait(days=1)        the clock stands still but for this
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from psycopg_pool import ConnectionPool

from regulars.activities.batch import Answer, Operation, run_batch
from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit
from regulars.activities.wants import Wants
from regulars.kit.http import Caller
from regulars.kit.ids import Ids
from regulars.kit.problems import Problem
from regulars.kit.steps import Steps, run_sync
from regulars.ledger.records import NEVER
from regulars.ledger.verify import verify
from regulars.programs.document import parse
from regulars.programs.operations import apply, ensure_program
from regulars.programs.snapshot import load

BEGIN = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = 86_400

DOCUMENT = """\
program: corner
name: {pl: Narożny, bg: Ъглов, en: Corner}
currency: PLN
timezone: Europe/Warsaw
assets:
  points:
    name: {pl: punkty, bg: точки, en: points}
  stamps:
    name: {pl: pieczątki, bg: печати, en: stamps}
  status:
    name: {pl: status, bg: статус, en: status}
    spendable: false
vouchers:
  coffee:
    name: {pl: Kawa, bg: Кафе, en: Coffee}
    valid_days: 30
rewards:
  mug:
    name: {pl: Kubek, bg: Чаша, en: Mug}
    cost: {points: 100}
  coffee:
    name: {pl: Kawa, bg: Кафе, en: Coffee}
    cost: {points: 50, stamps: 2}
    voucher: coffee
    hold_minutes: 30
campaigns:
  - id: base
    name: {pl: Podstawa, bg: Основа, en: Base}
    then:
      - {kind: points_per_spend, per_minor: 100}
"""


class Give:
    """Credit something, as a purchase would."""

    digest = b""
    now: int | None = None

    def __init__(
        self, member: UUID | tuple[str, str], asset: str, amount: int, *,
        available_at: int = 0, expires_at: int = NEVER,
    ) -> None:  # fmt: skip
        self.keys: Sequence[str] = []
        self.member, self.asset, self.amount = member, asset, amount
        self.available_at, self.expires_at = available_at, expires_at

    def wants(self, wants: Wants, context: Context) -> None:
        wants.member(self.member)

    def decide(self, unit: Unit, context: Context) -> Record:
        member = unit.member(self.member)
        assert member is not None
        activity_id = unit.make_id()
        member.book.bring_up_to_date(unit.now, activity_id)
        member.book.credit(
            self.asset, self.amount, now=unit.now, at=unit.now,
            available_at=self.available_at or unit.now, expires_at=self.expires_at,
            activity_id=activity_id,
        )  # fmt: skip
        return Record(activity_id, member.id, "gift", unit.now, answer="{}")


class Desk:
    """One program of a new organization, its clock, and a connection to work with."""

    def __init__(self, database_url: str, document: str = DOCUMENT) -> None:
        self.database_url = database_url
        self.caller = Caller(shop="main-street", till="1", region="PL")
        self.now = int(BEGIN.timestamp())
        self.ids = Ids()
        self.connection = psycopg.connect(database_url)
        self.program_id = self._found(document)
        self.context = Context(self.program_id, self.read(load(self.program_id)))
        self._keys = count(1)

    def key(self) -> str:
        """A new idempotency key."""
        return f"{self.program_id.hex}-{next(self._keys)}"

    def wait(self, *, days: int = 0, seconds: int = 0) -> None:
        self.now += days * DAY + seconds

    def do(self, operation: Operation) -> Any:
        """The decoded answer; a problem is raised, and so is a bug."""
        return plain(self.batch(operation)[0])

    def batch(self, *operations: Operation) -> list[Answer]:
        return self._batch(self.connection, operations)

    def at_once(self, operations: Sequence[Operation]) -> list[Answer]:
        """All at the same time, over several connections."""
        with (
            ConnectionPool(self.database_url, min_size=16, max_size=16) as pool,
            ThreadPoolExecutor(len(operations)) as threads,
        ):

            def alone(operation: Operation) -> Answer:
                with pool.connection() as connection:
                    return self._batch(connection, [operation])[0]

            return list(threads.map(alone, operations))

    def read(self, steps: Steps[Any]) -> Any:
        with self.connection.transaction(), psycopg.RawCursor(self.connection) as cursor:
            return run_sync(cursor, steps)

    def verify(self) -> None:
        """The ledger of the whole database holds."""
        assert self.read(verify()) is None

    def _batch(
        self, connection: psycopg.Connection, operations: Sequence[Operation]
    ) -> list[Answer]:
        """One transaction; one that fails is tried again, as group commit does."""
        for attempt in range(10):
            try:
                with connection.transaction(), psycopg.RawCursor(connection) as cursor:
                    steps = run_batch(self.context, operations, now=self.now, ids=self.ids)
                    return run_sync(cursor, steps)
            except (psycopg.errors.UniqueViolation, psycopg.errors.DeadlockDetected):
                if attempt == 9:
                    raise
        raise AssertionError

    def _found(self, document: str) -> UUID:
        organization_id = self.ids.make(self.now * 1000)
        read = parse(document)
        with self.connection.transaction():
            self.connection.execute(
                "insert into organization (id, slug, name, created_at) values (%s, %s, 'Firm', %s)",
                (organization_id, f"firm-{organization_id.hex[-12:]}", BEGIN),
            )
        program_id: UUID = self.read(
            ensure_program(organization_id=organization_id, document=read, now=BEGIN)
        )
        self.read(apply(program_id=program_id, document=read, source=document, now=BEGIN))
        return program_id


def plain(answer: Answer) -> Any:
    """What an answer says, or what it refuses."""
    if answer.bug is not None:
        raise answer.bug
    if answer.problem is not None:
        raise answer.problem
    return msgspec.json.decode(answer.text)


def refusals(answers: Sequence[Answer]) -> list[Problem]:
    return [answer.problem for answer in answers if answer.problem is not None]


@contextmanager
def open_desk(database_url: str, document: str = DOCUMENT) -> Iterator[Desk]:
    desk = Desk(database_url, document)
    try:
        yield desk
    finally:
        desk.connection.close()
