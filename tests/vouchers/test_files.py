"""Lots as files: all or nothing, with line numbers; the same file twice; nothing a sheet runs."""

import csv
import io
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner, Result

from regulars.activities.session import PLANS
from regulars.cli import build
from regulars.kit.codes import checks
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.wire import LineIn, PurchaseIn
from regulars.vouchers.queries import lot, lot_codes, lots
from tests.corner import corner
from tests.desk import Desk, open_desk

ANNA = "card:2900000000000007"
MANY = 100_000


@pytest.fixture
def desk(fresh_database_url: str) -> Any:
    with open_desk(fresh_database_url, corner()) as desk:
        desk.do(Join(JoinIn((IdentifierIn("card", ANNA[5:]),)), desk.caller, key=None, at=desk.now))
        yield desk


def run(desk: Desk, *words: str) -> Result:
    return CliRunner().invoke(
        build(), ["voucher", "lot", *words, "--database-url", desk.database_url],
        catch_exceptions=True,
    )  # fmt: skip


def bring_in(desk: Desk, file: Path, text: str, name: str = "mail") -> Result:
    file.write_text(text, encoding="utf-8")
    return run(desk, "import", name, str(file), "--voucher", "five-off")


def lines_of(told: Result) -> list[str]:
    """The lines of the file that are told as wrong."""
    rows = [row for row in told.output.splitlines() if ".csv:" in row]
    return [row.split(".csv:")[1].split(":")[0] for row in rows]


def test_t23_a_file_is_taken_whole_and_once(desk: Desk, tmp_path: Path) -> None:
    text = f"\ufeffcode;member\nALPHA-1;\n;{ANNA}\nbeta 2;{ANNA}\n"
    first = bring_in(desk, tmp_path / "mail.csv", text)
    assert first.exit_code == 0, first.output
    codes = {
        code.code: code.member
        for code in desk.read(lot_codes(desk.program_id, "mail", "", 9)).codes
    }
    assert len(codes) == 3
    assert codes.keys() >= {"ALPHA1", "BETA2"}
    (made,) = codes.keys() - {"ALPHA1", "BETA2"}
    assert checks(made)
    assert [codes["ALPHA1"] is None, codes[made] == codes["BETA2"]] == [True, True]
    again = bring_in(desk, tmp_path / "mail.csv", text.replace("\n", "\r\n"))
    assert (again.exit_code, again.output) == (0, first.output)
    assert len(desk.read(lot_codes(desk.program_id, "mail", "", 9)).codes) == 3


def test_t23_every_wrong_line_is_told_and_nothing_is_taken(desk: Desk, tmp_path: Path) -> None:
    assert bring_in(desk, tmp_path / "a.csv", "code\nTAKEN\n", "before").exit_code == 0
    text = (
        "code,member,note\nGOOD1,,\nx,,\nGOOD1,,\n,,a note\na,b,c,d\n\n,,\n"
        "GOOD2,nobody at all,\nGOOD3,,\n"
    )
    told = bring_in(desk, tmp_path / "b.csv", text)
    assert told.exit_code == 1
    lines = lines_of(told)
    assert lines == ["3", "4", "5", "6", "9"]
    text = "code,member\nGOOD1,\ntaken,\n,card:4539148803436467\n"
    told = bring_in(desk, tmp_path / "c.csv", text)
    assert told.exit_code == 1
    lines = lines_of(told)
    assert lines == ["3", "4"]
    assert [each.lot for each in desk.read(lots(desk.program_id)).lots] == ["before"]
    count = desk.connection.execute("select count(*) from voucher").fetchone()
    assert count == (1,)


@pytest.mark.parametrize(
    "text", ["", "nothing\nA\n", "code,code\nA,B\n", 'code\n"open\n', "code\n"]
)
def test_what_is_no_list_of_codes_is_refused(desk: Desk, tmp_path: Path, text: str) -> None:
    assert bring_in(desk, tmp_path / "a.csv", text).exit_code == 1
    assert desk.read(lots(desk.program_id)).lots == []


