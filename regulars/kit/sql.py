"""Statements live in commented ``.sql`` files, each under a line ``-- name: its_name``."""

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)[ \t]*$", re.MULTILINE)


@cache
def statements(package: str, file: str) -> dict[str, str]:
    """All statements of a file of a package, by name. Parameters are written ``$1``, ``$2``..."""
    text = files(package).joinpath(file).read_text(encoding="utf-8")
    parts = _NAME.split(text)
    return {name: body.strip() for name, body in zip(parts[1::2], parts[2::2], strict=True)}


@cache
def script(package: str, file: str) -> str:
    """A whole ``.sql`` file of a package, as a migration runs it."""
    return files(package).joinpath(file).read_text(encoding="utf-8")
