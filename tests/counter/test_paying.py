"""Payment at the till page: mixed, with change, gift cards and points, and what is printed."""

import re
from typing import Any

import pypdfium2

from tests.counter.screen import LONG_NAME, Screen
from tests.serving import Server, basket

LONG_AGO = "2026-01-20T10:00:00+01:00"


def gift_card(api: Any) -> tuple[str, str]:
    """The code and PIN of a gift card with 50 zł."""
    sold = api.buy(None, ("PRESENT", 1, 5000))["gift_cards"][0]
    return sold["code"], sold["pin"]


def rest(screen: Screen, text: str) -> None:
    """Wait until so much is left to pay."""
    screen.page.wait_for_function(
        "text => document.getElementById('pay-rest').value.replace(/\\s/g, ' ') === text", arg=text
    )


def printed(screen: Screen) -> str:
    """The text on paper. A browser without a screen has no dialog to print from, so what it would
    open is noted, and the page is put on paper as the dialog would."""
    page = screen.page
    page.evaluate("() => { window.sheets = 0; window.print = () => { window.sheets += 1; }; }")
    page.locator("dialog[open] button", has_text="Print").last.click()
    page.wait_for_function("() => window.sheets === 1")
    document = pypdfium2.PdfDocument(page.pdf())
    text = " ".join(one.get_textpage().get_text_range() for one in document)
    assert len(document) == 1
    return " ".join(text.split())


def receipt(told: str) -> str:
    found = re.search(r"\d{6}-\w{5}-\d{4}", told)
    assert found is not None, told
    return found[0]


def test_part_gift_card_part_points_part_card_and_cash_with_change_by_keyboard(
    browser: Any, server: Server, stocked: Any
) -> None:
    api = stocked.api(server)
    card = api.join(attributes={"first_name": LONG_NAME}, registered=True)
    api.buy(card, ("LACES", 1, 300000), occurred_at=LONG_AGO)
    code, pin = gift_card(api)
    screen = Screen(browser, server, stocked)
    page = screen.page
    screen.member(card)
    screen.article("RUNNER", "200")
    screen.priced("PLN 200.00")
    assert "1 point for every 2.00 PLN spent" in screen.text("#quote"), "why, in words"
    page.locator("#quote summary").click()
    assert "Second pair for 1 grosz: 1 more item is needed" in screen.text("#quote"), "why not"
    screen.draw("paying-quote")
    screen.type("F6", code, "Tab", "0000" if pin != "0000" else "1111", "Enter")
    page.wait_for_selector("#pay-trouble:not([hidden])")
    assert "check the code" in screen.text("#pay-trouble")
    screen.type("F6", code, "Tab", pin, "Enter")
    rest(screen, "PLN 150.00")
    screen.type("F7", "100", "Enter")
    rest(screen, "PLN 145.00")
    screen.type("F8", "100")
    assert screen.text("#cash-change") == "Then still to pay: PLN 45.00"
    screen.type("Enter")
    rest(screen, "PLN 45.00")
    screen.type("F9", "20", "Enter")
    rest(screen, "PLN 25.00")
    screen.draw("paying-mixed")
    screen.type("F8", "50")
    assert screen.text("#cash-change") == "Change PLN 25.00"
    screen.type("Enter")
    told = screen.done()
    assert "Change PLN 25.00" in told
    screen.draw("paying-done")
    paper = printed(screen)
    for said in ("RUNNER PLN 200.00", "Paid with 100 points PLN 5.00", "Cash PLN 150.00",
                 "Change PLN 25.00", "Earned 100 points", "Has now 3,100 points",
                 "A point for every PLN 2: you get: 100 points", "no tax receipt"):  # fmt: skip
        assert said in paper, said
    assert "Basket" not in paper, "the page itself is not printed"
    number = receipt(told)
    found = api.get("/v1/purchases", receipt_number=number, shop="W1", till="1")["purchase"]
    paid = api.get(f"/v1/purchases/{found}")["payments"]
    assert {one["tender"]: one["amount_minor"] for one in paid} == {
        "points": 500, "gift_card": 5000, "cash": 12500, "card": 2000,
    }  # fmt: skip
    screen.type("Escape")

    page.locator("[data-open=return]").click()
    screen.type(number, "Enter")
    page.wait_for_selector("#return-lines input")
    assert "Gift card PLN 50.00" in screen.text("#return-paid")
    screen.type("1", "Enter")  # shows what was not shown yet
    preview = screen.would_go_back("PLN 200.00")
    screen.draw("paying-return")
    for said in ("Back as 100 points PLN 5.00", "To the payment card PLN 20.00",
                 "In cash PLN 125.00", "Taken back 100 points"):  # fmt: skip
        assert said in preview, said
    page.wait_for_function("() => document.activeElement.id === 'return-sure'")
    screen.type("Enter")
    told = screen.done()
    screen.draw("paying-returned")
    for said in ("RUNNER × 1 PLN 200.00", "Back as 100 points PLN 5.00", "Taken back 100 points",
                 f"Back on the gift card ...{code[-5:]} PLN 50.00",
                 "To the payment card PLN 20.00", "In cash PLN 125.00"):  # fmt: skip
        assert said in told, said
    assert "In cash PLN 125.00" in printed(screen)
    assert [one for one in screen.complaints if "404" not in one] == []
    screen.context.close()


