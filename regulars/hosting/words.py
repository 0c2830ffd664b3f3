"""What hosting says to the operator, in English, Polish and Bulgarian: ``words.toml``."""

import os
import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "pl", "bg")


@cache
def words() -> dict[str, dict[str, str]]:
    """Each message by its code, and in it each language."""
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))


def language() -> str:
    """``REGULARS_LANG`` or the locale of the terminal; English when it is none of ours."""
    for name in ("REGULARS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        text = os.environ.get(name, "")[:2].lower()
        if text:
            return text if text in LANGUAGES else "en"
    return "en"


def say(code: str, /, **values: object) -> str:
    return words()[code][language()].format(**values)
