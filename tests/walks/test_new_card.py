"""A batch of cards: made on a page, printed, scanned, and somebody's at the first purchase."""

from pathlib import Path
from typing import Any

import pypdfium2
import zxingcpp

from tests.console.test_browser import Window
from tests.serving import Server
from tests.walks.test_second_pair import WIDE, enters, opens_the_till, pressed, scan


def makes_a_batch(window: Window, link: str) -> Path:
    """Four cards; the file for the card printer."""
    page = window.page
    enters(window, link)
    page.get_by_role("link", name="Cards").click()
    pressed(page, "Make a batch")
    page.fill("[name=name]", "Spring")
    page.fill("[name=count]", "4")
    page.locator("main form button.rg-primary").click()
    page.wait_for_load_state()
    assert "Spring" in window.heading
    batch = page.url
    pressed(page, "For printing")
    with page.expect_download() as download:
        page.locator("button[value=card]").click()
    page.goto(batch)
    return Path(download.value.path())


def printed(file: Path) -> list[str]:
    """What a scanner reads of the backs."""
    backs = list(pypdfium2.PdfDocument(file))[1::2]
    pictures = [page.render(scale=3).to_pil().convert("RGB") for page in backs]
    return [zxingcpp.read_barcodes(picture)[0].text for picture in pictures]


def test_batch_printed_scanned_and_somebodys_at_the_first_purchase(
    browser: Any, server: Server, club: Any
) -> None:
    links = club.staff()
    office, till = (Window(browser, server, viewport=WIDE, locale="en") for _ in range(2))
    numbers = printed(makes_a_batch(office, links["marketer"]))
    assert len(set(numbers)) == 4

    opens_the_till(till, links["cashier"])
    page = till.page
    scan(page, numbers[0])
    page.wait_for_selector("#find-trouble:not([hidden])")
    assert "not in use yet" in page.inner_text("#find-trouble")
    pressed(office.page, "Put into use")
    office.page.locator("main form button").first.click()
    office.page.wait_for_load_state()
    page.fill("#find-card", "")
    scan(page, numbers[0])
    page.wait_for_selector("#member:not([hidden])")
    assert "A new card" in page.inner_text("#member")
    scan(page, "BOOT")
    page.wait_for_selector("#cash:not([disabled])")
    page.keyboard.press("F8")
    page.keyboard.press("Enter")
    page.locator("#done", has_text="Recorded").wait_for()
    assert "299 points" in page.inner_text("#done"), "199 of the boots and 100 of welcome"
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'find-card'")
    scan(page, numbers[0])
    page.wait_for_selector("#member:not([hidden])")
    assert "299 points" in page.inner_text("#member")
    refused = ("404", "409")
    complaints = [said for said in till.complaints if not any(one in said for one in refused)]
    assert office.complaints + complaints == []
