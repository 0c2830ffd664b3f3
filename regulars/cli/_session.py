"""A command's session with the database: as the owner of the tables, one transaction at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from regulars.cli._database import database
from regulars.kit.steps import Steps

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database-url", envvar="DATABASE_URL", help="PostgreSQL; else the data folder's own."
    ),
]
OrganizationSlug = Annotated[
    str | None,
    typer.Option("--organization", help="Its short name; not needed where there is only one."),
]
ProgramSlug = Annotated[
    str | None,
    typer.Option("--program", help="Its short name; not needed where there is only one."),
]


class Session:
    """Runs steps, each call in a transaction of its own."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.now = datetime.now(UTC)

    def run[Answer](self, steps: Steps[Answer]) -> Answer:
        from psycopg import RawCursor

        from regulars.kit.steps import run_sync

        with self.connection.transaction(), RawCursor(self.connection) as cursor:
            return run_sync(cursor, steps)

    def organization(self, slug: str | None) -> UUID:
        """The id of the organization of that name, or of the only one."""
        from regulars.organizations import queries

        return self.run(queries.organization(slug)).id

    def program(self, organization: str | None, slug: str | None) -> UUID:
        """The id of the program of that name, or of the organization's only one."""
        from regulars.programs import queries

        return self.run(queries.program(self.organization(organization), slug))


@contextmanager
def session(url: str | None, data: Path | None = None) -> Iterator[Session]:
    """A session with the database of ``url``, or with the private one of the data folder."""
    import psycopg

    if url:
        os.environ["DATABASE_URL"] = url
    with (
        database(data, django=False) as found,
        psycopg.connect(found, autocommit=True) as connection,
    ):
        yield Session(connection)


def author() -> str:
    """Who sits at this terminal, as the machine knows them."""
    try:
        return getuser()
    except (KeyError, OSError):
        return ""
