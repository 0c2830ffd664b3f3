"""A migration that makes everybody wait is refused: what it would lock is named.

The first migrations of a noun meet empty tables and may do as they like. Later ones meet tables of
any size, with tills at work: they are made of `regulars.kit.upgrades`, or SQL that takes a moment.
"""

import re
from collections.abc import Iterator

import pytest
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL

from regulars.kit.upgrades import Unhurried

BEFORE_ANY_ROW = {("staff", "0002_privileges")}
NEW = re.compile(r"\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?\"?(\w+)")
LONG = {
    r"\bcreate\s+(?:unique\s+)?index\s+(?!concurrently\b)[^;]*?\bon\s+\"?(\w+)": "use Index",
    r"\balter\s+table\s+(?:only\s+)?\"?(\w+)[^;]*\badd\s+(?:constraint\s+\"?\w+\"?\s+)?"
    r"(?:check|foreign\s+key)(?![^;]*\bnot\s+valid\b)": "use Check, or not valid and then validate",
    r"\balter\s+table\s+(?:only\s+)?\"?(\w+)[^;]*\badd\s+(?:constraint\s+\"?\w+\"?\s+)?"
    r"(?:unique|primary\s+key|exclude)(?![^;]*\busing\s+index\b)": "use Index, then using index",
    r"\balter\s+table\s+(?:only\s+)?\"?(\w+)[^;]*\bset\s+not\s+null": "use Check",
    r"\balter\s+table\s+(?:only\s+)?\"?(\w+)[^;]*\btype\b": "add a column and fill it",
    r"\balter\s+table\s+(?:only\s+)?\"?(\w+)[^;]*\badd\s+(?:column\s+)?[^;]*\bdefault\s+"
    r"[\w.]*(?:random|now|clock|nextval)\w*\s*\(": "add it without, then Fill",
    r"\bupdate\s+(?:only\s+)?\"?(\w+)": "use Fill",
    r"\bdelete\s+from\s+(?:only\s+)?\"?(\w+)": "do it in pieces",
    r"\b(?:lock\s+table|truncate|cluster|vacuum\s+full|reindex\s+table)\s+\"?(\w+)": "never",
    r"\bdetach\s+partition\s+\"?(\w+)": "see regulars.months",
}


def long_locks(sql: str) -> list[str]:
    """What of a script would keep a table that is there already locked for long."""
    text = re.sub(r"--[^\n]*", "", sql).lower()
    text = re.sub(r"\$\$.*?\$\$", "", text, flags=re.DOTALL)  # the body of a function
    new = set(NEW.findall(text))
    return [
        f"{found[1]}: {advice}"
        for pattern, advice in LONG.items()
        for found in re.finditer(pattern, text, re.DOTALL)
        if found[1] not in new
    ]


def faults(migration: Migration) -> Iterator[str]:
    for operation in migration.operations:
        if isinstance(operation, RunSQL):
            yield from long_locks(str(operation.sql))
        elif isinstance(operation, Unhurried):
            if migration.atomic:
                yield f"{operation.describe()}: say atomic = False"
        elif isinstance(operation, RunPython) or operation.reduces_to_sql:
            yield f"{operation.describe()}: write it as SQL, or with regulars.kit.upgrades"


def test_no_migration_makes_the_tills_wait() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    refused = {
        name: found
        for name, migration in loader.disk_migrations.items()
        if migration.__module__.startswith("regulars.")
        and not migration.initial
        and name not in BEFORE_ANY_ROW
        and (found := list(faults(migration)))
    }
    assert refused == {}


@pytest.mark.parametrize(
    "sql",
    [
        "create index slow on posting (at)",
        "create unique index slow on posting (at)",
        "alter table posting add constraint good check (amount <> 0)",
        "alter table member add foreign key (party_id) references party",
        "alter table member add constraint one unique (program_id)",
        "alter table member alter column tier set not null",
        "alter table member alter tier type varchar(3)",
        "alter table member add column token uuid default gen_random_uuid()",
        "update member set tier = ''",
        "delete from outbox",
        "lock table posting",
        "truncate outbox",
        'create table "new" (id int); create index on "new" (id); update member set tier = \'\'',
    ],
)
def test_what_would_take_long_is_named(sql: str) -> None:
    assert len(long_locks(sql)) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "create index concurrently quick on posting (at)",
        "alter table posting add constraint good check (amount <> 0) not valid",
        "alter table posting validate constraint good",
        "alter table member add constraint one unique using index one",
        "alter table member add column note text not null default ''",
        "alter table member add column note text -- update everything later",
        'create table "new" (id int check (id > 0)); create index "of_new" on "new" (id);',
        "create function f() returns trigger language plpgsql as $$ begin update member; end $$",
        "drop table gone",
    ],
)
def test_what_takes_a_moment_is_let_through(sql: str) -> None:
    assert long_locks(sql) == []
