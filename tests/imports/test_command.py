"""`regulars import` as a user meets it: a process, a file, a terminal."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from regulars.imports.faults import Refused
from regulars.imports.mapping import InvalidMapping, json_schema, parse
from regulars.imports.mapping import template as example

from .conftest import CARD, HEADER, NOBODY, Office

AT = "2024-03-02T12:30:00+01:00"


def start(office: Office, *words: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "regulars", "import", *words],
        env={**os.environ, "DATABASE_URL": office.url, "COLUMNS": "200", **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
        preexec_fn=_hear_interrupts,
    )  # fmt: skip


def _hear_interrupts() -> None:
    """Tests may run in the background, where a shell has Ctrl-C ignored by all it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(office: Office, *words: str, code: int = 0, **environment: str) -> str:
    """What the command said, both outputs together."""
    process = start(office, *words, "--organization", office.slug, **environment)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == code, out + errors
    return out + errors


def test_a_file_is_imported_and_told_about(office: Office) -> None:
    office.member()
    file = str(office.receipts(f"1,12,1,{AT},{CARD},bread,1,1240", f"2,12,1,{AT},,milk,1,500"))
    assert "Dry run" in run(office, "purchases", file, "--dry-run")
    told = run(office, "purchases", file)
    assert "recorded: 2" in told
    assert "earned, points: 12" in told
    assert "already imported on 20" in run(office, "purchases", file)
    assert "zaimportowano już" in run(office, "purchases", file, REGULARS_LANG="pl")
    told = json.loads(run(office, "purchases", file, "--json", REGULARS_LANG="bg"))
    assert told["already_imported_at"].startswith("20")


def test_the_json_has_every_figure(office: Office) -> None:
    office.member()
    file = str(office.receipts(f"1,12,1,{AT},{CARD},bread,1,1240"))
    told = json.loads(run(office, "purchases", file, "--json"))
    assert told.pop("seconds") >= 0
    assert told == {
        "file": "file.csv", "kind": "purchases", "dry_run": False, "already_imported_at": None,
        "resumed_after": 0, "rows": 1, "left_out": 0, "purchases": 1, "unknown": 0, "new": 1,
        "paid_minor": 1240, "discount_minor": 0, "earned": {"points": 12},
    }  # fmt: skip


def test_faults_name_file_line_column_and_what_to_do(office: Office, tmp_path: Path) -> None:
    file = str(office.receipts(*(f"{n},12,1,{AT},{NOBODY},=1+1,x,1" for n in range(70))))
    report = tmp_path / "errors.csv"
    told = run(office, "purchases", file, "--errors", str(report), code=1, REGULARS_LANG="pl")
    assert f"{file}:2: quantity: „x” to nie liczba sztuk" in told
    assert len([line for line in told.splitlines() if line.startswith(file)]) == 50
    assert "70" in told.splitlines()[-1]
    with report.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows[0] == ["wiersz", "kolumna", "błąd"]
    assert len(rows) == 71
    assert rows[1][:2] == ["2", "quantity"]


def test_no_cell_of_the_errors_is_run_as_a_formula(office: Office) -> None:
    """T23: the file's own names come back in it."""
    file = office.file("=cmd,occurred_at,sku,amount_minor", f",{AT},a,1")
    mapping = """fields:
  {receipt_number: "=cmd", occurred_at: occurred_at, sku: sku, amount_minor: amount_minor}"""
    with pytest.raises(Refused) as caught:
        office.bring("purchases", file, mapping)
    assert caught.value.faults.table().splitlines()[1].startswith("2,'=cmd,")


def test_errors_as_json(office: Office) -> None:
    file = str(office.receipts(f"1,12,1,{AT},{NOBODY},a,1,1"))
    told = json.loads(run(office, "purchases", file, "--json", code=1))
    assert told["errors"] == 1
    assert (told["first"][0]["line"], told["first"][0]["code"]) == (2, "unknown_member")


