"""The front page: says in one's language that it runs, and where to go next."""

import re

import httpx
import pytest

from regulars.console.front import _words
from regulars.kit.words import LANGUAGES
from tests.serving import Serve


@pytest.fixture(scope="module")
def client(serve: Serve) -> httpx.Client:
    return httpx.Client(base_url=serve(planes="both").url, timeout=60)


@pytest.mark.parametrize(
    ("asked", "language", "says"),
    [
        ("pl-PL,pl;q=0.9,en;q=0.5", "pl", "Działa."),
        ("bg", "bg", "Работи."),
        ("en-GB", "en", "It runs."),
        ("de, fr;q=0.5", "en", "It runs."),
        ("", "en", "It runs."),
        ("*;q=x, ,;;", "en", "It runs."),
    ],
)
def test_it_speaks_the_readers_language(
    client: httpx.Client, asked: str, language: str, says: str
) -> None:
    answer = client.get("/", headers={"Accept-Language": asked})
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text
    assert says in answer.text


def test_every_word_is_said_in_every_language() -> None:
    for code, texts in _words().items():
        assert set(texts) == set(LANGUAGES), code


def test_it_leads_to_pages_that_exist(client: httpx.Client) -> None:
    front = client.get("/")
    links = re.findall(r'href="([^"]+)"', front.text)
    assert links == ["/front.css", "/v1/docs", "/readyz"]
    assert [client.get(link).status_code for link in links] == [200, 200, 200]
    assert "regulars key create" in front.text


@pytest.mark.parametrize("path", ["/nothing/", "/my/nobody/", "/console/nothing/", "/logo/x.webp"])
def test_where_nothing_is_it_is_said_in_the_readers_language(
    client: httpx.Client, path: str
) -> None:
    answer = client.get(path, headers={"Accept-Language": "bg"}, follow_redirects=True)
    assert answer.status_code == 404 or path.startswith("/console/"), "there one signs in first"
    assert '<html lang="bg"' in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_it_is_safe_to_look_at(client: httpx.Client) -> None:
    answer = client.get("/")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in answer.headers
    assert re.search(r"<script|<style|style=|https?://", answer.text) is None
    assert client.post("/").status_code == 405
    assert client.get("/nothing").status_code == 404
