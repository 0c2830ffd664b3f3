"""Every sentence about moved points stands in three languages and names the same values."""

import re
from pathlib import Path
from string import Formatter

import pytest

from regulars.kit import words

CATALOGS = {
    ("points", "words.toml"): words.catalog("regulars.points", "words.toml"),
    ("members", "history.toml"): words.catalog("regulars.members", "history.toml"),
}
SENTENCES = [(room, code) for room, texts in CATALOGS.items() for code in texts]


@pytest.mark.parametrize(("room", "code"), SENTENCES)
def test_the_translations_ask_for_the_same_values(room: tuple[str, str], code: str) -> None:
    texts = CATALOGS[room][code]
    asked = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in texts.values()]
    assert tuple(texts) == words.LANGUAGES
    assert all(names == asked[0] for names in asked)


def test_every_refusal_is_said_somewhere_and_has_its_sentence() -> None:
    source = "".join(file.read_text() for file in Path("regulars/points").glob("*.py"))
    codes = set(re.findall(r'PACKAGE, f?"([\w{}]+)"', source))
    codes = {code for code in codes if "{" not in code} | {
        f"too_much_a_{unit}" for unit in ("day", "month", "year")
    }
    assert codes == set(CATALOGS["points", "words.toml"])
