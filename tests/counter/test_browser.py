"""The till page as a cashier works it: by keyboard, with and without connection."""

import os
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from regulars.consents.queries import standing
from tests.counter.screen import LONG_NAME, Screen
from tests.serving import Server
from tests.walks.look import COLOURS, RULES, axe, grave


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
    screen.type("F8", "Enter")
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
    screen.type("Tab", "1")  # the second pair, which was for 1 grosz
    told = screen.would_go_back("PLN 0.01")
    assert "Has afterwards" in told
    screen.draw("return-preview")
    screen.type("Enter")
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
    screen.type("F9", "Enter")
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
    screen.type("F9", "Enter")
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
    screen.would_go_back("PLN 150.00")
    assert not page.locator("#done[open]").count(), "nothing is recorded before it was seen"
    page.wait_for_function("() => document.activeElement.id === 'return-sure'")
    screen.type("Enter")
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


@pytest.mark.parametrize(
    ("width", "language", "scheme"),
    [(1280, "pl", "light"), (390, "bg", "dark"), (1280, "bg", "dark")],
)
def test_every_screen_fits_in_every_language(
    browser: Any, server: Server, stocked: Any, width: int, language: str, scheme: str
) -> None:
    api = stocked.api(server)
    card = api.join(attributes={"first_name": LONG_NAME})
    api.buy(card, ("LACES", 1, 300000), occurred_at="2026-01-20T10:00:00+01:00")
    api.post("/v1/redemptions", {"member": card, "reward": "fifty", "hold": True})
    screen = Screen(
        browser, server, stocked, viewport={"width": width, "height": 800}, locale=language,
        color_scheme=scheme,
    )  # fmt: skip
    page, kind = screen.page, f"{language}-{width}-{scheme}"
    rules = {"pl-1280-light": RULES, "bg-390-dark": COLOURS}.get(kind)
    page.evaluate(axe())

    def look(name: str) -> None:
        screen.draw(f"{name}-{kind}")
        assert page.evaluate("document.documentElement.scrollWidth") == width, name
        assert not rules or grave(page, rules) == [], name

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
    screen.type("F8", "100", "Enter", "F7")
    page.wait_for_selector("#points-use")
    look("pay-points")
    screen.type("F6")
    look("pay-gift")
    screen.type("F8", "700")
    look("pay-cash")
    screen.type("Enter")
    screen.done()
    page.locator("#done summary").click()
    page.wait_for_selector("#done .whys p")
    look("recorded")
    screen.type("Escape")
    page.locator("[data-open=return]").click()
    number = page.evaluate("document.querySelector('#done-body .number').textContent").split()[-1]
    screen.type(number, "Enter")
    page.wait_for_selector("#return-lines input")
    look("return")
    screen.type("Tab", "1", "Enter")
    page.wait_for_function("() => document.activeElement.id === 'return-sure'")
    look("return-preview")
    screen.type("Enter")
    screen.done()
    look("returned")
    screen.type("Escape")
    page.locator("[data-open=gifts]").click()
    look("gifts")
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
