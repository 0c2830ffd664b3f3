"""``regulars upgrade`` on a database of the state before."""

import os
import re
import subprocess
import sys
from importlib.resources import files

import psycopg

MOVED = '[0, 1, 2, 3, 4, 5, 6, [["badge", "first"], ["badge", "tenth"]]]'
"""An answer of which the function of before took out a part."""


def regulars(url: str, *words: str) -> tuple[int, str]:
    said = subprocess.run(
        [sys.executable, "-m", "regulars", *words],
        env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, timeout=600,
        check=False,
    )  # fmt: skip
    assert "Traceback" not in said.stderr
    return said.returncode, said.stdout


def bring_back_the_state_before(connection: psycopg.Connection) -> None:
    schema = files("regulars.privacy").joinpath("schema/0001_privacy.sql").read_text("utf-8")
    found = re.search(r"create function scrubbed.*?end \$\$;", schema, re.DOTALL)
    assert found is not None
    before = found[0].replace("create function", "create or replace function")
    connection.execute(before.encode())
    connection.execute("delete from django_migrations where (app, name) = "
                       "('privacy', '0002_scrubbed')")  # fmt: skip
    connection.execute("comment on table django_migrations is 'before'")


def test_it_says_what_is_to_be_done_and_does_it_once(fresh_database_url: str) -> None:
    url = fresh_database_url
    with psycopg.connect(url, autocommit=True) as connection:

        def scrubbed() -> bool:
            row = connection.execute("select scrubbed('review', %s) <> %s", (MOVED, MOVED))
            return bool(row.fetchall()[0][0])

        assert not scrubbed()
        bring_back_the_state_before(connection)
        assert scrubbed()
        code, said = regulars(url, "upgrade", "--check")
        assert (code, "privacy.0002_scrubbed" in said) == (1, True)
        assert scrubbed(), "looking changes nothing"
        code, said = regulars(url, "upgrade")
        assert (code, "privacy.0002_scrubbed" in said) == (0, True)
        assert not scrubbed()
        code, said = regulars(url, "upgrade", "--check")
        assert (code, "0002" in said) == (0, False)
