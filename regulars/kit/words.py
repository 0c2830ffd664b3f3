"""What we say to people, in English, Polish and Bulgarian, kept in a ``.toml`` file by code."""

import os
import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "pl", "bg")


def language() -> str:
    """``REGULARS_LANG`` or the locale of the terminal; English when it is none of ours."""
    for name in ("REGULARS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        text = os.environ.get(name, "")[:2].lower()
        if text:
            return text if text in LANGUAGES else "en"
    return "en"


@cache
def catalog(package: str, file: str) -> dict[str, dict[str, str]]:
    """Each message by its code, and in it each language."""
    return tomllib.loads(files(package).joinpath(file).read_text("utf-8"))


def say(package: str, file: str, code: str, tongue: str, /, **figures: object) -> str:
    """The message ``code`` of a catalog in a language, with its figures filled in."""
    return catalog(package, file)[code][tongue].format(**figures)
