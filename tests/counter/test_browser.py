"""The till page as a cashier works it: by keyboard, with and without connection."""

import os
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from regulars.consents.queries import standing
from tests.serving import Server

DRAW = os.environ.get("REGULARS_DRAW_TO")
"""A folder for pictures of the screens, for whoever wants to look at them."""


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

    def done(self) -> str:
        self.page.wait_for_selector("#done[open]")
        return self.text("#done")


@pytest.fixture(scope="module")
def stocked(shoe_shop: Any) -> Any:
    shoe_shop.stock()
    return shoe_shop


def test_two_pairs_a_reward_and_a_return_by_keyboard_alone(
    browser: Any, server: Server, stocked: Any
) -> None:
    api = stocked.api(server)
    card = api.join(attributes={"first_name": "Ola"}, registered=True)
    api.buy(card, ("LACES", 1, 300000))
    screen = Screen(browser, server, stocked)
    page = screen.page
    assert page.evaluate("document.activeElement.id") == "find-card"
    screen.draw("empty")
    screen.member(card)
    assert "Ola" in screen.text("#member")
    screen.article("OXFORD", "299")
    screen.article("RUNNER", "249,50")
    screen.priced("PLN 299.01")
    assert "Second pair for 1 grosz" in screen.text("#quote")
    screen.draw("two-pairs")
    screen.type("F8")
    told = screen.done()
    assert "Recorded" in told
    assert "Give" not in told, "what was taken is what is asked"
    number = re.search(r"\d{6}-\w{5}-\d{4}", told)
    assert number is not None
    screen.draw("recorded")
    page.locator("#done summary").focus()
    screen.type("Enter")
    page.wait_for_selector("#done .whys p")
    screen.type("Tab", "Enter")
    page.wait_for_function("() => document.activeElement.id === 'find-card'")
    found = api.get("/v1/purchases", receipt_number=number[0], shop="W1", till="1")
    assert api.get(f"/v1/purchases/{found['purchase']}")["paid_minor"] == 29901

    page.get_by_role("button", name="Return").focus()
    screen.type("Enter")
    page.wait_for_selector("#return[open]")
    screen.type(number[0], "Enter")
    page.wait_for_selector("#return-lines input")
    screen.draw("return")
    screen.type("Tab", "1", "Enter")  # the second pair, which was for 1 grosz
    assert "PLN 0.01" in screen.done()
    screen.draw("returned")
    screen.type("Enter")
    assert screen.complaints == []


def test_t10_sold_without_connection_it_is_recorded_exactly_once(
    browser: Any, server: Server, stocked: Any
) -> None:
    api = stocked.api(server)
    card = api.join()
    screen = Screen(browser, server, stocked)
    page = screen.page
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    screen.context.set_offline(True)
    page.reload()
    page.wait_for_selector("#network.away")
    assert "No connection" in screen.text("#network")
    screen.member(card)
    screen.article("OXFORD", "200")
    screen.priced("PLN 200.00")
    assert "Estimate: about 100 points" in screen.text("#quote")
    screen.draw("offline")
    screen.type("F9")
    assert "not sent yet" in screen.done()
    screen.draw("kept")
    screen.type("Enter")
    page.reload()  # what waits survives the page
    page.wait_for_selector("#waiting:not([hidden])")
    assert screen.text("#waiting") == "1"
    assert api.points(card).get("pending", 0) == 0

    # The first answer is lost on its way: the till does not know, and sends it again.
    lost: list[str] = []

    def lose(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort()

    screen.context.route("**/v1/purchases", lose)
    screen.context.set_offline(False)
    page.wait_for_selector("#waiting", state="hidden", timeout=60_000)
    assert len(lost) == 1
    history = api.get(f"/v1/members/{card}/history")["activities"]
    bought = [one for one in history if one["kind"] == "purchase"]
    assert len(bought) == 1
    assert api.points(card)["pending"] == 300, "100 for the shoes and 200 of welcome, once"
    page.get_by_role("button", name="Receipts").click()
    page.locator("#receipts-list summary").first.click()
    page.wait_for_selector("#receipts-list .figures")
    assert "300 points" in screen.text("#receipts-list")
    screen.draw("receipts")
    assert [one for one in screen.complaints if "ERR_FAILED" not in one] == []
    screen.context.close()


def test_a_reward_is_taken_its_voucher_used_and_goods_come_back_without_receipt(
    browser: Any, server: Server, stocked: Any
) -> None:
    api = stocked.api(server)
    card = api.join()
    long_ago = "2026-01-20T10:00:00+01:00"
    api.buy(card, ("LACES", 1, 300000), occurred_at=long_ago)
    screen = Screen(browser, server, stocked)
    page = screen.page
    screen.member(card)
    screen.type("F4", "reward:fifty", "Enter")
    page.wait_for_selector("#sure[open]")
    screen.draw("reward")
    screen.type("Enter")
    page.wait_for_selector("#codes button")
    screen.article("RUNNER", "200")
    screen.priced("PLN 150.00")
    assert "PLN 50 voucher" in screen.text("#quote")
    assert "used" in screen.text("#codes")
    screen.draw("voucher")
    screen.type("F9")
    screen.done()
    screen.type("Enter")
    page.locator("[data-open=return]").click()
    page.locator("#return-without summary").click()
    page.fill("#return-card", card)
    page.fill("#return-sku", "NEVER")
    page.locator("#return-search button").click()
    page.wait_for_selector("#return-trouble:not([hidden])")
    assert "bought no such article" in screen.text("#return-trouble")
    page.fill("#return-sku", "RUNNER")
    page.locator("#return-search button").click()
    assert "PLN 150.00" in screen.done()
    assert [one for one in screen.complaints if "409" not in one] == []
    screen.context.close()


def test_a_new_member_decides_alone(browser: Any, server: Server, stocked: Any) -> None:
    api = stocked.api(server)
    screen = Screen(browser, server, stocked)
    page = screen.page
    page.get_by_role("button", name="New member").focus()
    screen.type("Enter")
    page.wait_for_selector("#join[open]")
    screen.type("Tab", "Jan", "Tab", "600 700 8" + str(os.getpid() % 100).zfill(2), "Enter")
    page.wait_for_selector("#join-agree:not([hidden])")
    boxes = page.locator("#join-agree input[type=checkbox]")
    assert boxes.count() == 3
    assert page.locator("#join input[type=checkbox]:checked").count() == 0, "none is ticked (T21)"
    screen.draw("join")
    screen.type("Enter")
    page.wait_for_selector("#join-trouble:not([hidden])")
    screen.draw("join-trouble")
    screen.type("Space", "Tab", "Space", "Enter")
    page.wait_for_selector("#member:not([hidden])")
    card = re.search(r"card (\d{10,})", screen.text("#member"))
    assert card is not None
    found = api.get(f"/v1/members/card:{card[1]}")
    assert found["registered"]
    assert found["attributes"] == {"first_name": "Jan"}
    chosen = stocked.house.run(standing(stocked.program_id, UUID(found["id"])))
    assert {name: one.given for name, one in chosen.items()} == {"news": True, "offers": False}
    assert screen.complaints == []
    screen.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "language"), [(1280, "pl"), (390, "bg"), (1280, "bg")])
