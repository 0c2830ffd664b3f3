"""A program of an organization in a real database, and a small document to begin with."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest

from regulars.kit.ids import Ids
from regulars.kit.steps import Steps, run_sync
from regulars.programs.document import parse
from regulars.programs.operations import ensure_program

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)

SMALL = """\
program: corner
name: {pl: Narożny, bg: Ъглов, en: Corner}
currency: PLN
timezone: Europe/Warsaw
assets:
  points:
    name: {pl: punkty, bg: точки, en: points}
    pending_days: 14
campaigns:
  - id: base
    name: {pl: Podstawa, bg: Основа, en: Base}
    then:
      - {kind: points_per_spend, per_minor: 100}
"""

Run = Callable[[Steps[Any]], Any]


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url) as opened:
        yield opened


@pytest.fixture
def run(connection: psycopg.Connection) -> Run:
    """Run steps and commit, as an edge does."""

    def run(steps: Steps[Any]) -> Any:
        with connection.transaction(), psycopg.RawCursor(connection) as cursor:
            return run_sync(cursor, steps)

    return run


@pytest.fixture
def program_id(connection: psycopg.Connection, run: Run) -> UUID:
    """A program of a new organization, with no revision yet."""
    organization_id = Ids().make(int(NOW.timestamp() * 1000))
    with connection.transaction():
        connection.execute(
            "insert into organization (id, slug, name, created_at) values (%s, %s, 'Firm', %s)",
            (organization_id, f"firm-{organization_id.hex[-12:]}", NOW),
        )
    return run(ensure_program(organization_id=organization_id, document=parse(SMALL), now=NOW))
