"""What may happen while a file is imported: tills at work, a database that goes away."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from regulars.imports.plan import Stopped

from .conftest import CARD, NOBODY, OTHER, Office

AT = "2024-03-02T12:30:00+01:00"


def until(true: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def waits(office: Office) -> bool:
    query = "select count(*) from pg_stat_activity where application_name = 'regulars import'"
    query += " and datname = current_database() and wait_event_type = 'Lock'"
    found = office.connection.execute(query).fetchone()
    return bool(found and found[0])


def test_a_member_who_joins_at_a_till_meanwhile(office: Office) -> None:
    """Both make the same card; the till is first, and the chunk is done anew with the member."""
    office.member(CARD)
    file = office.receipts(f"1,12,1,{AT},card:{NOBODY},a,1,1000", f"2,12,1,{AT},,a,1,1")
    with psycopg.connect(office.url) as till, ThreadPoolExecutor(1) as threads:
        till.execute(
            "insert into identifier (program_id, kind, value, member_id, since_at)"
            " select program_id, kind, %s, member_id, now() from identifier"
            " where program_id = %s and value = %s",
            (NOBODY, office.program_id, CARD),
        )
        brought = threads.submit(office.bring, "purchases", file, unknown="join")
        until(lambda: waits(office))
        till.commit()
        assert "joined" not in brought.result().counts
    assert office.totals() == [(2, 1001, 1, 1, 10)]
    office.verify()


def test_a_member_blocked_after_the_check_stops_the_import_and_it_goes_on_later(
    office: Office,
) -> None:
    office.member(CARD)
    office.member(OTHER)
    file = office.receipts(
        *(f"{n},12,1,2024-03-02T10:00:{n:02}Z,{CARD},a,1,100" for n in range(10)),
        f"99,12,1,2024-03-03T10:00:00Z,{OTHER},a,1,100",
    )
    with psycopg.connect(office.url) as desk, ThreadPoolExecutor(1) as threads:
        desk.execute(
            "update member set status = 'blocked', version = version + 1 from identifier i"
            " where i.program_id = %s and value = %s and member.id = i.member_id"
            " and member.program_id = i.program_id",
            (office.program_id, OTHER),
        )
        brought = threads.submit(office.bring, "purchases", file, chunk=5)
        until(lambda: waits(office))
        desk.commit()
        with pytest.raises(Stopped, match="line 12"):
            brought.result()
    assert office.totals()[0][0] == 10
    office.connection.execute(
        "update member set status = 'active' where program_id = %s", (office.program_id,)
    )
    outcome = office.bring("purchases", file, chunk=5)
    assert (outcome.resumed, outcome.counts["new"]) == (10, 11)


def test_the_database_goes_away_and_the_import_goes_on_later(office: Office) -> None:
    office.member()
    file = office.receipts(
        *(f"{n},12,1,2024-03-02T10:00:{n % 60:02}Z,{CARD},a,1,100" for n in range(3000))
    )
    progress = "select coalesce(max(done), 0) from import_run"
    with ThreadPoolExecutor(1) as threads, psycopg.connect(office.url, autocommit=True) as admin:
        brought = threads.submit(Office.bring, office, "purchases", file, chunk=100)
        query = f"{progress} where program_id = '{office.program_id}'"
        until(lambda: admin.execute(query).fetchall()[0][0] > 0)
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'regulars import' and datname = current_database()"
        )
        with pytest.raises(Stopped, match="went away"):
            brought.result()
    done = office.one(progress)
    assert 0 < done < 3000
    assert office.bring("purchases", file).resumed == done
    assert office.totals() == [(3000, 300_000, 1, 3000, 3000)]
    office.verify()


def test_two_processes_with_the_same_file_do_it_once(office: Office) -> None:
    office.member()
    file = office.receipts(*(f"{n},12,1,{AT},{CARD},a,1,100" for n in range(500)))
    other = object.__new__(Office)
    other.__dict__.update(office.__dict__)
    other.connection = psycopg.connect(office.url, autocommit=True)
    with ThreadPoolExecutor(2) as threads:
        ends = [threads.submit(each.bring, "purchases", file, chunk=50) for each in (office, other)]
        told = [end.exception() for end in ends]
    assert any(problem is None for problem in told)
    other.connection.close()
    assert office.totals() == [(500, 50_000, 1, 500, 500)]
    office.verify()
