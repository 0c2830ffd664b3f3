"""What a migration of a large table is made of, while tills go on writing to it.

Each of these is a migration's operation, waits for a strong lock a moment at a time, and finds what
an earlier run left half done: an upgrade that was killed is begun again and goes on. A migration
that uses them says ``atomic = False``. `tests/hosting/test_upgrade_rules.py` refuses the others.
"""

import time
from abc import abstractmethod
from typing import Any

import psycopg
from django.db.migrations.operations.base import Operation

from regulars.kit.patience import patiently

_BREATH = 1.0
"""After each piece of a long change a pause of so many times what it took."""


class Unhurried(Operation):
    """Changes the database beside its users; Django's models do not take part."""

    reversible = False
    atomic = False
    elidable = False

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The tables are SQL's; no model changes."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        schema_editor.connection.ensure_connection()
        self.carry_out(schema_editor.connection.connection)

    @abstractmethod
    def carry_out(self, connection: psycopg.Connection) -> None:
        """Do it, or what is left of it. The connection is in autocommit."""


class AddColumn(Unhurried):
    """A column that may be null or has a constant for its default: no row is rewritten."""

    def __init__(self, table: str, column: str, definition: str) -> None:
        self.table, self.column, self.definition = table, column, definition

    def describe(self) -> str:
        return f"add the column {self.column} to {self.table}"

    def carry_out(self, connection: psycopg.Connection) -> None:
        added = (
            f'alter table "{self.table}" add column if not exists "{self.column}" {self.definition}'
        )
        patiently(connection, lambda: connection.execute(added.encode()))


class Fill(Unhurried):
    """Write something into rows that do not have it yet, some thousand to a transaction."""

    def __init__(self, table: str, setting: str, *, where: str, at_once: int = 2_000) -> None:
        self.table, self.setting, self.where, self.at_once = table, setting, where, at_once

    def describe(self) -> str:
        return f"fill in {self.setting.partition('=')[0].strip()} of {self.table}"

    def carry_out(self, connection: psycopg.Connection) -> None:
        left = f'from "{self.table}" where {self.where}'
        some = f"select ctid {left} limit {self.at_once} for update skip locked"
        piece = f'update "{self.table}" set {self.setting} where ctid = any (array({some}))'  # noqa: S608 - a migration wrote it
        piece += f" and {self.where}"
        while True:
            began = time.monotonic()
            done = connection.execute(piece.encode()).rowcount
            if not done and not self._more(connection, f"select exists (select {left})"):
                return
            time.sleep(_BREATH * (time.monotonic() - began))

    @staticmethod
    def _more(connection: psycopg.Connection, left: str) -> bool:
        row = connection.execute(left.encode()).fetchone()
        return row is not None and bool(row[0])


class Check(Unhurried):
    """A rule for all rows: for new ones at once, then proved of the old ones beside everybody."""

    def __init__(self, table: str, name: str, rule: str) -> None:
        self.table, self.name, self.rule = table, name, rule

    def describe(self) -> str:
        return f"check {self.name} of {self.table}"

    def carry_out(self, connection: psycopg.Connection) -> None:
        there = connection.execute(
            "select from pg_constraint where conname = %s and conrelid = %s::regclass",
            (self.name, self.table),
        ).fetchone()
        if there is None:
            added = f'alter table "{self.table}" add constraint "{self.name}" check ({self.rule})'
            patiently(connection, lambda: connection.execute(f"{added} not valid".encode()))
        proved = f'alter table "{self.table}" validate constraint "{self.name}"'
        patiently(connection, lambda: connection.execute(proved.encode()))


class Index(Unhurried):
    """An index made beside the writers; of a table cut by month, part by part."""

    def __init__(self, table: str, name: str, columns: str, *, where: str = "") -> None:
        self.table, self.name = table, name
        self.rest = f"({columns})" + (f" where {where}" if where else "")

    def describe(self) -> str:
        return f"make the index {self.name} of {self.table}"

    def carry_out(self, connection: psycopg.Connection) -> None:
        parts = [
            row[0]
            for row in connection.execute(
                "select inhrelid::regclass::text from pg_inherits where inhparent = %s::regclass",
                (self.table,),
            )
        ]
        if not parts:
            self._beside(connection, self.name, self.table)
            return
        whole = f'create index if not exists "{self.name}" on only "{self.table}" {self.rest}'
        patiently(connection, lambda: connection.execute(whole.encode()))
        for part in parts:
            self._part(connection, part)

    def _part(self, connection: psycopg.Connection, part: str) -> None:
        name = f"{self.name}{part.removeprefix(self.table)}"
        row = connection.execute(
            "select inhparent from pg_inherits where inhrelid = to_regclass(%s)", (name,)
        ).fetchone()
        if row is None:
            self._beside(connection, name, part)
            joined = f'alter index "{self.name}" attach partition "{name}"'
            patiently(connection, lambda: connection.execute(joined.encode()))

    def _beside(self, connection: psycopg.Connection, name: str, table: str) -> None:
        row = connection.execute(
            "select indisvalid from pg_index where indexrelid = to_regclass(%s)", (name,)
        ).fetchone()
        if row is not None and row[0]:
            return
        connection.execute("set lock_timeout = 0")  # it waits for others, and nobody for it
        if row is not None:  # a run that was killed left it behind
            connection.execute(f'drop index concurrently "{name}"'.encode())
        made = f'create index concurrently "{name}" on "{table}" {self.rest}'
        connection.execute(made.encode())
        connection.execute("reset lock_timeout")