def test_a_gift_card_is_sold_shown_printed_looked_up_and_topped_up_by_touch(
    browser: Any, server: Server, stocked: Any
) -> None:
    api = stocked.api(server)
    screen = Screen(browser, server, stocked)
    page = screen.page
    page.locator("#nav-gifts").click()
    page.select_option("#gift-kind", "present")
    screen.draw("gifts")
    page.locator("#sell-amounts button", has_text="100").click()
    screen.priced("PLN 100.00")
    page.locator("#cash").click()
    page.locator("#cash-quick button", has_text="200").click()
    told = screen.done()
    assert "Change PLN 100.00" in told
    page.wait_for_selector("#done .code b")
    screen.draw("gift-sold")
    code, pin = screen.text("#done .code b"), screen.text("#done .code span >> nth=0")[4:]
    assert re.fullmatch(r"\d{4}", pin)
    paper = printed(screen)
    assert code in paper
    assert f"PIN {pin}" in paper
    kept = page.evaluate(
        "() => new Promise((told) => { const base = indexedDB.open('regulars-till');"
        " base.onsuccess = () => { const all = base.result.transaction('receipts')"
        ".objectStore('receipts').getAll();"
        " all.onsuccess = () => told(JSON.stringify(all.result)); }; })"
    )
    assert code[-5:] in kept
    assert code not in kept, "whoever finds the tablet finds no money on it"
    assert f'"{pin}"' not in kept
    page.locator("#done .primary").click()

    page.locator("#nav-gifts").click()
    page.fill("#look-code", code)
    page.fill("#look-pin", pin)
    page.locator("#gift-look button").first.click()
    page.wait_for_selector("#look-told:not([hidden])")
    assert "On the card: PLN 100.00. Valid until March 2, 2027." in screen.text("#look-told")
    screen.draw("gift-looked-up")
    page.select_option("#gift-kind", "any")
    page.fill("#sell-amount", "10")
    page.locator("#sell-put").click()
    page.wait_for_selector("#sell-trouble:not([hidden])")
    assert "from PLN 20.00 to PLN 500.00" in screen.text("#sell-trouble")
    old = api.buy(None, ("RELOAD", 1, 2000))["gift_cards"][0]["code"]
    page.fill("#sell-top", old)
    page.fill("#sell-amount", "30")
    page.locator("#sell-put").click()
    screen.priced("PLN 30.00")
    assert old in screen.text("#lines")
    page.locator("#by-gift").click()
    page.fill("#gift-code", code)
    page.fill("#gift-pin", pin)
    page.locator("#pay-gift .primary").click()
    page.wait_for_selector("#pay-trouble:not([hidden])")
    assert "not bought with gift cards" in screen.text("#pay-trouble")
    page.locator("#pay [data-way=card]").click()
    page.locator("#pay-card .primary").click()
    screen.done()
    holds = api.post("/v1/gift-cards/balance", {"code": old})
    assert holds["balance_minor"] == 5000
    assert [one for one in screen.complaints if "404" not in one] == []
    screen.context.close()


