"""Tables are brought to this version once; where they are there already, nothing is started."""

import psycopg

from regulars.hosting.migrate import is_migrated, migrate
from regulars.hosting.postgres import Server, url

_NOTE = "select obj_description(to_regclass('django_migrations'), 'pg_class')"


def test_what_was_done_is_noted_and_done_again_where_the_note_is_of_another_state(
    database_url: str,
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        (noted,) = connection.execute(_NOTE).fetchall()[0]
        assert len(noted) == 64
        connection.execute("comment on table django_migrations is 'older'")
        assert is_migrated(database_url)  # asked of Django itself
        migrate(database_url)
        assert connection.execute(_NOTE).fetchall()[0] == (noted,)


def test_a_database_without_tables_is_not_migrated(postgres: Server) -> None:
    bare = url(postgres.folder, database="postgres", role="postgres")
    assert not is_migrated(bare)
