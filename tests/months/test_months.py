"""The log by months: made ahead, put away by rule, and everything that holds meanwhile."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from regulars.activities.batch import KeyReused, ReceiptTaken
from regulars.activities.repeats import AnswerDetached
from regulars.identifiers.resolve import resolve
from regulars.kit.months import LOGS
from regulars.kit.problems import Conflict, Problem
from regulars.kit.steps import run_sync
from regulars.members.queries import identify
from regulars.months import files, operations
from regulars.months.operations import NotYet, UnknownMonth, attach, declare, detach
from regulars.months.queries import MonthDetached, parts, put_away
from regulars.months.tasks import keep_months
from regulars.privacy.copies import everything
from regulars.privacy.operations import Erase
from regulars.privacy.tombstones import forget_in
from regulars.purchases import queries
from tests.desk import open_desk
from tests.months.conftest import Shop
from tests.purchases.shop import BASE, balance, bring_back, buy, buying, join, shop


def months(place: Shop, table: str = "activity") -> list[str]:
    with psycopg.RawCursor(place.owner) as cursor:
        return [part.name.removeprefix(f"{table}_") for part in run_sync(cursor, parts(table))]


def refused(kind: type[Problem], act: Callable[[], object]) -> None:
    with pytest.raises(kind):
        act()


def test_two_months_are_made_ahead_and_the_last_is_open(place: Shop) -> None:
    assert months(place) == ["begin", "2026_03", "2026_04", "2026_05"]
    keep_months(place.owner, place.desk.now)
    assert months(place) == ["begin", "2026_03", "2026_04", "2026_05", "2026_06", "2026_07"]
    assert months(place) == months(place, "posting")
    assert keep_months(place.owner, place.desk.now) == 0


def test_rows_lie_in_the_month_of_their_id(place: Shop) -> None:
    assert place.one("select count(*) from activity_2026_03 where kind = 'purchase'") == 1
    assert place.one("select count(*) from activity_2026_04 where kind = 'purchase'") == 1
    assert place.one("select count(*) from posting_2026_04 where kind = 'earn'") == 1


def test_a_worker_that_slept_for_months_cuts_where_nothing_has_come_yet(place: Shop) -> None:
    place.desk.wait(days=120)
    buy(place.desk, place.anna, ("milk", 1, 100))
    keep_months(place.owner, place.desk.now)
    assert months(place) == [
        "begin", "2026_03", "2026_04", "2026_05", "2026_10", "2026_11"
    ]  # fmt: skip
    assert place.one("select count(*) from activity_2026_05 where kind = 'purchase'") == 1


def test_a_row_of_a_clock_far_ahead_has_a_place_and_is_never_moved(place: Shop) -> None:
    place.desk.wait(days=70)  # into July: the open part
    buy(place.desk, place.anna, ("milk", 1, 100))
    place.desk.wait(days=-45)  # back in May
    assert keep_months(place.owner, place.desk.now) == 0
    assert months(place)[-1] == "2026_05"
    buy(place.desk, place.anna, ("milk", 1, 100))
    place.desk.verify()


@pytest.mark.parametrize("table", LOGS)
def test_a_cut_that_fails_half_way_leaves_every_row_a_place(place: Shop, table: str) -> None:
    place.owner.execute(f"create table {table}_2026_06 (in_the_way text)".encode())
    with pytest.raises(psycopg.errors.DuplicateTable):
        keep_months(place.owner, place.desk.now)
    place.desk.wait(days=40)
    buy(place.desk, place.anna, ("milk", 1, 100))
    place.desk.verify()


@pytest.mark.parametrize("table", LOGS)
def test_the_first_cut_of_all_blocks_nobody_when_it_fails(
    fresh_database_url: str, table: str
) -> None:
    with (
        open_desk(fresh_database_url, shop(BASE)) as desk,
        psycopg.connect(fresh_database_url, autocommit=True) as owner,
    ):
        owner.execute(f"create table {table}_2026_03 (in_the_way text)".encode())
        with pytest.raises(psycopg.errors.DuplicateTable):
            keep_months(owner, desk.now)
        buy(desk, join(desk), ("bread", 1, 900))


def test_without_a_rule_no_month_goes(place: Shop) -> None:
    place.desk.wait(days=4_000)
    place.work()
    keep_months(place.owner, place.desk.now)
    assert "2026_03" in months(place)


def test_by_the_declared_rule_the_worker_puts_away_what_is_older(
    place: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    place.desk.wait(days=400)  # into June of the next year
    keep_months(place.owner, place.desk.now)
    place.work()
    declare(place.owner, 13, place.desk.now)
    assert keep_months(place.owner, place.desk.now) == 3  # begin, March, April
    assert months(place)[0] == "2026_05"
    assert [record.month for record in caplog.records] == ["begin", "2026-03", "2026-04"]  # type: ignore[attr-defined]
    place.desk.verify()


@pytest.mark.parametrize("month", ["2026-05", "2026-06", "2030-01", "x; drop table seal"])
def test_only_a_month_that_is_there_and_over_is_put_away(place: Shop, month: str) -> None:
    refused(UnknownMonth if month != "2026-05" else NotYet,
            lambda: detach(place.owner, month, place.desk.now))  # fmt: skip
    assert months(place) == ["begin", "2026_03", "2026_04", "2026_05"]


def test_the_present_month_is_never_put_away(place: Shop) -> None:
    """Nor one to come: nothing could be written any more."""
    place.work()
    keep_months(place.owner, place.desk.now)
    place.desk.wait(days=24)  # the present part has an end, and that is to come
    keep_months(place.owner, place.desk.now)
    for month in ("2026-05", "2026-06"):
        refused(NotYet, lambda month=month: detach(place.owner, month, place.desk.now))  # type: ignore[misc]
    buy(place.desk, place.anna, ("milk", 1, 500))


def test_what_is_not_sealed_or_told_yet_stays(place: Shop) -> None:
    place.desk.wait(days=-60)
    late = buy(place.desk, place.anna, ("milk", 1, 500))
    place.desk.wait(days=60)
    refused(NotYet, lambda: detach(place.owner, "2026-03", place.desk.now))
    place.work()
    detach(place.owner, "2026-03", place.desk.now)
    refused(MonthDetached, lambda: bring_back(place.desk, late))


def test_every_check_and_the_chain_hold_without_the_month(place: Shop) -> None:
    before = balance(place.desk, place.anna)
    put = detach(place.owner, "2026-03", place.desk.now)
    assert (put.activities, put.postings) == (3, 2)
    place.desk.verify()
    assert balance(place.desk, place.anna) == before
    buy(place.desk, place.anna, ("milk", 1, 4_000))
    place.work()
    place.desk.verify()
    attach(place.owner, "2026-03")
    place.desk.verify()
    assert place.one("select count(*) from month_carried") == 0


def test_t10_t11_keys_and_receipts_are_known_for_good(place: Shop) -> None:
    detach(place.owner, "2026-03", place.desk.now)
    recorded = place.one("select count(*) from idempotency")
    refused(AnswerDetached, place.again)
    refused(AnswerDetached, lambda: place.again(key=None))
    refused(KeyReused, lambda: place.again(receipt_number="A2"))
    other = buying(place.desk, place.anna, ("bread", 3, 900), receipt_number="A1")
    refused(ReceiptTaken, lambda: place.desk.do(other))
    assert place.one("select count(*) from idempotency") == recorded
    attach(place.owner, "2026-03")
    assert place.again() == place.march


def test_an_old_purchase_is_returned_once_its_month_is_back(place: Shop) -> None:
    detach(place.owner, "2026-03", place.desk.now)
    refused(MonthDetached, lambda: bring_back(place.desk, place.march))
    refused(MonthDetached, lambda: place.desk.read(
        queries.find(place.desk.program_id, place.march["id"])))  # fmt: skip
    bring_back(place.desk, place.april)
    attach(place.owner, "2026-03")
    bring_back(place.desk, place.march)
    place.work()
    place.desk.verify()


def test_a_first_purchase_of_a_month_put_away_stays_the_first(place: Shop) -> None:
    first = place.one("select first_purchase_at from member where purchases > 0")
    detach(place.owner, "2026-03", place.desk.now)
    bring_back(place.desk, place.april)
    assert place.one("select first_purchase_at from member where purchases > 0") == first
    assert place.one("select last_purchase_at from member where purchases > 0") == first


DAMAGE = {
    "the sum of a month changed": "update month_carried set amount = amount + 1",
    "a sum forgotten": "delete from month_carried where against = 'redeemed'",
    "less of a seal noted": "update month_sealed set postings = postings - 1",
    "another digest": "update seal set digest = sha256(digest)",
    "a month that nobody put away": "delete from posting_2026_04",
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_beside_a_month_put_away_is_found(place: Shop, kind: str) -> None:
    detach(place.owner, "2026-03", place.desk.now)
    place.owner.execute("alter table seal disable trigger all")
    place.owner.execute("alter table posting_2026_04 disable trigger user")
    place.owner.execute(DAMAGE[kind].encode())
    with pytest.raises(AssertionError):
        place.desk.verify()


def test_a_month_that_was_changed_meanwhile_is_not_taken_back(place: Shop) -> None:
    detach(place.owner, "2026-03", place.desk.now)
    place.owner.execute("alter table posting_2026_03 disable trigger user")
    place.owner.execute("update posting_2026_03 set amount = amount + 1")
    refused(Conflict, lambda: attach(place.owner, "2026-03"))
    assert "2026_03" not in months(place)


def test_a_month_goes_to_files_and_comes_back_to_the_last_row(place: Shop, tmp_path: Path) -> None:
    rows = [place.one(f"select string_agg(p::text, ',' order by id) from {t}_2026_03 p")
            for t in LOGS]  # fmt: skip
    refused(UnknownMonth, lambda: files.write(place.owner, "2026-03", tmp_path, 1) and None)
    detach(place.owner, "2026-03", place.desk.now)
    written = files.write(place.owner, "2026-03", tmp_path, place.desk.now)
    assert [path.name for path in written] == [
        "activity_2026_03.parquet",
        "posting_2026_03.parquet",
    ]
    refused(Conflict, lambda: files.read(place.owner, "2026-03", tmp_path))
    files.drop(place.owner, "2026-03", tmp_path, place.desk.now)
    assert place.one("select to_regclass('activity_2026_03')") is None
    place.desk.verify()
    files.read(place.owner, "2026-03", tmp_path)
    attach(place.owner, "2026-03")
    assert rows == [place.one(f"select string_agg(p::text, ',' order by id) from {t}_2026_03 p")
                    for t in LOGS]  # fmt: skip
    place.desk.verify()
    assert place.again() == place.march


def test_nothing_is_dropped_that_is_not_in_the_files(place: Shop, tmp_path: Path) -> None:
    detach(place.owner, "2026-03", place.desk.now)
    refused(Problem, lambda: files.drop(place.owner, "2026-03", tmp_path, place.desk.now))
    detach(place.owner, "begin", place.desk.now)
    files.write(place.owner, "begin", tmp_path, place.desk.now)
    for table in LOGS:
        (tmp_path / f"{table}_begin.parquet").rename(tmp_path / f"{table}_2026_03.parquet")
    refused(Conflict, lambda: files.drop(place.owner, "2026-03", tmp_path, place.desk.now))
    assert place.one("select count(*) from activity_2026_03") == 3


@pytest.mark.parametrize("put", [False, True], ids=["attached", "detached"])
def test_t24_a_part_is_nobodys_but_its_owners(place: Shop, put: bool) -> None:
    if put:
        detach(place.owner, "2026-03", place.desk.now)
    place.owner.execute("set role regulars_app")
    for table in LOGS:
        for part in ("2026_03", "begin"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                place.owner.execute(f"select * from {table}_{part}".encode())
    assert place.one("select count(*) from activity") == 0
    assert place.one("select count(*) from month_carried") == 0
    place.owner.execute("reset role")


@pytest.mark.parametrize("change", ["update {} set amount = 1", "delete from {}", "truncate {}"])
@pytest.mark.parametrize("put", [False, True], ids=["attached", "detached"])
def test_the_log_is_only_added_to_in_each_of_its_parts(place: Shop, change: str, put: bool) -> None:
    if put:
        detach(place.owner, "2026-03", place.desk.now)
    with pytest.raises(psycopg.errors.RestrictViolation):
        place.owner.execute(change.format("posting_2026_03").encode())


def test_nobody_who_writes_may_number_the_log(place: Shop) -> None:
    place.owner.execute("set role regulars_app")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        place.owner.execute("insert into posting (seq) values (1)")
    place.owner.execute("reset role")


def test_the_month_of_an_id_is_told_only_of_what_was_put_away(place: Shop) -> None:
    detach(place.owner, "begin", place.desk.now)
    march = operations.detach(place.owner, "2026-03", place.desk.now)
    assert march.since is not None
    found = place.desk.read(put_away([march.since, march.until]))
    assert found == {march.since: "2026-03"}


def test_who_was_erased_meanwhile_is_forgotten_in_a_month_that_comes_back(place: Shop) -> None:
    desk = place.desk
    vera = join(desk)
    bought = buy(desk, vera, ("bread", 1, 500), detail={"said": "Vera rang"})
    other = buy(desk, place.anna, ("bread", 1, 500), detail={"said": "Anna rang"})
    keep_months(place.owner, desk.now)
    desk.wait(days=65)
    keep_months(place.owner, desk.now)
    place.work()
    detach(place.owner, "2026-05", desk.now)
    member = desk.read(identify(desk.program_id, resolve(vera)))
    assert desk.read(everything(desk.program_id, member))["months_put_away"] == [
        {"month": "2026-05"}
    ]
    desk.do(Erase(vera, desk.caller, key=None, at=desk.now, asked_by="member"))
    attach(place.owner, "2026-05", then=forget_in)
    facts = "select facts from activity where id = '{}'"
    assert "Vera" not in place.one(facts.format(bought["id"]))
    assert "Anna rang" in place.one(facts.format(other["id"]))
    place.work()
    desk.verify()


def test_the_commands_say_what_they_did(place: Shop, tmp_path: Path) -> None:
    def regulars(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "regulars", "partitions", *words, "--database-url",
             place.desk.database_url],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    assert regulars("keep", "12").returncode != 0
    assert "24" in regulars("keep", "24").stdout
    assert "3 activities and 2 postings" in regulars("detach", "2026-03").stdout
    gone = regulars("export", "2026-03", "--folder", str(tmp_path), "--drop")
    assert (gone.returncode, gone.stderr) == (0, "")
    assert "2026-03: in files only" in regulars("show").stdout
    assert regulars("attach", "2026-03").returncode != 0
    assert regulars("attach", "2026-03", "--folder", str(tmp_path)).returncode == 0
    shown = regulars("show").stdout
    assert "posting_2026_03" in shown
    assert "open towards the future" in shown
