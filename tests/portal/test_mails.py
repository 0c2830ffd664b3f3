"""Mails are written in the language of whoever asked for them."""

import re
from typing import Any

import pytest

from regulars.kit.words import LANGUAGES
from tests.portal.people import LONG

OPENS = {"en": "Your code for", "pl": "Twój kod do programu", "bg": "Вашият код за"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_code_and_new_device_are_told_in_the_language_of_the_browser(
    shop: Any, language: str
) -> None:
    anna = shop.somebody(language).joins()
    shop.somebody(language, email=anna.email).signs_in()
    first, *_, device = shop.post.of(anna.email)
    assert first["Subject"].startswith(OPENS[language])
    assert first.get_content().startswith(OPENS[language])
    said = [one["Subject"] + one.get_content() for one in (first, device)]
    if language == "bg":
        assert not re.search(r"[a-zA-Z]{3}", "".join(said)), "no word was left in English"
    if language == "pl":
        assert all(LONG in one for one in said)
        assert "code" not in "".join(said)
