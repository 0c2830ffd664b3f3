"""A tablet at the till: what a cashier types, and what the screen says."""

import os
import re
from pathlib import Path
from typing import Any

from tests.serving import Server

DRAW = os.environ.get("REGULARS_DRAW_TO")
"""A folder for pictures of the screens, for whoever wants to look at them."""


LONG_NAME = "Александрина-Велислава Константинопѝлска-Добродѝнова"


class Screen:
    """A tablet at the till, that remembers what the browser complained of."""

    def __init__(self, browser: Any, server: Server, shop: Any, **options: Any) -> None:
        self.server = server
        options = {"viewport": {"width": 1280, "height": 800}, "locale": "en", **options}
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.complaints: list[str] = []
        self.away = False
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._said)
        self.page.goto(server.url + shop.entry())
        self.page.locator("main form button.rg-primary").first.click()
        self.page.wait_for_load_state()
        self.page.goto(server.url + "/console/till/")
        self.draw("open")
        self.page.fill("[name=till]", "1")
        self.page.locator("main form button.rg-primary").first.click()
        self.page.wait_for_selector("#till-who:not(:empty)")

    def _said(self, said: Any) -> None:
        if said.type == "error" and "404" not in said.text and "ERR_INTERNET" not in said.text:
            self.complaints.append(said.text)

    def draw(self, name: str) -> None:
        if DRAW:
            Path(DRAW).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{DRAW}/{name}.png")

    def type(self, *keys: str) -> None:
        """Text as a scanner or a person types it; names of keys as they are called."""
        for key in keys:
            if key in ("Enter", "Tab", "Escape", "Space") or re.fullmatch(r"F\d", key):
                self.page.keyboard.press(key)
            else:
                self.page.keyboard.type(key)

    def member(self, ref: str) -> None:
        self.type("F2", ref, "Enter")
        self.page.wait_for_selector("#member:not([hidden])")
        self.page.wait_for_function("() => document.activeElement.id === 'line-sku'")

    def article(self, sku: str, price: str) -> None:
        lines = self.page.locator("#lines li").count()
        self.type("F3", sku, "Tab", price, "Enter")
        self.page.wait_for_function(
            "lines => document.querySelectorAll('#lines li').length > lines", arg=lines
        )

    def priced(self, text: str) -> None:
        self.page.wait_for_function(
            "text => document.getElementById('to-pay').value.replace(/\\s/g, ' ') === text "
            "&& !document.getElementById('cash').disabled",
            arg=text,
        )

    def text(self, where: str) -> str:
        return " ".join(str(self.page.locator(where).inner_text()).split())

    def would_go_back(self, text: str) -> str:
        """What the dialog of a return says before it is recorded."""
        self.page.locator("#return-told", has_text=text.replace(" ", "\u00a0")).wait_for()
        return self.text("#return-told")

    def done(self) -> str:
        self.page.wait_for_selector("#done[open]")
        return self.text("#done")
