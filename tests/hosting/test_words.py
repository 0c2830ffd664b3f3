"""Every sentence to the operator stands in three languages and names the same values."""

import re
from pathlib import Path
from string import Formatter

import pytest

from regulars.hosting.trouble import Trouble
from regulars.hosting.words import say
from regulars.kit import words

ROOMS = ("hosting", "cli", "imports")
CATALOGS = {
    f"{room} {file.name}": words.catalog(f"regulars.{room}", file.name)
    for room in ROOMS
    for file in sorted(Path("regulars", room).glob("*.toml"))
    if file.name != "headings.toml"  # what columns of files may be called: no sentences
}
CATALOG = CATALOGS["hosting words.toml"]
SPEAKERS = [file for room in ROOMS for file in Path("regulars", room).glob("*.py")]


@pytest.mark.parametrize(("file", "code"), [(f, c) for f in CATALOGS for c in CATALOGS[f]])
def test_the_translations_ask_for_the_same_values(file: str, code: str) -> None:
    asked = {
        language: {name for _, name, _, _ in Formatter().parse(sentence) if name}
        for language, sentence in CATALOGS[file][code].items()
    }
    assert set(asked) == set(words.LANGUAGES)
    assert len({frozenset(names) for names in asked.values()}) == 1, asked


def test_every_sentence_is_said_and_every_code_has_a_sentence() -> None:
    source = "".join(file.read_text() for file in SPEAKERS)
    assert set(CATALOG) <= set(re.findall(r'"(\w+)"', source))
    assert set(re.findall(r'(?:Trouble|say|well)\(\s*"(\w+)"', source)) <= set().union(
        *CATALOGS.values()
    )


def test_the_operator_chooses_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGULARS_LANG", "pl_PL.UTF-8")
    assert say("all_well") == "Wszystko w porządku."
    monkeypatch.setenv("REGULARS_LANG", "bg")
    assert Trouble("no_postgres", minimum=15).detail.startswith("Не е намерен PostgreSQL 15")
