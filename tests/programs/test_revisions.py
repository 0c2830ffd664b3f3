"""Revisions: applied, refused, rolled back, and never changed (T12)."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import psycopg
import pytest

from regulars.kit.steps import run_async
from regulars.programs import queries
from regulars.programs.document import parse
from regulars.programs.operations import (
    Applied,
    CurrencyChanged,
    InThePast,
    Overtaken,
    apply,
    rollback,
)
from regulars.programs.snapshot import NoRevision, Revisions, load

from .conftest import NOW, SMALL, Run

DEARER = SMALL.replace("per_minor: 100", "per_minor: 200")
DEAREST = SMALL.replace("per_minor: 100", "per_minor: 300")


def put(run: Run, program_id: UUID, text: str, **more: object) -> Applied:
    given = {"now": NOW, **more}
    return run(apply(program_id=program_id, document=parse(text), source=text, **given))


def per_minor(revisions: Revisions, at: datetime) -> tuple[int, int]:
    number, program = revisions.at(int(at.timestamp()))
    return number, program.campaigns[0].campaign.then[0].per_minor


def test_a_document_becomes_revision_one_and_the_next_two(run: Run, program_id: UUID) -> None:
    assert put(run, program_id, SMALL) == Applied(1, True, NOW)
    assert put(run, program_id, DEARER) == Applied(2, True, NOW)


def test_the_same_meaning_makes_no_revision(run: Run, program_id: UUID) -> None:
    put(run, program_id, SMALL)
    reworded = SMALL.replace(
        "{kind: points_per_spend, per_minor: 100}",
        "per_minor: 100\n        kind: points_per_spend  # base",
    )
    assert put(run, program_id, reworded) == Applied(1, False, NOW)


def test_who_planned_on_an_older_revision_is_refused(run: Run, program_id: UUID) -> None:
    put(run, program_id, SMALL, expect=0)
    put(run, program_id, DEARER, expect=1)
    with pytest.raises(Overtaken):
        put(run, program_id, DEAREST, expect=1)
    assert [entry.number for entry in run(queries.history(program_id))] == [2, 1]


def test_of_two_at_once_with_the_same_expectation_one_wins(
    database_url: str, program_id: UUID
) -> None:
    async def attempt(text: str) -> str:
        connection = await asyncpg.connect(database_url)
        try:
            async with connection.transaction():
                steps = apply(
                    program_id=program_id, document=parse(text), source=text, now=NOW, expect=0
                )
                return str((await run_async(connection, steps)).number)
        except Overtaken:
            return "overtaken"
        finally:
            await connection.close()

    async def both() -> list[str]:
        return await asyncio.gather(attempt(SMALL), attempt(DEARER))

    assert sorted(asyncio.run(both())) == ["1", "overtaken"]


def test_going_back_is_a_new_revision_with_the_old_text(run: Run, program_id: UUID) -> None:
    put(run, program_id, SMALL)
    put(run, program_id, DEARER)
    back = run(rollback(program_id=program_id, number=1, now=NOW, author="ola"))
    assert back.number == 3
    last = run(queries.last_revision(program_id))
    assert (last.source, last.author) == (SMALL, "ola")
    assert last.digest == run(queries.revision(program_id, 1)).digest


@pytest.mark.parametrize("statement", ["update revision set note = 'x'", "delete from revision"])
def test_a_revision_never_changes(
    connection: psycopg.Connection, run: Run, program_id: UUID, statement: str
) -> None:
    put(run, program_id, SMALL)
    with pytest.raises(psycopg.errors.RestrictViolation, match="never change"):
        connection.execute(statement)


def test_the_books_keep_their_currency(run: Run, program_id: UUID) -> None:
    put(run, program_id, SMALL)
    with pytest.raises(CurrencyChanged):
        put(run, program_id, SMALL.replace("PLN", "EUR"))


def test_a_revision_cannot_begin_in_the_past_but_the_first_may(run: Run, program_id: UUID) -> None:
    long_ago = datetime(2017, 1, 1, tzinfo=UTC)
    put(run, program_id, SMALL, effective_at=long_ago)
    with pytest.raises(InThePast):
        put(run, program_id, DEARER, effective_at=NOW - timedelta(hours=1))
    assert per_minor(run(load(program_id)), long_ago) == (1, 100)


def test_a_late_purchase_is_judged_by_the_revision_of_its_time(run: Run, program_id: UUID) -> None:
    put(run, program_id, SMALL)
    put(run, program_id, DEARER, now=NOW + timedelta(hours=1))
    revisions = run(load(program_id))
    assert per_minor(revisions, NOW) == (1, 100)
    assert per_minor(revisions, NOW + timedelta(minutes=59, seconds=59)) == (1, 100)
    assert per_minor(revisions, NOW + timedelta(hours=1)) == (2, 200)
    with pytest.raises(NoRevision):
        revisions.at(int(NOW.timestamp()) - 1)


def test_a_planned_revision_begins_on_its_day(run: Run, program_id: UUID) -> None:
    monday = NOW + timedelta(days=7)
    put(run, program_id, SMALL)
    put(run, program_id, DEARER, effective_at=monday)
    revisions = run(load(program_id))
    assert per_minor(revisions, monday - timedelta(seconds=1)) == (1, 100)
    assert per_minor(revisions, monday) == (2, 200)


def test_a_planned_revision_that_was_overtaken_never_begins(run: Run, program_id: UUID) -> None:
    put(run, program_id, SMALL)
    put(run, program_id, DEARER, effective_at=NOW + timedelta(days=7))
    put(run, program_id, DEAREST, now=NOW + timedelta(days=1))
    revisions = run(load(program_id))
    assert per_minor(revisions, NOW + timedelta(days=8)) == (3, 300)


def test_a_listener_hears_of_a_revision_within_a_second(
    database_url: str, run: Run, program_id: UUID
) -> None:
    with psycopg.connect(database_url, autocommit=True) as ear:
        ear.execute("listen regulars_program")
        put(run, program_id, SMALL)
        heard = [notice.payload for notice in ear.notifies(timeout=1, stop_after=1)]
    assert heard == [str(program_id)]


def test_a_compiled_program_is_kept(run: Run, program_id: UUID) -> None:
    put(run, program_id, SMALL)
    revisions = run(load(program_id))
    assert revisions.number(1) is revisions.number(1)
    assert revisions.document(1).program == "corner"
    assert run(load(program_id)).adopt(revisions).number(1) is revisions.number(1)


def test_the_till_needs_no_django_to_follow_a_program() -> None:
    code = "import sys, regulars.programs.snapshot; print('django' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
