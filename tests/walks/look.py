"""What is looked at on every page: axe-core, headers, what the browser asks and complains of."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from tests.console.test_browser import Window
from tests.serving import Server

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],
    "preload": False,  # nothing is looked for in the text of stylesheets
    "selectors": False,  # what is told is the element itself
}
COLOURS = {**RULES, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
_GRAVE = {"serious", "critical"}


@cache
def axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def grave(page: Any, how: dict[str, Any], but: str = "") -> list[str]:
    """What axe-core finds serious in a page as it stands; the page knows `axe` already. ``but``: a
    part that is not looked at."""
    where = {"exclude": [but]} if but else {"include": ["html"]}
    told = page.evaluate("([where, how]) => axe.run(where, how)", [where, how])
    return [
        f"{rule['id']}: {node['html'][:120]} {_why(node)}"
        for rule in told["violations"]
        if rule["impact"] in _GRAVE
        for node in rule["nodes"]
    ]


class Visitor:
    """A browser that looks closely. ``at`` is where it stands, without the server's name."""

    def __init__(self, browser: Any, server: Server, width: int = 1280, **options: Any) -> None:
        self.window = Window(
            browser, server, viewport={"width": width, "height": 900}, color_scheme="light",
            reduced_motion="reduce", **options,
        )  # fmt: skip
        self.page = self.window.page
        self.answer: Any = None
        self.schemes = ["light", "dark"]
        self.window.context.add_init_script(axe())

    def open(self, path: str) -> bool:
        """Whether this is a page for this visitor: answered as such, and not sent elsewhere. Asked
        first: the browser would show files and refusals in pages of its own."""
        self.answer = self.window.context.request.get(
            self.window.server.url + path,
            max_redirects=0,
            fail_on_status_code=False,
            timeout=90_000,
        )
        kind = self.answer.headers.get("content-type", "")
        if self.answer.status not in (200, 409, 422) or not kind.startswith("text/html"):
            return False
        self.window.open(path)
        return True

    def goes(self, path: str) -> bool:
        """The same as `open`, where nothing but pages is behind the paths: asked once."""
        answer = self.page.goto(self.window.server.url + path)
        return answer.status in (200, 409) and self.page.url == self.window.server.url + path

    def faults(self, but: str = "") -> list[str]:
        """In light and in dark: only the colours are others there. The next page is opened in the
        one that this one ends in. ``but``: a part of the page that was looked at on another one."""
        found = []
        for scheme, rules in zip(self.schemes, (RULES, COLOURS), strict=True):
            self.window.paint(scheme)
            found += [f"{scheme}: {fault}" for fault in grave(self.page, rules, but)]
        self.schemes.reverse()
        return found

    def policy(self) -> list[str]:
        """What is loose in the policy of the page that was opened."""
        policy, text = self.answer.headers.get("content-security-policy", ""), self.answer.text()
        found = [] if "default-src 'none'" in policy else ["default-src is not 'none'"]
        found += [word for word in ("unsafe-", "http", "*") if word in policy]
        inline = re.findall(
            r"<script\b(?![^>]*\b(?:src=|application/json))[^>]*>|<style\b[^>]*>", text
        )
        found += [f"no nonce: {one}" for one in inline if "nonce=" not in one]
        return found + re.findall(r"<\w+[^>]*\s(?:style|on\w+)=[^>]*>", text)


def _why(node: dict[str, Any]) -> str:
    return "; ".join(check["message"] for check in node["any"][:1])
