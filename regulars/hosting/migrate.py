"""Bring the tables of a database to this version, by a process of Django's.

Which state of our files they were brought to is noted in the database, so that a command that finds
them there need not start Django to hear that there is nothing to do.

A lock on a table that others use is waited for a moment at a time, so that nobody has to wait for
the one who waits; then the migration, which has changed nothing, is begun again.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

from regulars.hosting.trouble import Trouble

SETTINGS = "regulars.settings"


_TRIES = 90
_LOCK_WAIT = "-c lock_timeout=200ms"


def environment(database_url: str) -> dict[str, str]:
    """What a process of ours needs to know about its database."""
    return {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": SETTINGS}


def migrate(database_url: str) -> None:
    """Bring the tables to this version, if the note does not say that they are there."""
    if _noted(database_url) != state():
        upgrade(database_url)


def pending(database_url: str, *, settings: str = SETTINGS) -> list[str]:
    """What would be done to bring the tables to this version, a line each; empty if nothing."""
    run = _django(database_url, "migrate", "--plan", settings=settings)
    if run.returncode != 0:
        raise _failed(run)
    lines = [line.rstrip() for line in run.stdout.splitlines()[1:]]
    return [line for line in lines if line.strip() not in ("", "No planned migration operations.")]


def upgrade(
    database_url: str, *, settings: str = SETTINGS, again: Callable[[], None] = lambda: None
) -> None:
    """Bring the tables to this version beside everybody who uses them. Killed, it goes on when it
    is called again. ``again`` is called when a lock was not to be had, before the next try."""
    for number in range(_TRIES):
        run = _django(database_url, "migrate", "--no-input", "--verbosity", "0", settings=settings)
        if run.returncode == 0:
            _note(database_url)
            return
        if "lock timeout" not in run.stderr and "deadlock detected" not in run.stderr:
            raise _failed(run)
        again()
        time.sleep(min(0.1 * number, 2))
    raise _failed(run)


def _failed(run: subprocess.CompletedProcess[str]) -> Trouble:
    last = run.stderr.strip().splitlines()[-1:] or [f"code {run.returncode}"]
    return Trouble("migration_failed", words=last[0])


def _note(database_url: str) -> None:
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


def _django(
    database_url: str, *words: str, settings: str = SETTINGS
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "django", *words]
    env = environment(database_url) | {"DJANGO_SETTINGS_MODULE": settings}
    env["PGOPTIONS"] = f"{env.get('PGOPTIONS', '')} {_LOCK_WAIT}".strip()
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)
