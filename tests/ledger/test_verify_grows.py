"""``verify`` takes time in proportion to the books, not to their square."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from regulars.ledger.verify import CHECKS

MEMBERS, EACH = 6_000, 10
JOINED = ("lots_are_traced", "lots_are_balances", "accounts_are_folds", "holds_are_held")
"""Checks that join what was added up: their one side has no index."""


@pytest.fixture(scope="module")
def large(database_url: str) -> Iterator[psycopg.Connection]:
    """Sound lots, each taken from once, as one who may write anything puts them there."""
    admin = make_conninfo(database_url, user="postgres")
    with psycopg.connect(admin) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(
            "create temporary table made as select program_id, member_id, gen_random_uuid() as id"
            " from (select gen_random_uuid() as program_id) as p,"
            " (select gen_random_uuid() as member_id from generate_series(1, %s)) as m,"
            " generate_series(1, %s)",
            (MEMBERS, EACH),
        )
        connection.execute(
            "insert into lot (program_id, member_id, id, activity_id, asset, amount, remaining,"
            " expired, available_at, expires_at)"
            " select program_id, member_id, id, id, 'points', 10, 3, 0, now(), null from made"
        )
        connection.execute(
            "insert into lot_use (program_id, member_id, lot_id, posting_id, hold_id, amount)"
            " select program_id, member_id, id, id, null, 7 from made"
        )
        connection.execute(
            "insert into account (program_id, holder_id, asset, pending, available, held, owed,"
            " as_of) select program_id, member_id, 'points', 0, 3 * count(*), 0, 0, now()"
            " from made group by 1, 2"
        )
        connection.execute("analyze lot, lot_use, account")
        yield connection
        connection.rollback()


@pytest.mark.parametrize("check", JOINED)
def test_nothing_that_was_added_up_is_gone_through_again_for_each_row(
    large: psycopg.Connection, check: str
) -> None:
    rows = large.execute("explain (format json) " + CHECKS[check]).fetchone()  # type: ignore[arg-type]
    assert rows is not None
    plan = rows[0] if isinstance(rows[0], list) else json.loads(rows[0])
    again = [node for node in _nodes(plan[0]["Plan"]) if _goes_through_again(node)]
    assert again == []


def test_the_lots_are_found_to_be_sound(large: psycopg.Connection) -> None:
    assert large.execute(CHECKS["lots_are_traced"]).fetchall() == []  # type: ignore[arg-type]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def _goes_through_again(node: dict[str, Any]) -> bool:
    """A loop over rows whose inner side is many rows that no index finds."""
    return node["Node Type"] == "Nested Loop" and any(
        inner["Parent Relationship"] == "Inner"
        and inner["Node Type"] in ("Materialize", "Aggregate", "Seq Scan", "Subquery Scan")
        and inner["Plan Rows"] > 1_000
        for inner in node["Plans"]
    )