def test_refused_at_the_till_nothing_is_recorded_and_the_payment_can_be_changed(
    browser: Any, server: Server, stocked: Any
) -> None:
    """What the gift card pays is kept for this till; it has lapsed, and another was faster. Then a
    reservation is called off."""
    api = stocked.api(server)
    card = api.join()
    api.buy(card, ("LACES", 1, 300000), occurred_at=LONG_AGO)
    api.buy(card, ("CROWN", 1, 100))
    api.post("/v1/redemptions", {"member": card, "reward": "fifty", "hold": True})
    code, pin = gift_card(api)
    screen = Screen(browser, server, stocked)
    page = screen.page
    screen.article("LACES", "60")
    screen.priced("PLN 60.00")
    with page.expect_response(lambda one: "/v1/quotes" in one.url) as asked:
        screen.type("F6", code, "Tab", pin, "Enter")
    rest(screen, "PLN 10.00")
    other = basket(None, ("LACES", 1, 1000), gift_cards=[{"code": code, "pin": pin}])
    assert api.refused("/v1/purchases", other)[1] == "no_such_gift_card", "it is kept"
    api.post(f"/v1/quotes/{asked.value.json()['id']}/void", {})
    api.post("/v1/purchases", other)
    screen.type("F8", "Enter")
    page.wait_for_selector("#pay-trouble:not([hidden])")
    assert "not that much on the gift card" in screen.text("#pay-trouble")
    screen.draw("pay-refused")
    page.locator("#pay-taken button").first.click()
    rest(screen, "PLN 50.00")
    screen.type("F6", code, "Tab", pin, "Enter")
    rest(screen, "PLN 10.00")
    page.keyboard.press("Escape")
    page.wait_for_selector("#sure[open]")
    assert "Give PLN 10.00 back" in screen.text("#sure")
    page.locator("#sure [value=no]").click()
    screen.type("F9", "Enter")
    screen.done()
    screen.type("Enter")
    page.locator("[data-open=receipts]").click()
    page.wait_for_selector("#receipts[open]")
    assert page.locator("#receipts-list li").count() == 1
    screen.type("Escape")

    screen.member(card)
    assert "5 crowns Only until 3/22/2026: 5 crowns" in screen.text("#member"), "a reminder"
    page.locator("#member .waits button", has_text="Call off").click()
    page.wait_for_selector("#sure[open]")
    screen.draw("call-off")
    screen.type("Enter")
    page.wait_for_selector("#handed:not([hidden])")
    assert "called off" in screen.text("#handed")
    page.wait_for_selector("#member .waits", state="detached")
    assert "held" not in api.points(card)
    assert [one for one in screen.complaints if "409" not in one] == []
    screen.context.close()


def test_t10_without_connection_only_money_pays_and_the_program_asks_for_less_later(
    browser: Any, server: Server, stocked: Any
) -> None:
    api = stocked.api(server)
    screen = Screen(browser, server, stocked)
    page = screen.page
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    screen.context.set_offline(True)
    screen.article("OXFORD", "200")
    screen.article("RUNNER", "100")
    screen.priced("PLN 300.00")
    for key in ("F6", "F7"):
        screen.type(key)
        page.wait_for_selector("#pay-trouble:not([hidden])")
        assert "gift cards and points cannot pay now" in screen.text("#pay-trouble")
    screen.draw("pay-alone")
    screen.type("F9", "250", "Enter", "F8", "Enter")
    told = screen.done()
    assert "not sent yet" in told
    screen.type("Escape")
    page.locator("#nav-gifts").click()
    page.select_option("#gift-kind", "present")
    page.locator("#sell-amounts button").first.click()
    page.wait_for_selector("#cash:not([disabled])")
    screen.type("F8")
    page.wait_for_selector("#quote-trouble:not([hidden])")
    assert "sold only with a connection" in screen.text("#quote-trouble")
    screen.context.set_offline(False)
    page.wait_for_selector("#waiting", state="hidden")
    found = api.get("/v1/purchases", receipt_number=receipt(told), shop="W1", till="1")
    purchase = api.get(f"/v1/purchases/{found['purchase']}")
    paid = {one["tender"]: one["amount_minor"] for one in purchase["payments"]}
    assert paid == {"card": 20001}, "99.99 go back: 50.00 in cash and the rest of the card's"
    page.locator("[data-open=receipts]").click()
    page.locator("#receipts-list summary").first.click()
    page.wait_for_selector("#receipts-list .notice")
    assert "Give PLN 99.99 back" in screen.text("#receipts-list .notice")
    assert [one for one in screen.complaints if "422" not in one] == []
    screen.context.close()