def test_a_mapping_with_errors_tells_them_all_by_line(office: Office, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("decimals: dot\nfields:\n  recept_number: A\n  sku: {colum: B}\n")
    told = run(office, "purchases", str(office.receipts()), "--mapping", str(mapping), code=1)
    assert f'{mapping}:3: fields.recept_number: there is no field "recept_number" here' in told
    assert 'did you mean "receipt_number"?' in told
    assert f"{mapping}:4: fields.sku.colum" in told
    assert f"{mapping}:1: decimals" in told
    assert "occurred_at" in told


@pytest.mark.parametrize("noun", ["purchases", "members", "products"])
def test_the_example_is_a_file_that_can_be_imported(office: Office, noun: str) -> None:
    office.member()
    table, mapping = example(noun)
    assert parse(noun, mapping).decimals == "comma"
    assert (
        office.bring(noun, office.file(table.rstrip("\n")), now=1_800_000_000).counts["rows"] == 1
    )
    assert json_schema(noun)["properties"]["fields"]


def test_a_mapping_that_says_too_much_or_too_little() -> None:
    for text in ("fields: {sku: {column: a, constant: b}}", "fields: {sku: {template: plain}}",
                 "times: {timezone: Warsaw}", "fields: 7", "- a"):  # fmt: skip
        with pytest.raises(InvalidMapping):
            parse("purchases", text)
    with pytest.raises(InvalidMapping):
        parse("products", "fields: {sku: a}\nattributes: {a: b}")
    with pytest.raises(InvalidMapping):
        parse("products", "fields: {sku: a}\nreturns: leave_out")


def test_parquet_like_csv(office: Office) -> None:
    office.member()
    times = pl.Series(["2024-03-02 12:30:00", "2024-03-03 08:00:00"]).str.to_datetime()
    table = pl.DataFrame({
        "basket": [7.0, 8.0], "household": [int(CARD), None], "at": times,
        "article": ["żółw", "b"], "value": [12.4, 5.0],
    })  # fmt: skip
    path = office.folder / "file.parquet"
    table.write_parquet(path)
    mapping = """
decimals: point
fields:
  receipt_number: basket
  member: {template: "card:{household}"}
  occurred_at: at
  sku: article
  amount_minor: value
"""
    assert office.bring("purchases", path, mapping).counts["earned.points"] == 12
    rows = office.all("select receipt, paid_minor, member_id is null from activity"
                      " where kind = 'purchase' order by receipt")  # fmt: skip
    assert rows == [("7", 1240, False), ("8", 500, True)]
    broken = office.folder / "broken.parquet"
    broken.write_bytes(b"PAR1" + b"x" * 100)
    assert "Parquet" in run(office, "purchases", str(broken), code=1)


def test_files_that_are_no_tables(office: Office) -> None:
    assert office.faults("purchases", office.file(name="empty.csv")) == ["0: : empty"]
    assert office.faults("purchases", office.receipts()) == ["0: : no_rows"]
    twice = office.file(f"{HEADER},sku", f"1,12,1,{AT},,a,1,1,b")
    assert office.faults("purchases", twice) == ["0: sku: column_twice"]
    run(office, "purchases", str(office.folder / "missing.csv"), code=2)


def test_a_spreadsheets_own_hints_are_understood(office: Office) -> None:
    """``sep=;`` in the first line, UTF-16 with tabs, a name in a quoted header, no last newline."""
    told = ("sep=;", "receipt_number;occurred_at;sku;amount_minor", f"1;{AT};a,b;x")
    assert office.faults("purchases", office.file(*told)) == ["3: amount_minor: not_money"]
    wide = office.folder / "wide.csv"
    wide.write_text(
        f'"receipt_number"\toccurred_at\tsku\tamount_minor\r\n1\t{AT}\tхляб\t100', "utf-16"
    )
    assert office.bring("purchases", wide).counts["new"] == 1


def made(office: Office, purchases: int, lines: int = 1) -> Path:
    """A file of so many purchases of ten cards."""
    rows = [
        f"{n},12,1,2024-03-{1 + n % 28:02}T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z,"
        f"card:{CARD},article-{(n * 7 + line) % 1000},{1 + line},{100 + n % 900}"
        for n in range(purchases)
        for line in range(lines)
    ]
    return office.receipts(*rows, name="many.csv")


def test_killed_in_the_middle_it_goes_on_to_the_same_totals(
    office: Office, fresh_database_url: str, tmp_path: Path
) -> None:
    """T14: kill -9 between and inside chunks, until it is through."""
    file = made(office, 6_000)
    words = ("purchases", str(file), "--chunk", "200", "--unknown", "join", "--json")
    progress = "select coalesce(max(done), 0) from import_run"
    kills = 0
    while kills < 3:
        before = office.one(progress)
        process = start(office, *words, "--organization", office.slug)
        while process.poll() is None and office.one(progress) < before + 400:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += 1
    assert 0 < office.one(progress) < 6_000, "it was killed in the middle"
    told = json.loads(run(office, *words))
    assert told["resumed_after"] >= 1200

    other = Office(fresh_database_url, tmp_path)
    other.bring("purchases", file, unknown="join")
    assert office.totals() == other.totals()
    assert told["new"] == 6_000
    assert told["earned"]["points"] == other.totals()[0][4]
    office.verify()
    other.connection.close()


def test_ctrl_c_keeps_whole_chunks(office: Office) -> None:
    office.member()
    file = made(office, 4_000)
    words = ("purchases", str(file), "--chunk", "20", "--organization", office.slug)
    process = start(office, *words)
    while office.one("select coalesce(max(done), 0) from import_run") < 40:
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "goes on from there" in errors
    assert "Traceback" not in errors
    done = office.one("select done from import_run")
    assert done % 20 == 0
    assert office.one("select count(*) from activity where kind = 'purchase'") == done
    assert json.loads(run(office, *words[:4], "--json"))["new"] == 4_000
    office.verify()


@pytest.mark.alone
def test_memory_does_not_grow_with_the_file(office: Office) -> None:
    """100,000 lines: what the process holds at the end is about what it held after a quarter."""
    office.member()
    file = made(office, 10_000, lines=10)
    process = start(
        office, "purchases", str(file), "--organization", office.slug, "--chunk", "1000"
    )
    held: list[tuple[int, int]] = []
    while process.poll() is None:
        done = office.one("select coalesce(max(done), 0) from import_run")
        status = Path(f"/proc/{process.pid}/status")
        memory = [line for line in status.read_text().splitlines() if line.startswith("VmRSS")]
        if memory:
            held.append((done, int(memory[0].split()[1])))
        time.sleep(0.02)
    out, errors = process.communicate()
    assert "10 000" in out, out + errors
    quarter = max(memory for done, memory in held if done <= 2_500)
    assert max(memory for _, memory in held) < 1.25 * quarter