def test_every_screen_fits_in_every_language(
    browser: Any, server: Server, stocked: Any, width: int, language: str, scheme: str
) -> None:
    api = stocked.api(server)
    card = api.join(attributes={"first_name": "Ola"})
    screen = Screen(
        browser, server, stocked, viewport={"width": width, "height": 800}, locale=language,
        color_scheme=scheme,
    )  # fmt: skip
    page, kind = screen.page, f"{language}-{width}-{scheme}"

    def look(name: str) -> None:
        screen.draw(f"{name}-{kind}")
        assert page.evaluate("document.documentElement.scrollWidth") == width, name

    assert page.locator("html").get_attribute("lang") == language
    look("empty")
    screen.type("F2", "79927398713", "Enter")
    page.wait_for_selector("#find-trouble:not([hidden])")
    screen.type("F3", "OXFORD", "Tab", "abc", "Enter")
    page.wait_for_selector("#line-trouble:not([hidden])")
    look("wrong")
    page.fill("#find-card", "")
    screen.member(card)
    page.fill("#line-price", "")
    page.fill("#line-sku", "")
    screen.article("OXFORD", "299")
    screen.article("RUNNER", "249,50")
    screen.type("F4", "NOCODE", "Enter")
    page.wait_for_selector("#quote .figures")
    page.wait_for_selector("#cash:not([disabled])")
    look("sale")
    screen.type("F8")
    screen.done()
    page.locator("#done summary").click()
    page.wait_for_selector("#done .whys p")
    look("recorded")
    screen.type("Escape")
    page.locator("[data-open=return]").click()
    number = page.evaluate("document.querySelector('#done-body .empty').textContent").split()[-1]
    screen.type(number, "Enter")
    page.wait_for_selector("#return-lines input")
    look("return")
    screen.type("Escape")
    page.locator("[data-open=join]").click()
    look("join")
    screen.type("Tab", "Jan", "Enter")
    page.wait_for_selector("#join-agree:not([hidden])")
    look("agree")
    screen.type("Escape")
    page.locator("[data-open=receipts]").click()
    page.wait_for_selector("#receipts[open]")
    look("receipts")
    screen.type("Escape")
    screen.context.set_offline(True)
    screen.member(card)
    screen.article("OXFORD", "200")
    page.wait_for_selector("#quote .notice")
    look("alone")
    assert screen.complaints == []
    screen.context.close()


def test_the_page_is_small_and_strict(server: Server, stocked: Any) -> None:
    import httpx

    secret, _ = stocked.cookie()
    shell = httpx.get(f"{server.url}/till/", cookies={"regulars_till": secret})
    policy = shell.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert re.search(r"script-src 'self' 'nonce-[\w-]{20,}'", policy)
    assert "http" not in policy
    folder = Path(__file__).parents[2] / "regulars" / "counter" / "static"
    weight = sum(file.stat().st_size for file in folder.rglob("*.*"))
    session = httpx.get(f"{server.url}/till/session", cookies={"regulars_till": secret})
    assert weight + len(shell.content) + len(session.content) < 150_000
    assert "rk_" not in session.text
    assert secret not in session.text
