"""A sample of the year: every 61st household with all its baskets, so that points mature, are spent
and expire, vouchers are used and tiers reached, in a fraction of the time."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count

import polars as pl
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

import regulars.demo.load as loading
from regulars.demo import journey
from regulars.hosting.postgres import Server, url

ONE_IN = 61
Load = Callable[..., tuple[str, loading.Loaded]]


@pytest.fixture(scope="session")
def source() -> pl.DataFrame:
    """Every line of the year as it goes through the program."""
    return journey._lines()


@pytest.fixture(scope="module")
def load_sample(migrated: Server, source: pl.DataFrame) -> Iterator[Load]:
    """Loads the sample into a new database, in chunks of a size; the database, what it came to."""
    numbers = count(1)
    sample = source.filter(pl.col("household_id") % ONE_IN == 7)
    with psycopg.connect(
        make_conninfo(migrated.url, user="postgres", dbname="postgres"), autocommit=True
    ) as admin:
        made: list[str] = []

        def load(chunk: int = loading.CHUNK) -> tuple[str, loading.Loaded]:
            made.append(f"sample_{next(numbers)}")
            copy = "create database {} template regulars owner regulars"
            admin.execute(sql.SQL(copy).format(sql.Identifier(made[-1])))
            address = url(migrated.folder, database=made[-1])
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(journey, "_lines", lambda: sample)
                patch.setattr(loading, "CHUNK", chunk)
                now = datetime(2026, 3, 2, tzinfo=UTC)
                loaded = asyncio.run(
                    loading.load(address, baskets=None, now=now, heard=lambda done, total: None)
                )
            return address, loaded

        yield load
        for name in made:
            drop = "drop database {} with (force)"
            admin.execute(sql.SQL(drop).format(sql.Identifier(name)))
