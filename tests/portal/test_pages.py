"""Every page of the portal: shown, in three languages, with few statements, and small."""

import re
from typing import Any
from uuid import uuid4

import pytest

from regulars.kit.words import LANGUAGES
from regulars.portal.urls import of_program
from tests.console.test_words import heard

DOORS = {
    "door",
    "code",
    "join",
    "back",
    "out",
    "language",
    "email-code",
    "phone-code",
    "erase-code",
}
DOORS |= {"passkey-begin", "passkey-enter", "passkey-begin-adding", "passkey-add"}
"""For who is no member here yet, or only sent."""
PAGES = tuple(
    str(one.name) for one in of_program
    if not re.search(r"<|\.", str(one.pattern)) and one.name not in DOORS
)  # fmt: skip


MOST = 10


@pytest.mark.parametrize("page", PAGES)
def test_a_page_needs_few_statements_and_is_small(shop: Any, page: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    anna = shop.somebody().joins()
    counts = []
    for times in (1, 4):
        for _ in range(times):
            shop.give(anna.id, 300)
            anna.send("reward", {"key": uuid4().hex}, name="coffee")
            anna.send("reward", {"key": uuid4().hex}, name="mug")
        anna.reads(page)
        with CaptureQueriesContext(connection) as told:
            text = anna.reads(page)
        frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        counts.append([one["sql"] for one in told if not one["sql"].startswith(frame)])
    few, many = counts
    assert 3 <= len(many) <= MOST, (page, many)
    assert len(few) == len(many), "however long its list"
    assert len(text.encode()) < 60_000


def test_the_first_screen_shows_card_and_balance(shop: Any) -> None:
    anna = shop.somebody().joins()
    shop.give(anna.id, 300)
    text = anna.reads("home")
    assert "290 points" in text, "ten off"
    assert text.count("<svg") >= 2
    assert re.search(r"29\d\d \d{4} \d{4} \d{4}", text)
    assert "Silver" in text
    assert "310.00" in text, "what is missing for gold"
    for page, expected in {
        "rewards": "Coffee", "progress": "Three visits in March", "history": "Purchase",
    }.items():  # fmt: skip
        assert expected in anna.reads(page)


def test_k4_the_history_says_why_in_the_members_words(shop: Any) -> None:
    anna = shop.somebody("pl").joins()
    shop.give(anna.id, 300)
    text = anna.reads("history")
    assert "Podstawa" in text
    assert "+" in text


@pytest.mark.parametrize("page", [*PAGES, "door", "code", "join"])
def test_every_page_is_said_in_every_language(shop: Any, page: str) -> None:
    said = {}
    for language in LANGUAGES:
        anna = shop.somebody(language)
        if page == "code":
            anna.asks_for_a_code()
        elif page == "join":
            anna.signs_in()
        elif page != "door":
            anna.joins()
            shop.give(anna.id, 300)
        said[language] = anna.reads(page)
    own = {"Polski", "Български", "English", "PL", "BG", "EN", shop.organization.name}
    spoken = {
        language: [text for text in heard(page_text)
                   if text not in own and "@" not in text and shop.organization.name not in text
                   and not re.fullmatch(r"[\d\s.,:PLNzł]+", text)]
        for language, page_text in said.items()
    }  # fmt: skip
    alike = {text for text in spoken["en"] if text in spoken["pl"]} - {"ten-off", "Ja"}
    latin = [text for text in spoken["bg"] if not re.search(r"[а-яА-Я]", text)]
    assert (sorted(alike), latin) == ([], [])


def test_headers_and_cookies_are_strict(shop: Any) -> None:
    anna = shop.somebody().joins()
    answer = anna.get("home")
    policy = answer["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "worker-src 'self'" in policy
    assert "no-store" in answer["cache-control"]
    cookie = anna.browser.cookies["regulars_member"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert cookie["path"] == shop.url("home")
    assert "regulars_staff" not in anna.browser.cookies


@pytest.mark.parametrize("colour", ["#ffee00", "#000000", "#ffffff", "#7a1f3d", "#808080"])
def test_whatever_the_organizations_colour_it_can_be_read(colour: str) -> None:
    from regulars.cards.design import Rgb, contrast
    from regulars.portal.colours import DARK_PAPERS, LIGHT_PAPERS, colours

    def rgb(text: str) -> Rgb:
        return (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))

    found = {name: rgb(text) for name, text in colours(colour).items()}
    assert contrast(found["on_brand"], found["brand"]) >= 4.5
    assert all(contrast(found["light"], paper) >= 4.5 for paper in LIGHT_PAPERS)
    assert all(contrast(found["dark"], paper) >= 4.5 for paper in DARK_PAPERS)
