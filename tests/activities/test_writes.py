"""What is written of a batch reaches the database as it is, whatever is in it."""

import psycopg
from hypothesis import given
from hypothesis import strategies as st

from regulars.activities.writes import _column

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)


@given(st.lists(TEXTS | st.none(), min_size=1, max_size=8))
def test_texts_arrive_as_they_are(database_url: str, texts: list[str | None]) -> None:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("select %s::text::text[]", [_column(tuple(texts), True)])
        assert rows.fetchone() == (texts,)


def test_what_looks_like_something_else_arrives_too(database_url: str) -> None:
    texts = ['"', "\\", "\\n", "\n\t", "null", "NULL", "", " ", "{a,b}", ",", "й", "\u2028", None]
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("select %s::text::text[]", [_column(tuple(texts), True)])
        assert rows.fetchone() == (texts,)
