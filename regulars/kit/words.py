"""What we say to people, in English, Polish and Bulgarian, kept in a ``.toml`` file by code."""

import os
import tomllib
from datetime import date
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "pl", "bg")
_NAMES = {
    "en": "January February March April May June July August September October November December",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października"
    " listopada grudnia",
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември",
}
_MONTHS = {tongue: names.split() for tongue, names in _NAMES.items()}


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


def day(on: date, tongue: str) -> str:
    """A day as a sentence says it.

    >>> [day(date(2027, 1, 2), tongue) for tongue in LANGUAGES]
    ['2 January 2027', '2 stycznia 2027', '2 януари 2027\\xa0г.']
    """
    end = "\u00a0г." if tongue == "bg" else ""
    return f"{on.day} {_MONTHS[tongue][on.month - 1]} {on.year}{end}"