def test_t23_no_cell_of_an_export_is_run_by_a_spreadsheet(desk: Desk, tmp_path: Path) -> None:
    bring_in(desk, tmp_path / "a.csv", "code\n=1+1\n@SUM(A1)\nPLAIN\n")
    out = tmp_path / "out.csv"
    assert run(desk, "export", "mail", str(out)).exit_code == 0
    header, *rows = csv.reader(io.StringIO(out.read_text()))
    assert header[0] == "code"
    assert [row[0] for row in rows] == ["'=1+1", "'@SUM(A1)", "PLAIN"]


def test_a_lot_is_made_listed_and_paused(desk: Desk) -> None:
    made = run(desk, "create", "till", "--voucher", "coffee", "--count", "20", "--prefix", "CAFE")
    assert made.exit_code == 0, made.output
    assert run(desk, "create", "all", "--voucher", "coffee", "--public", "WELCOME").exit_code == 0
    assert run(desk, "pause", "till").exit_code == 0
    assert desk.read(lot(desk.program_id, "till")).state == "paused"
    listed = run(desk, "list").output
    assert "till" in listed
    assert "paused" in listed
    assert run(desk, "create", "none", "--voucher", "coffee").exit_code == 2


def statements_of(desk: Desk, work: Any) -> int:
    """How many statements the database was sent."""
    seen: list[str] = []
    real = psycopg.RawCursor.execute

    def execute(self: Any, query: Any, *more: Any, **named: Any) -> Any:
        seen.append(str(query))
        return real(self, query, *more, **named)

    psycopg.RawCursor.execute = execute  # type: ignore[method-assign]
    try:
        work()
    finally:
        psycopg.RawCursor.execute = real  # type: ignore[method-assign]
    return len(seen)


READ = "select coalesce(sum(idx_tup_fetch + seq_tup_read), 0)::int from pg_stat_xact_user_tables"


def cost(desk: Desk, code: str) -> tuple[int, int]:
    """Statements and rows read for a basket that shows a code."""
    from regulars.activities.batch import run_batch
    from regulars.kit.steps import run_sync

    request = PurchaseIn((LineIn("bread", 1, amount_minor=2_000),), ANNA, codes=(code,))
    operation = RecordPurchase(request, desk.caller, key=desk.key(), at=desk.now)
    with desk.connection.transaction(), psycopg.RawCursor(desk.connection) as cursor:
        before = rows_read(cursor)
        count = statements_of(
            desk,
            lambda: run_sync(
                cursor, run_batch(desk.context, [operation], now=desk.now, ids=desk.ids)
            ),
        )
        return count, rows_read(cursor) - before


def rows_read(cursor: Any) -> int:
    return int(cursor.execute(READ).fetchone()[0])


def test_t6_a_hundred_thousand_live_codes_cost_a_basket_the_same_as_one(desk: Desk) -> None:
    for name, value in PLANS.items():
        desk.connection.execute(f"set {name} = {value}".encode())
    run(desk, "create", "few", "--voucher", "five-off", "--count", "2")
    one, other = (code.code for code in desk.read(lot_codes(desk.program_id, "few", "", 2)).codes)
    cost(desk, "warm")
    before = cost(desk, one)
    made = run(desk, "create", "many", "--voucher", "five-off", "--count", str(MANY))
    assert made.exit_code == 0, made.output
    assert desk.read(lot(desk.program_id, "many")).issued == MANY
    count = desk.connection.execute("select count(*) from voucher where lot = 'many'").fetchone()
    assert count == (MANY,)
    after = cost(desk, other)
    assert after[0] == before[0]
    assert after[1] <= before[1] < 30


def test_a_lot_is_copied_in_by_a_handful_of_statements(desk: Desk) -> None:
    costs = []
    for name, number in (("small", 10), ("large", 10_000)):
        costs.append(
            statements_of(
                desk,
                lambda name=name, number=number: run(
                    desk, "create", name, "--voucher", "five-off", "--count", str(number)
                ),
            )
        )
    assert costs[0] == costs[1] < 20
