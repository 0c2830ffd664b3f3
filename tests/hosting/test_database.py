"""Which database a command works on."""

import psycopg
import pytest

from regulars.hosting.database import database
from regulars.hosting.folder import DataFolder
from regulars.hosting.postgres import Server, is_running


def tables(database_url: str) -> set[str]:
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in found}


def test_one_is_started_for_the_command_and_ended_with_it(
    data_folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    with database(data_folder.path) as url:
        assert "django_migrations" in tables(url)
    assert not is_running(data_folder)


def test_the_one_that_runs_is_used_and_goes_on_running(
    data_folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    with Server(data_folder) as server:
        with database(data_folder.path) as url:
            assert url == server.url
        assert server.poll() is None


def test_a_given_one_wins(
    fresh_database_url: str, data_folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", fresh_database_url)
    with database(data_folder.path) as url:
        assert url == fresh_database_url
    assert not data_folder.cluster.exists()


def test_each_test_can_have_a_database_of_its_own(
    database_url: str, fresh_database_url: str
) -> None:
    assert database_url != fresh_database_url
    assert tables(database_url) == tables(fresh_database_url)
