"""The guide's walkthrough: a campaign from the first idea to the customer's telephone."""

from typing import Any

from tests.console.test_browser import Window
from tests.serving import Server
from tests.walks.club import ANNA, seen
from tests.walks.conftest import keep

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def pressed(page: Any, text: str) -> None:
    page.locator("main .rg-button", has_text=text).first.click()
    page.wait_for_load_state()


def enters(window: Window, link: str) -> None:
    window.open(link)
    window.page.locator("main form button").first.click()
    window.page.wait_for_load_state()


def designs(window: Window, link: str) -> None:
    page = window.page
    enters(window, link)
    page.get_by_role("link", name="Drafts", exact=True).click()
    pressed(page, "New campaign")
    page.locator('button[value="second-for-a-cent"]').click()
    page.wait_for_load_state()
    page.locator('[name="name.en"]').fill("Second pair for 1 grosz")
    page.locator("#outcome", has_text="80.01").wait_for()
    keep(page, "walk-1-campaign.png")
    pressed(page, "Save and go on")
    pressed(page, "Submit for approval")
    window.send()
    assert "A second person can approve it now" in page.content()


def lets_through(window: Window, link: str) -> None:
    page = window.page
    enters(window, link)
    page.get_by_role("link", name="Drafts", exact=True).click()
    page.locator("main table a", has_text="Second").click()
    page.wait_for_load_state()
    keep(page, "walk-2-approval.png")
    pressed(page, "Approve")
    window.send()
    pressed(page, "Publish")
    window.send()
    assert "Published as revision 2" in page.content()


def opens_the_till(window: Window, link: str) -> None:
    page = window.page
    enters(window, link)
    page.get_by_role("link", name="Till").click()
    window.send()
    page.wait_for_selector("#till-who:not(:empty)")


def sells_two_pairs(window: Window) -> None:
    page, keys = window.page, window.page.keyboard
    scan(page, ANNA)
    page.wait_for_selector("#member:not([hidden])")
    page.wait_for_function("() => document.activeElement.id === 'line-sku'")
    assert "silver" in page.inner_text("#member"), "what is missing for the next tier"
    scan(page, "OXFORD")
    scan(page, "RUNNER")
    page.wait_for_function("() => document.getElementById('to-pay').value.endsWith('299.01')")
    assert "Second pair for 1 grosz" in page.inner_text("#lines")
    assert "Buty do biegania" in page.inner_text("#lines")
    keep(page, "walk-3-till.png")
    page.wait_for_selector("#cash:not([disabled])")
    keys.press("F8")
    keys.type("300")
    page.locator("#cash-change", has_text="0.99").wait_for()
    keep(page, "till-payment.png")
    keys.press("Enter")
    page.wait_for_selector("#done[open]")
    page.locator("#done", has_text="Recorded").wait_for()
    keys.press("Enter")


def scan(page: Any, text: str) -> None:
    """As a scanner types it: the code, and Enter."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_design_approve_publish_buy_see_redeem_hand_over(
    browser: Any, server: Server, club: Any
) -> None:
    links = club.staff()
    staff = Window(browser, server, viewport=WIDE, locale="en")
    designs(staff, links["marketer"])
    lets_through(staff, links["owner"])
    opens_the_till(staff, links["cashier"])
    sells_two_pairs(staff)

    anna = Window(browser, server, viewport=PHONE, locale="en")
    phone = anna.page
    enters(anna, club.member())
    assert "753 points" in phone.inner_text("main"), "604 she had, and 149 of two pairs"
    keep(phone, "walk-4-card.png")
    assert seen(phone, ".card .qr").startswith(ANNA[:4])
    anna.open(club.portal("history"))
    phone.locator("summary").first.click()
    assert "299.01" in phone.inner_text("main")
    assert "Second pair for 1 grosz" in phone.inner_text("details[open]")
    keep(phone, "walk-5-history.png")
    anna.open(club.portal("rewards"))
    phone.locator("a.button[href*='/bag/'], a[href*='/rewards/bag/']").first.click()
    phone.wait_for_load_state()
    phone.locator("main form .main").click()
    phone.wait_for_url("**taken=1*")
    phone.locator("#mine ~ ul summary").first.click()
    reserved = seen(phone, "#mine ~ ul .qr")
    keep(phone, "walk-6-reserved.png")

    till = staff.page
    till.wait_for_function("() => document.activeElement.id === 'find-card'")
    scan(till, reserved)
    till.wait_for_selector("#handed:not([hidden])")
    assert "Shopping bag" in till.inner_text("#handed")
    scan(till, reserved)
    till.wait_for_selector("#find-trouble:not([hidden])")
    assert "already" in till.inner_text("#find-trouble"), "handed over once"
    anna.open(club.portal("rewards"))
    assert phone.locator("form[action*=reserved]").count() == 0
    anna.open(club.portal())
    assert "633 points" in phone.inner_text("main"), "120 for the bag"
    complaints = [said for said in staff.complaints + anna.complaints if "409" not in said]
    assert complaints == []
