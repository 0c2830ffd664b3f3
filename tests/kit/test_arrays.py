"""What goes to the database in an array arrives as it is, whatever is in it."""

from uuid import UUID

import psycopg
from hypothesis import given
from hypothesis import strategies as st

from regulars.kit.arrays import array, read_as_text

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)


@given(st.lists(TEXTS | st.none(), min_size=1, max_size=8))
def test_texts_arrive_as_they_are(database_url: str, texts: list[str | None]) -> None:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("select %s::text::text[]", [array(texts)])
        assert rows.fetchone() == (texts,)


def test_what_looks_like_something_else_arrives_too(database_url: str) -> None:
    texts = ['"', "\\", "\\n", "\n\t", "null", "NULL", "", " ", "{a,b}", ",", "й", "\u2028", None]
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("select %s::text::text[]", [array(texts)])
        assert rows.fetchone() == (texts,)


def test_other_kinds_arrive_too(database_url: str) -> None:
    ids = [UUID(int=7), None]
    truths, numbers = [True, False, None], [1, -(2**62), None]
    sql = read_as_text("select $1::uuid[], $2::boolean[], $3::bigint[], $4::varchar[]")
    with psycopg.connect(database_url) as connection:
        cursor = psycopg.RawCursor(connection)
        params = [array(ids), array(truths), array(numbers), ["a whole document"]]
        found = cursor.execute(sql, params).fetchone()
    assert found == (ids, truths, numbers, ["a whole document"])
