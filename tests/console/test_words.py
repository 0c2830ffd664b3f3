"""Nothing is left untranslated: every page is read in English, Polish and Bulgarian, and what reads
the same in two of them has to be data."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from regulars.kit.words import LANGUAGES
from tests.serving import House

SPOKEN = {"title", "aria-label", "alt", "placeholder"}
# Names and words that are the same in Polish and English.
SAME = {"Regulars", "Program", "Menu", "Kod", "Code", "Marketing", "UTC", "Polski", "Български"}
SAME |= {"English", "R", "Role"}
DATA = re.compile(
    r"[A-Z][a-z]+/.+|[a-z-]+:[a-z]+|[−-]?[\d\s.,]+ PLN|[\d ]+( · Regulars)?|Żak .*|Ćwiek|"
    r"tea/.*|food|Corner( · Regulars)?|lot-\w+( · Regulars)?|Stamps|Till \d+|role .*|"
    r"[0-9a-f]{32}( · Regulars)?"
)
ACCOUNT_PAGES = ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn")
ACCOUNT_PAGES += ("account_set_password",)


class Reader(HTMLParser):
    """What somebody hears of a page: texts and spoken attributes, but no icons and no data."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.heard: list[str] = []
        self._silent: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.heard += [str(found[name]) for name in SPOKEN if found.get(name)]
        silent = tag in ("script", "style", "code", "time", "option") or (
            "material-symbols-outlined" in (found.get("class") or "")
            or (tag != "html" and "lang" in found)  # said to be in that language, or data
        )
        if silent or self._silent:
            self._silent += [] if tag in ("meta", "link", "input", "br", "img") else [tag]

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not self._silent and re.search(r"[^\W\d_]{2}", text):
            self.heard.append(text)


def heard(page: str) -> list[str]:
    return Reader(page).heard


@pytest.fixture(scope="module")
def firm(pages: None, house: House) -> Any:
    """A firm of its own: what other tests have written into theirs is not ours to translate."""
    from tests.console.people import Firm

    return Firm(house)


def is_data(text: str, firm: Any) -> bool:
    """Names, addresses and numbers of the firm; scopes of keys; what is no sentence of ours."""
    return (
        text in SAME
        or firm.organization.slug in text.lower()
        or "@" in text
        or bool(DATA.fullmatch(text))
        or text.startswith(("rk_", "Shop "))
    )


def untranslated(pages: dict[str, str], firm: Any) -> list[str]:
    """What reads alike in English and another language, or has no Cyrillic letter in Bulgarian."""
    english = {text for text in heard(pages["en"]) if not is_data(text, firm)}
    polish = english.intersection(heard(pages["pl"]))
    bulgarian = {
        text
        for text in heard(pages["bg"])
        if not is_data(text, firm) and not re.search(r"[а-яА-Я]", text)
    }
    return sorted(polish | bulgarian)


def test_every_page_is_said_in_every_language(firm: Any) -> None:
    from tests.console.visits import all_pages, parts

    firm.hire("marketer", [firm.shop.id])
    left = {}
    people = {language: firm.person("owner", language=language) for language in LANGUAGES}
    for page in all_pages():
        if page.agency:
            continue
        where = parts(page, firm)
        said = {
            language: person.get(page.name, **where).content.decode()
            for language, person in people.items()
        }
        if found := untranslated(said, firm):
            left[page.name] = found
    assert left == {}


@pytest.mark.parametrize(
    "name",
    [
        "shop-new",
        "key-new",
        "staff-new",
        "role-new",
        "member-new",
        "lot-new",
        "batch-new",
        "webhook-new",
        "products-import",
    ],
)
def test_what_is_wrong_with_a_form_is_said_in_every_language(firm: Any, name: str) -> None:
    said = {
        language: firm.person("owner", language=language).post(name, {}).content.decode()
        for language in LANGUAGES
    }
    assert untranslated(said, firm) == []


@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_signing_in_is_said_in_every_language(firm: Any, name: str) -> None:
    said = {}
    for language in LANGUAGES:
        browser = firm.person("owner", language=language).browser
        answer = browser.get(reverse(name))
        while answer.status_code == 302:
            answer = browser.get(answer.url)
        said[language] = answer.content.decode()
    assert untranslated(said, firm) == []


@pytest.mark.parametrize("body", [None, {"login": "x@firm.example", "password": "wrong"}, {}])
def test_the_door_is_said_in_every_language(firm: Any, body: dict[str, str] | None) -> None:
    said = {}
    for language in LANGUAGES:
        browser = Client(headers={"accept-language": language}, REMOTE_ADDR=f"10.7.7.{len(said)}")
        path = reverse("account_login")
        answer = browser.get(path) if body is None else browser.post(path, body)
        said[language] = answer.content.decode()
    assert untranslated(said, firm) == []
