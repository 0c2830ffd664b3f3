"""What we say to people, in English, Polish and Bulgarian, kept in a ``.toml`` file by code."""

import os
import tomllib
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files

from babel.dates import format_date

LANGUAGES = ("en", "pl", "bg")
_LOCALES = {"en": "en_GB"}
"""Where a language alone would write a day in another order."""


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
    """The message ``code`` of a catalog in a language, its figures filled in; days in words."""
    told = {
        name: day(value, tongue) if type(value) is date else value
        for name, value in figures.items()
    }
    text = catalog(package, file)[code][tongue].format(**told)
    return text.replace("г..", "г.")  # a year in Bulgarian ends the sentence too


@lru_cache(maxsize=4096)
def day(on: date, tongue: str) -> str:
    """A day as a sentence says it.

    >>> [day(date(2027, 1, 2), tongue) for tongue in LANGUAGES]
    ['2 January 2027', '2 stycznia 2027', '2 януари 2027\\u202fг.']
    """
    return format_date(on, "long", locale=_LOCALES.get(tongue, tongue))
