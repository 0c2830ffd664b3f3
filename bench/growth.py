"""What a purchase costs where there are many: beside the same in a small program on that server.

Both programs get real purchases of members chosen by chance. Of the large one's, copies are made in
the database, with ids, keys and members of their own, until there are as many as asked for: every
table and index has the size it would have, and every row is like a real one.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from random import Random

import psycopg
from psycopg import sql

from bench.figures import Figure, figure
from bench.imports import bring_in, made
from bench.load import Load, load, need_wrk
from bench.stage import Program, Stage, serving
from bench.yardstick import CLIENTS

AIM = 1.3
SMALL_MEMBERS, SMALL_PURCHASES = 20_000, 200_000
REAL = 20_000
"""Purchases of each program that are made by the till's own operation."""
_AT_ONCE = 100
"""Copies that one statement makes: each goes once through all of every index."""
_COPIED = ("activity", "idempotency", "outbox", "posting", "lot")
_OWN_IDS = frozenset({"id", "activity_id"})


def run(stage: Stage, *, factor: int, repeats: int, seconds: float) -> Iterator[Figure]:
    """The small program, and one ``factor`` times as large."""
    need_wrk()
    small = _filled(stage, "small", SMALL_MEMBERS, SMALL_PURCHASES)
    large = _filled(stage, "large", SMALL_MEMBERS * factor, SMALL_PURCHASES * factor)
    with psycopg.connect(stage.admin_url, autocommit=True) as connection:
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")
    found: dict[str, list[Load]] = {"small": [], "large": []}
    with serving(stage.url, workers=1) as server:
        for program in (small, large):
            load(stage, program, server, CLIENTS, 5)
        for _ in range(repeats):
            for name, program in (("small", small), ("large", large)):
                found[name].append(load(stage, program, server, CLIENTS, seconds))
    costs = {
        name: figure(
            f"a purchase, {program.members:,} members, {SMALL_PURCHASES * times:,} purchases",
            [1e6 / each.rate for each in found[name]],
            "us",
        )
        for name, program, times in (("small", small, 1), ("large", large, factor))
    }
    yield costs["small"]
    many = costs["large"]
    yield figure(
        many.name, [1e6 / each.rate for each in found["large"]], "us", beside=costs["small"],
        note=f"aim {AIM} at most",
    )  # fmt: skip
    for field in ("app_us", "database_us"):
        few = figure(f"  {field[:-3]}, small", [getattr(f, field) for f in found["small"]], "us")
        yield few
        yield figure(
            f"  {field[:-3]}, large", [getattr(f, field) for f in found["large"]], "us", beside=few
        )


def _filled(stage: Stage, slug: str, members: int, purchases: int) -> Program:
    program = stage.program(slug, members=members)
    real = made(stage, program, REAL, Random(1))
    asyncio.run(bring_in(stage, program, real))
    with psycopg.connect(stage.url, autocommit=True) as connection:
        connection.execute("set synchronous_commit = off")
        connection.execute("set work_mem = '512MB'")
        _number_members(connection, program)
        copies = purchases // REAL - 1
        for table in _COPIED:
            columns = _set_aside(connection, table, program)
            for first in range(1, copies + 1, _AT_ONCE):
                last = min(first + _AT_ONCE - 1, copies)
                _copy(connection, table, columns, program, first, last)
                print(
                    f"{time.strftime('%H:%M:%S')} {slug}: {last} of {copies} copies of"
                    f" every {table}",
                    file=sys.stderr, flush=True,
                )  # fmt: skip
        _open_accounts(connection, program)
    return program


def _number_members(connection: psycopg.Connection, program: Program) -> None:
    connection.execute("drop table if exists numbered")
    connection.execute(
        "create unlogged table numbered as select id, row_number() over (order by id) - 1 as no"
        " from member where program_id = %s",
        (program.id,),
    )
    connection.execute("create unique index on numbered (id)")
    connection.execute("create unique index on numbered (no)")
    connection.execute("analyze numbered")


def _set_aside(connection: psycopg.Connection, table: str, program: Program) -> list[str]:
    """The real rows of a table in one of their own, with the number of their member; the columns
    that are to be copied."""
    columns = [
        row[0]
        for row in connection.execute(
            "select column_name from information_schema.columns where table_name = %s"
            " and column_name <> 'seq' and is_generated = 'NEVER' order by ordinal_position",
            (table,),
        )
    ]
    number, join = "0", ""
    if "member_id" in columns:
        number, join = "o.no", " join numbered o on o.id = t.member_id"
    connection.execute("drop table if exists aside")
    statement = (
        f"create unlogged table aside as select t.*, {number} as no from {table} t{join}"
        " where t.program_id = %s"
    )
    connection.execute(sql.SQL(statement), (program.id,))
    connection.execute("analyze aside")
    return columns


def _copy(
    connection: psycopg.Connection, table: str, columns: list[str], program: Program, first: int,
    last: int,
) -> None:  # fmt: skip
    """What is real some times more: same instants, other ids, other members."""
    values = ", ".join(_value(column) for column in columns)
    statement = (
        f"insert into {table} ({', '.join(columns)}) select {values}"
        # All copies of a row after each other: their keys lie together in most indexes. The series
        # names the row, or the planner would be free to go through all rows for each copy.
        f" from aside t cross join lateral generate_series({first}, {last} + 0 * t.no) as copy"
    )
    if "member_id" in columns:
        statement += f" join numbered n on n.no = (t.no + copy * 7919) % {program.members}"
    connection.execute(sql.SQL(statement))


def _value(column: str) -> str:
    if column in _OWN_IDS:
        return f"(left(t.{column}::text, 26) || lpad(to_hex(copy), 10, '0'))::uuid"
    if column == "member_id":
        return "n.id"
    if column == "key":
        return "t.key || '-copy-' || copy"
    return f"t.{column}"


def _open_accounts(connection: psycopg.Connection, program: Program) -> None:
    """Everybody has what the lots say."""
    connection.execute(
        "insert into account (program_id, holder_id, asset, pending, as_of, next_due_at)"
        " select program_id, member_id, asset, sum(remaining), now() - interval '1 day',"
        " min(available_at) from lot where program_id = %s group by 1, 2, 3"
        " on conflict do nothing",
        (program.id,),
    )
