"""Bring the tables of a database to this version, by a process of Django's.

Which state of our files they were brought to is noted in the database, so that a command that finds
them there need not start Django to hear that there is nothing to do.
"""

import os
import subprocess
import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

from regulars.hosting.trouble import Trouble

SETTINGS = "regulars.settings"


def environment(database_url: str) -> dict[str, str]:
    """What a process of ours needs to know about its database."""
    return {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": SETTINGS}


def migrate(database_url: str) -> None:
    if _noted(database_url) == state():
        return
    run = _django(database_url, "migrate", "--no-input", "--verbosity", "0")
    if run.returncode != 0:
        last = run.stderr.strip().splitlines()[-1:] or [f"code {run.returncode}"]
        raise Trouble("migration_failed", words=last[0])
    with suppress(psycopg.Error), psycopg.connect(database_url) as connection:  # or the next time
        note = sql.SQL("comment on table django_migrations is {}").format(sql.Literal(state()))
        connection.execute(note)


def is_migrated(database_url: str) -> bool:
    return (
        _noted(database_url) == state()
        or _django(database_url, "migrate", "--check", "--verbosity", "0").returncode == 0
    )


@cache
def state() -> str:
    """A hash of every migration: ours by their texts, those of packages by their versions."""
    found = sha256()
    house = Path(__file__).parents[1]
    for path in sorted([*house.glob("*/migrations/*.py"), *house.glob("*/schema/*.sql")]):
        found.update(str(path.relative_to(house)).encode() + path.read_bytes())
    for package in ("django", "django-allauth", "procrastinate"):
        found.update(version(package).encode())
    return found.hexdigest()


def _noted(database_url: str) -> str | None:
    """The state that was noted last; None where nothing was, or the database does not answer."""
    try:
        with psycopg.connect(database_url) as connection:
            row = connection.execute(
                "select obj_description(to_regclass('django_migrations'), 'pg_class')"
            ).fetchone()
    except psycopg.Error:
        return None
    return None if row is None else row[0]


def _django(database_url: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "django", *words]
    env = environment(database_url)
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)
