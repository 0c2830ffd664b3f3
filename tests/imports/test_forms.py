"""Forms: what a cell says, in every way in which people and machines write it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from regulars.imports.faults import Faults
from regulars.imports.mapping import parse
from regulars.imports.rows import Given, Terms, read
from regulars.imports.staging import staged

Read = Callable[..., Any]
FIELDS = "fields: {receipt_number: r, occurred_at: t, sku: s, amount_minor: a, quantity: q}"
ROW = {"r": "1", "t": "2024-03-02T12:30:00+01:00", "s": "x", "a": "100", "q": "1"}


@pytest.fixture
def one(tmp_path: Path) -> Read:
    """What the field ``name`` of a row becomes: a value, or the code of its fault."""

    def one(name: str, cell: Any, said: str = "", digits: int = 2, parquet: bool = False) -> Any:
        column = {"occurred_at": "t", "amount_minor": "a", "quantity": "q", "sku": "s"}[name]
        path = tmp_path / "file"
        table = pl.DataFrame([{**ROW, column: cell}])
        table.write_parquet(path) if parquet else table.write_csv(path)
        faults = Faults()
        terms = Terms(digits, "Europe/Warsaw", 2_000_000_000)
        given = Given("purchases", path, parse("purchases", f"{said}\n{FIELDS}"))
        with staged() as staging:
            read(given, terms, staging, faults, lambda rows, *_: rows, lambda part: None)
            if faults:
                assert faults.first[0].words()
                return faults.first[0].code
            return staging.one(f"select {name} from parts")

    return one


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("12,40", 1240),
        ("12", 1200),
        ("12,4", 1240),
        ("12,4000", 1240),
        ("1 234", 123400),
        ("1\u00a0234\u202f567,89", 123456789),
        ("0,00", 0),
        ("12.40", "decimals_comma"),
        ("12,405", "too_fine"),
        ("12,40 zł", "not_money"),
        ("1.234,50", "not_money"),
        ("12 40", "not_money"),
        ("12,", "not_money"),
        ("-3,00", "negative_amount"),
        ("99999999999", "too_much"),
        ("9" * 30, "not_money"),
        ("٣", "not_money"),
    ],
)
def test_amounts_with_a_comma(one: Read, cell: str, found: int | str) -> None:
    assert one("amount_minor", cell, "decimals: comma") == found


@pytest.mark.parametrize(
    ("cell", "said", "digits", "found"),
    [
        ("12.40", "decimals: point", 2, 1240),
        ("12,40", "decimals: point", 2, "decimals_point"),
        ("1240", "decimals: minor", 2, 1240),
        ("1240.0", "decimals: minor", 2, 1240),
        ("12.40", "decimals: minor", 2, "not_minor"),
        ("12,40", "decimals: minor", 2, "decimals_minor"),
        ("1240", "decimals: point", 0, 1240),
        ("1240.5", "decimals: point", 0, "too_fine"),
        ("1.234", "decimals: point", 3, 1234),
    ],
)
def test_amounts_with_a_point_in_minor_units_and_without(
    one: Read, cell: str, said: str, digits: int, found: int | str
) -> None:
    assert one("amount_minor", cell, said, digits) == found


@pytest.mark.parametrize(
    ("cell", "said", "found"),
    [
        ("3", "", 3),
        ("3.0", "", 3),
        ("3,000", "decimals: comma", 3),
        ("0,543", "decimals: comma", "fraction"),
        ("3,000", "decimals: point", "fraction"),
        ("two", "", "not_a_quantity"),
        ("0", "", "no_units"),
        ("-2", "", "negative_quantity"),
        ("1000001", "", "too_many_units"),
    ],
)
def test_quantities(one: Read, cell: str, said: str, found: int | str) -> None:
    assert one("quantity", cell, said) == found


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("2024-03-02T12:30:00+01:00", 1709379000),
        ("2024-03-02T11:30:00Z", 1709379000),
        ("2024-03-02 12:30", 1709379000),
        ("2024-03-02 12:30:00.123", 1709379000),
        ("2024-03-02T11:30+0000", 1709379000),
        ("2024-03-02 13:30:00 +02", 1709379000),
        ("2024-10-27 02:30", 1729989000),  # comes twice; the earlier
        ("2024-10-27 02:30+01:00", 1729992600),
        ("2024-03-31 02:30", "no_such_hour"),
        ("2024-03-02", "only_a_date"),
        ("02.03.2024 12:30", "not_a_time"),
        ("2024-02-30 12:30", "not_a_time"),
        ("2050-01-01 12:30", "in_the_future"),
        ("1950-01-01 12:30", "too_early"),
    ],
)
def test_times(one: Read, cell: str, found: int | str) -> None:
    """T15."""
    assert one("occurred_at", cell) == found


@pytest.mark.parametrize(
    ("cell", "said", "found"),
    [
        ("02.03.2024 12:30", "{format: '%d.%m.%Y %H:%M'}", 1709379000),
        ("02.03.2024 12:30", "{format: '%d.%m.%Y %H:%M', timezone: UTC}", 1709382600),
        ("02.03.2024", "{format: '%d.%m.%Y'}", 1709334000),
        ("3/2/2024 12:30 PM", "{format: '%m/%d/%Y %I:%M %p'}", 1709379000),
        ("02.03.2024 12:30 +0200", "{format: '%d.%m.%Y %H:%M %z'}", 1709375400),
        ("2024-03-02 12:30", "{format: '%d.%m.%Y %H:%M'}", "not_this_format"),
    ],
)
def test_times_in_a_format(one: Read, cell: str, said: str, found: int | str) -> None:
    assert one("occurred_at", cell, f"times: {said}") == found


@pytest.mark.parametrize(
    ("name", "cell", "said", "found"),
    [
        ("amount_minor", 12.4, "decimals: comma", 1240),
        ("amount_minor", 12.405, "decimals: comma", "too_fine"),
        ("amount_minor", 1240, "", 1240),
        ("amount_minor", None, "", None),
        ("quantity", 3.0, "", 3),
        ("sku", 5901234123457.0, "", "5901234123457"),
        ("sku", 17, "", "17"),
    ],
)
def test_columns_with_types(one: Read, name: str, cell: Any, said: str, found: Any) -> None:
    assert one(name, cell, said, parquet=True) == found


def test_times_of_parquet_keep_their_zone(one: Read) -> None:
    naive = pl.Series(["2024-03-02T12:30:00"]).str.to_datetime()
    assert one("occurred_at", naive[0], "times: {format: '%d.%m.%Y'}", parquet=True) == 1709379000
    aware = naive.dt.replace_time_zone("Europe/Sofia")
    assert one("occurred_at", aware[0], parquet=True) == 1709375400


@pytest.mark.parametrize("cell", ["a\x00b", "a\x07"])
def test_invisible_characters_are_refused(one: Read, cell: str) -> None:
    assert one("sku", cell) == "control_character"


@pytest.mark.parametrize(
    ("kind", "cell", "found"),
    [
        ("integer", "1980", 1980),
        ("integer", "19,8", "not_integer"),
        ("number", "1,5", 1.5),
        ("number", "1.5", "not_number"),
        ("yes_no", "ДА", True),
        ("yes_no", "nie", False),
        ("yes_no", "maybe", "not_yes_no"),
        ("text", "=1+1", "=1+1"),
        ("text", "x" * 501, "too_long"),
    ],
)
def test_attributes(kind: str, cell: str, found: Any, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    pl.DataFrame({"card": "1", "a": cell}).write_csv(path)
    mapping = parse("members", "decimals: comma\nfields: {card: card}\n"
                    f"attributes: {{x: {{column: a, type: {kind}}}}}")  # fmt: skip
    faults = Faults()
    terms = Terms(2, "Europe/Warsaw", 2_000_000_000)
    with staged() as staging:
        given = Given("members", path, mapping)
        read(given, terms, staging, faults, lambda rows, *_: rows, lambda part: None)
        code = faults.first[0].code if faults else None
        assert (code or staging.one('select "attributes.x" from parts')) == found
