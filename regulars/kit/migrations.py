"""Which migrations this version has, and where a database says which were applied."""

from functools import cache
from pathlib import Path

APPLIED = "select app, name from django_migrations"


@cache
def migrations() -> frozenset[tuple[str, str]]:
    """Every migration of ours: (folder, name)."""
    house = Path(__file__).parents[1]
    return frozenset(
        (file.parents[1].name, file.stem) for file in house.glob("*/migrations/[0-9]*.py")
    )
