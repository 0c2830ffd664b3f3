"""Bring the tables of a database to this version, by a process of Django's."""

import os
import subprocess
import sys

from regulars.hosting.trouble import Trouble

SETTINGS = "regulars.settings"


def environment(database_url: str) -> dict[str, str]:
    """What a process of ours needs to know about its database."""
    return {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": SETTINGS}


def migrate(database_url: str) -> None:
    run = _django(database_url, "migrate", "--no-input", "--verbosity", "0")
    if run.returncode != 0:
        last = run.stderr.strip().splitlines()[-1:] or [f"code {run.returncode}"]
        raise Trouble("migration_failed", words=last[0])


def is_migrated(database_url: str) -> bool:
    return _django(database_url, "migrate", "--check", "--verbosity", "0").returncode == 0


def _django(database_url: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "django", *words]
    env = environment(database_url)
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)
