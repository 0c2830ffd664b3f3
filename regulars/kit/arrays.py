"""Arrays as parameters of a statement: each goes as one text, ``{1,2,null}``.

The driver looks at every element of a list several times, which costs more than the database has to
read. Whole documents, which cost by their length, are declared ``varchar[]`` and go as they are.
"""

import re
from collections.abc import Iterable

import msgspec

SHORT = ("bigint", "boolean", "integer", "text", "uuid")
"""Types of elements whose arrays go as one text."""
_AS_TEXT = re.compile(rf"(\$\d+)(::(?:{'|'.join(SHORT)})\[\])")


def read_as_text(sql: str) -> str:
    """The statement with its short arrays read from texts."""
    return _AS_TEXT.sub(r"\1::text\2", sql)


def array(values: Iterable[object]) -> str:
    """The text of an array of whole numbers, truths, ids or short texts, some perhaps None."""
    values = values if isinstance(values, tuple | list) else list(values)
    inner = msgspec.json.encode(values).decode()[1:-1]
    if "\\" in inner:  # what JSON escapes, an array of PostgreSQL escapes otherwise
        inner = ",".join(map(_quoted, values))
    return f"{{{inner}}}"


def _quoted(value: object) -> str:
    if value is None:
        return "null"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
