"""No statement looks through all of what grows: every plan finds rows by more than their program.

Row-level security hides a trap that no small database shows: a condition with a function that might
tell (``coalesce``, ``||`` of another row's column) is looked at after the policy, so that no index
can use it, and every row of the program is read. So each table is filled, each statement of the
house is planned as the role that carries it out, and what would read a table whole is named.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import regulars
from regulars.activities.session import PLANS
from regulars.activities.wants import BESIDE, COLUMNS, _statement
from regulars.kit.sql import statements
from tests.conftest import FOLDER, url

HOUSE = Path(regulars.__file__).parent
ROWS = 3000
PROGRAM = "01000000-0000-7000-8000-000000000001"
VALUES = {
    "uuid": "lpad(to_hex(g), 32, '0')::uuid", "text": "'x' || g", "boolean": "g % 2 = 0",
    "character varying": "'x' || g", "integer": "g", "bigint": "g", "smallint": "1",
    "double precision": "g", "real": "0", "numeric": "g", "date": "date '2026-01-01' + g",
    "timestamp with time zone": "now() - g * interval '1 minute'", "jsonb": "'{}'", "json": "'{}'",
    "bytea": "decode(lpad(to_hex(g), 8, '0'), 'hex')", "inet": "'127.0.0.1'",
    "xid8": "g::text::xid8",
}  # fmt: skip
"""What a column is filled with, of the ``g``-th row; lists are empty."""
OPEN = ("closed_at", "left_at", "ended_at", "refers_to", "dissolved_at", "ends_at", "detached_at")
"""Columns that say that something is over; it is not."""
FEW = {
    "organization", "program", "revision", "shop", "api_key", "card_batch", "draft", "voucher_lot",
    "seal", "miss", "staff_membership", "webhook_endpoint", "erasure", "import_file",
}  # fmt: skip
"""Tables of which an organization has few rows, or of which the last ones are looked at."""
WHOLE = {
    "activities/queries.sql: drain": "the outbox is emptied, a thousand rows at a time",
    "care/queries.sql: found": "the last 2,000 activities, for the tills that are busy",
    "console/alerts.sql: alerts": "dead deliveries, by the index of those alone",
    "console/figures.sql: members": "counts the members",
    "console/figures.sql: assets": "adds up what all accounts owe",
    "console/figures.sql: counted": "counts the members by tier",
    "drafts/drafts.sql: products": "the first of the list, for the test basket",
    "merges/merge.sql: household_head": "rare, and few are heads",
    "merges/merge.sql: invitations": "rare, and few are open",
    "merges/merge.sql: codes": "rare, and codes to sign in are forgotten",
    "merges/merge.sql: sessions": "rare",
    "products/queries.sql: stock": "the whole range, for the search for sales below cost",
    "products/queries.sql: shelf": "the whole range, for the till page of a small shop",
    "progress/queries.sql: leaders": "all who wish to be seen",
    "purchases/queries.sql: with_receipt": "the last 5,000 activities, for the tills that are busy",
    "rewards/queries.sql: lately": "the newest that fit",
}  # fmt: skip
"""What may read a table whole, and why."""
OWNERS = (
    "ledger/verify",
    "ledger/seal",
    "portal/tasks",
    "privacy/",
    "months/",
    "till/watch",
    "demo/",
    "cards/batches",
)
"""Statements of jobs and commands, which no policy holds; the books are read whole by purpose."""
SCAN = re.compile(r"(Seq|Index|Index Only) Scan (?:Backward )?(?:using \w+ )?on (\w+)")
OF_PROGRAM = re.compile(
    r"\(?\w*\.?program_id = (?:ANY \(\(\$\d+\)::uuid\[\]\)|\$\d+|\w+\.\w+|\w+)\)?"
)


def test_no_statement_reads_all_that_a_program_has(fresh_database_url: str) -> None:
    name = fresh_database_url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(url(FOLDER, database=name, role="postgres"), autocommit=True) as admin:
        filled = set(fill(admin))
    found, planned = set(), 0
    with psycopg.connect(fresh_database_url, autocommit=True) as connection:
        connection.prepare_threshold = None
        for setting, value in PLANS.items():
            connection.execute("select set_config(%s, %s, false)", (setting, value))
        connection.execute("set role regulars_app")
        connection.execute("select set_config('regulars.programs', %s, false)", [PROGRAM])
        for number, (where, sql) in enumerate(everything()):
            plan = planned_as(connection, f"s{number}", sql)
            planned += plan is not None
            found |= {f"{where} ({table})" for table in read_whole(plan or []) if table in filled}
    assert planned > 250
    tables = {one.rpartition(" (")[2][:-1] for one in found}
    assert tables & {"account", "member"}, "what is known to be read whole is seen"
    assert sorted(one for one in found if one.rpartition(" (")[0] not in WHOLE) == []


def everything() -> Iterator[tuple[str, str]]:
    """Every statement with its place; the one that loads a batch with all that it may be asked."""
    for file in sorted(HOUSE.rglob("*.sql")):
        room = str(file.relative_to(HOUSE))
        if "schema/" in room or room.startswith(OWNERS):
            continue
        package = "regulars." + ".".join(file.relative_to(HOUSE).parts[:-1])
        for name, sql in statements(package, file.name).items():
            yield f"{room}: {name}", sql
    yield "the load statement", _statement(COLUMNS, BESIDE, True)[0]


def planned_as(connection: psycopg.Connection, name: str, sql: str) -> list[str] | None:
    """Its plan for whatever parameters; None for a part of a statement, or one of others."""
    number = max(map(int, re.findall(r"\$(\d+)", sql)), default=0)
    nothing = f"({', '.join(['null'] * number)})" if number else ""
    try:
        connection.execute(f"prepare {name} as {sql.rstrip().rstrip(';')}".encode())
        rows = connection.execute(f"explain execute {name}{nothing}".encode()).fetchall()
    except (psycopg.errors.SyntaxError, psycopg.errors.UndefinedTable):
        return None
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.IndeterminateDatatype):
        return None
    return [row[0] for row in rows]


def read_whole(plan: list[str]) -> Iterator[str]:
    """Tables of which a plan reads every row of the program, or more."""
    for number, line in enumerate(plan):
        scan = SCAN.search(line)
        if scan is None:
            continue
        own = []
        for after in plan[number + 1 :]:
            if after.strip().startswith(("->", "InitPlan", "SubPlan")):
                break
            own.append(after.strip())
        condition = next((text for text in own if text.startswith("Index Cond")), "")
        bounded = "Limit" in plan[number - 1] and not any("Filter" in text for text in own)
        table = re.sub(r"_(begin|m\d+)$", "", scan[2])
        if not bounded and not re.search(r"[<>=]", OF_PROGRAM.sub("", condition)):
            yield table


def fill(admin: psycopg.Connection) -> Iterator[str]:
    """Rows that mean nothing in every table that a program or an organization has rows of."""
    admin.execute("set session_replication_role = replica")  # nobody looks whether they fit
    tables = admin.execute(
        "select relname, oid from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind in ('r', 'p') and not relispartition"
    ).fetchall()
    for table, oid in tables:
        columns = admin.execute(
            "select attname, format_type(atttypid, null) from pg_attribute where attrelid = %s"
            " and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''",
            [oid],
        ).fetchall()
        if table in FEW or not {"program_id", "organization_id"} & {name for name, _ in columns}:
            continue
        for (check,) in admin.execute(
            "select conname from pg_constraint where conrelid = %s and contype = 'c'", [oid]
        ).fetchall():
            admin.execute(f'alter table "{table}" drop constraint "{check}"'.encode())
        values = ", ".join(value(name, kind) for name, kind in columns)
        names = ", ".join(f'"{name}"' for name, _ in columns)
        admin.execute(
            f'insert into "{table}" ({names}) select {values} from generate_series(1, {ROWS}) g'
            " on conflict do nothing".encode()
        )
        yield table
    admin.execute("vacuum analyze")


def value(name: str, kind: str) -> str:
    if name in ("program_id", "organization_id"):
        return f"'{PROGRAM}'"
    if name in OPEN:
        return "null"
    return "'{}'" if kind.endswith("[]") else VALUES[kind]


@pytest.mark.parametrize("trap", ["coalesce($2, (select $2))", "('x' || r.v)::uuid"])
def test_the_trap_is_seen(fresh_database_url: str, trap: str) -> None:
    name = fresh_database_url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(url(FOLDER, database=name, role="postgres"), autocommit=True) as admin:
        assert "member" in set(fill(admin))
        for setting, chosen in PLANS.items():
            admin.execute("select set_config(%s, %s, false)", (setting, chosen))
        admin.execute("set role regulars_app")
        plan = planned_as(
            admin,
            "trap",
            "select m.id from (select 'y' as v offset 0) as r join member m"
            f" on m.program_id = $1::uuid and m.id = {trap.replace('$2', '$2::uuid')}"
            " where $2::uuid is not null",
        )
    assert "member" in set(read_whole(plan or []))
