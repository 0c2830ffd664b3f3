"""A month as two Parquet files, and back: rows in, the same rows out.

Text goes between PostgreSQL and DuckDB as CSV, so that a month of any size takes little memory.
"""

import tempfile
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from regulars.kit.months import LOGS, part
from regulars.kit.problems import Conflict, Invalid
from regulars.kit.steps import Step
from regulars.months.operations import put_away, same, table_of
from regulars.months.queries import SQL

_TYPES = {"timestamp with time zone": "TIMESTAMP", "uuid": "UUID", "bigint": "BIGINT"}
_TYPES |= {"integer": "INTEGER", "text": "VARCHAR"}
_READ_CSV = (
    "auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', nullstr = '\\N'"
)
_WRITTEN_CSV = "format csv, header false, delimiter ',', quote '\"', escape '\"', nullstr '\\N'"
_POSTGRES_CSV = "with (format csv, null '\\N')"


def write(connection: psycopg.Connection, month: str, folder: Path, now: int) -> list[Path]:
    """Write a detached month to ``folder``: ``activity_2024_03.parquet`` and the postings."""
    with psycopg.RawCursor(connection) as cursor:
        same(cursor, put_away(cursor, month))
        made = [_written(connection, table_of(table, month), folder) for table in LOGS]
        step = Step(SQL["exported"], (month, now))
        cursor.execute(step.sql, step.params)
    return made


def drop(connection: psycopg.Connection, month: str, folder: Path, now: int) -> None:
    """Take a month's tables out of the database, once its files in ``folder`` are read back and
    hold every row."""
    with connection.transaction(), psycopg.RawCursor(connection) as cursor:
        known = put_away(cursor, month)
        for table, rows in (("activity", known.activities), ("posting", known.postings)):
            name = table_of(table, month)
            held = _rows(folder / f"{name}.parquet")
            if held != rows:
                raise Conflict(f"{name}.parquet holds {held} rows, not {rows}: write it anew.")
            cursor.execute(f'drop table "{name}"'.encode())
        cursor.execute(SQL["dropped"], (month, now))


def read(connection: psycopg.Connection, month: str, folder: Path) -> None:
    """Make a dropped month's tables anew from its files; all of it, or nothing."""
    with connection.transaction(), psycopg.RawCursor(connection) as cursor:
        known = put_away(cursor, month)
        if known.dropped_at is None:
            raise Conflict(f"The tables of {month} are in the database: attach it without files.")
        for table in LOGS:
            name = table_of(table, month)
            # As a part is, with its keys and indexes, and out of everybody's reach.
            cursor.execute(f'create table "{name}" (like "{table}" including all)'.encode())
            cursor.execute(_apart(table, name))
            _filled(connection, name, folder / f"{name}.parquet")
        same(cursor, known)
        cursor.execute("update month_detached set dropped_at = null where name = $1", (month,))


def _apart(table: str, name: str) -> bytes:
    return part(table, name).partition(";\n")[2].encode()


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _columns(connection: psycopg.Connection, name: str) -> dict[str, str]:
    rows = connection.execute(
        "select attname, format_type(atttypid, null) from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum",
        (name,),
    ).fetchall()
    return dict(rows)


def _written(connection: psycopg.Connection, name: str, folder: Path) -> Path:
    import duckdb

    types = {column: _TYPES[kind] for column, kind in _columns(connection, name).items()}
    target, unfinished = folder / f"{name}.parquet", folder / f"{name}.parquet.unfinished"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as inside, connection.transaction():
        text = Path(inside) / "rows.csv"
        connection.execute("set local timezone = 'UTC'")
        query = sql.SQL("copy (select {} from {} order by program_id, id) to stdout ").format(
            sql.SQL(", ").join(map(_plain, types, _columns(connection, name).values())),
            sql.Identifier(name),
        )
        with (
            text.open("wb") as out,
            connection.cursor().copy(query + sql.SQL(_POSTGRES_CSV)) as rows,
        ):
            for chunk in rows:
                out.write(chunk)
        with duckdb.connect() as duck:
            duck.execute(
                f"copy (select * from read_csv({_quoted(text)}, {_READ_CSV}, columns = {types!r},"  # noqa: S608 - quoted
                f" allow_quoted_nulls = false)) to {_quoted(unfinished)}"
                " (format parquet, compression zstd)"
            )
    unfinished.rename(target)
    return target


def _plain(column: str, kind: str) -> sql.Composable:
    """Instants as UTC without saying so: DuckDB knows zones only with an extension."""
    name = sql.Identifier(column)
    return sql.SQL("{}::timestamp").format(name) if kind.startswith("timestamp") else name


def _rows(file: Path) -> int:
    import duckdb

    if not file.exists():
        raise Invalid(f"{file} is not there: write the month first, or name its folder.")
    with duckdb.connect() as duck:
        query = "select count(*) from read_parquet(?)"
        row: Any = duck.execute(query, [str(file)]).fetchone()
    return int(row[0])


def _filled(connection: psycopg.Connection, name: str, file: Path) -> None:
    import duckdb

    _rows(file)
    columns = sql.SQL(", ").join(map(sql.Identifier, _columns(connection, name)))
    query = sql.SQL("copy {} ({}) from stdin ").format(sql.Identifier(name), columns)
    with tempfile.TemporaryDirectory(dir=file.parent) as inside:
        text = Path(inside) / "rows.csv"
        with duckdb.connect() as duck:
            rows_of = f"select * from read_parquet({_quoted(file)})"  # noqa: S608 - quoted
            duck.execute(f"copy ({rows_of}) to {_quoted(text)} ({_WRITTEN_CSV})")
        connection.execute("set local timezone = 'UTC'")
        with (
            text.open("rb") as rows,
            connection.cursor().copy(query + sql.SQL(_POSTGRES_CSV)) as to,
        ):
            while chunk := rows.read(1 << 20):
                to.write(chunk)
