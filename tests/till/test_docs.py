"""The documentation page: whole, safe, and looked at in a real browser."""

import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from regulars.till.curl import command
from regulars.till.openapi import openapi
from tests.console.browser import chromium
from tests.serving import Server

IMAGE = Path(__file__).parents[2] / "docs/images/api.png"
ELSEWHERE = re.compile(r"([a-z]+:)?//")


class Page(HTMLParser):
    """What a page has: ids, links, elements, attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.attributes |= found.keys()
        self.addresses |= {value for value in found.values() if value and ELSEWHERE.match(value)}
        self.ids += [found["id"]] if found.get("id") else []
        self.links += [found["href"]] if tag == "a" and found.get("href") else []
        if tag not in {"meta", "link", "br", "wbr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def served(server: Server) -> httpx.Response:
    return httpx.get(f"{server.url}/v1/docs", timeout=120)


def test_it_is_well_formed_and_its_links_lead_somewhere(served: httpx.Response) -> None:
    page = Page(served.text)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    inside = {link[1:] for link in page.links if link[0] == "#"}
    assert inside <= set(page.ids)
    assert set(page.links) - {"#" + name for name in inside} == {"/", "/v1/openapi.json"}


def test_it_says_everything_the_document_says(served: httpx.Response) -> None:
    page = Page(served.text)
    for methods in openapi()["paths"].values():
        for operation in methods.values():
            assert operation["operationId"] in page.ids
    for name in openapi()["components"]["schemas"]:
        assert f"type-{name}" in page.ids


def test_it_has_no_script_and_no_style_and_asks_nobody_else(served: httpx.Response) -> None:
    page = Page(served.text)
    assert page.tags.isdisjoint({"script", "style", "img", "iframe", "object"})
    assert not {name for name in page.attributes if name == "style" or name.startswith("on")}
    assert "default-src 'none'" in served.headers["content-security-policy"]
    assert page.addresses <= {"http://www.w3.org/2000/svg"}, "examples name others in words only"
    css = httpx.get(f"{served.url.copy_with(path='/v1/docs.css')}", timeout=60)
    assert css.headers["content-type"] == "text/css; charset=utf-8"
    assert "url(" not in css.text
    assert "@import" not in css.text


def test_a_curl_command_is_ready_to_be_pasted() -> None:
    operation = openapi()["paths"]["/v1/redemptions/{id}/settle"]["post"]
    lines = command("POST", "/v1/redemptions/{id}/settle", operation).splitlines()
    assert re.fullmatch(r'curl "\$REGULARS/v1/redemptions/[0-9a-f-]{36}/settle" \\', lines[0])
    assert [line.strip() for line in lines[1:]] == [
        '-H "Authorization: Bearer $KEY" \\',
        '-H "Idempotency-Key: $(uuidgen)" \\',
        """--json '{"till": "2"}'""",
    ]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_its_window_and_the_browser_has_nothing_to_complain_of(
    browser: Any, server: Server, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: said.append(request.url))
    page.goto(f"{server.url}/v1/docs#post_purchases")
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", colour))) > 384) == (scheme == "light")
    assert [line for line in said if not line.startswith((server.url, "data:"))] == []
    page.close()


def test_a_picture_of_it_for_the_readme(browser: Any, server: Server) -> None:
    """Drawn where it is missing; REGULARS_DRAW=1 draws it anew."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page.goto(f"{server.url}/v1/docs#post_purchases")
    picture = page.screenshot()
    page.close()
    assert picture.startswith(b"\x89PNG")
    if os.environ.get("REGULARS_DRAW") or not IMAGE.exists():
        IMAGE.parent.mkdir(parents=True, exist_ok=True)
        IMAGE.write_bytes(picture)
