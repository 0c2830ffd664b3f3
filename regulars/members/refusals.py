"""Refusals that people read at the counter: one sentence in each language.

``detail`` is the English one, as everywhere; ``told`` holds all of them by language.
"""

from collections.abc import Iterable
from difflib import get_close_matches

from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.kit.problems import NotFound, Problem
from regulars.kit.words import LANGUAGES, catalog


class UnknownAsset(NotFound):
    code = "unknown_asset"
    title = "The program has no such asset"


def refusal(
    kind: type[Problem], package: str, code: str, program: Program, /, **figures: object
) -> Problem:
    """A problem of ``kind`` with the sentence ``code`` of the package's ``words.toml``. A figure
    that is a pair is so much of an asset; ``_minor`` is money, ``day`` a date."""

    def text(language: str) -> str:
        voice = Voice(program, language)
        said: dict[str, object] = {}
        for name, value in figures.items():
            if isinstance(value, tuple):
                said[name] = voice.asset(*value)
            elif name == "day" and isinstance(value, int):
                said[name] = voice.date(value)
            elif name.endswith("_minor") and isinstance(value, int):
                said[name] = voice.money(value)
            else:
                said[name] = value
        return catalog(package, "words.toml")[code][language].format(**said)

    told = {language: text(language) for language in LANGUAGES}
    plain = {
        name: value[0] if isinstance(value, tuple) else value for name, value in figures.items()
    }
    return kind(told["en"], told=told, **plain)


def nearest(what: str, name: str, known: Iterable[str]) -> str:
    """That there is no such thing, and which one was probably meant."""
    names = sorted(known)
    near = get_close_matches(name, names, 1)
    if near:
        return f"There is no {what} {name!r}; did you mean {near[0]!r}?"
    if not names:
        return f"There is no {what} {name!r}; the program's document has none."
    return f"There is no {what} {name!r}; there are {', '.join(names[:12])}."
