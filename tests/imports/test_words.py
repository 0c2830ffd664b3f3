"""Every fault has its words, in every language, and every word is used."""

from pathlib import Path
from string import Formatter

import pytest

from regulars.imports.faults import Fault
from regulars.kit.words import LANGUAGES, catalog

CODE = "".join(file.read_text() for file in Path("regulars/imports").glob("*.py"))
CODE += Path("regulars/cli/import_.py").read_text()


PUT_TOGETHER = {"decimals_minor", "decimals_point", "decimals_comma", "not_integer", "not_number"}
"""Codes whose names are made from two parts."""


def test_no_words_are_kept_that_nobody_says() -> None:
    words = catalog("regulars.imports", "faults.toml")
    assert {code for code in words if f'"{code}"' not in CODE} == PUT_TOGETHER


@pytest.mark.parametrize("file", ["faults.toml", "pagefaults.toml", "words.toml"])
def test_every_sentence_is_said_in_every_language_with_the_same_figures(file: str) -> None:
    for code, sentence in catalog("regulars.imports", file).items():
        assert tuple(sentence) == LANGUAGES, code
        figures = [{n for _, n, _, _ in Formatter().parse(t) if n} for t in sentence.values()]
        assert all(found <= figures[0] for found in figures), code


def test_a_page_never_speaks_of_a_mapping_that_nobody_there_writes() -> None:
    words, said = catalog("regulars.imports", "faults.toml"), {}
    for code, sentence in words.items():
        if "mapping" in sentence["en"]:
            figures = dict.fromkeys(("value", "message"), "2024-03-02")
            said[code] = Fault(3, "when", code, figures).words("en", page=True)
    assert len(said) == len(catalog("regulars.imports", "pagefaults.toml"))
    assert [text for text in said.values() if "mapping" in text or "POST" in text] == []
