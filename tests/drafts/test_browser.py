"""A campaign made in a real browser by one person, let through by another, followed by a till."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.browser import chromium
from tests.console.people import Firm
from tests.console.test_browser import Window, entry
from tests.serving import House, Serve, Server, Till

IMAGE = Path(__file__).parents[2] / "docs/images/builder.png"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def server(serve: Serve) -> Server:
    return serve(planes="both")


@pytest.fixture
def shop(pages: None, house: House) -> Firm:
    return Firm(house)


def signed_in(
    browser: Any, server: Server, shop: Firm, role: str = "marketer", **how: Any
) -> Window:
    window = Window(browser, server, **({"viewport": {"width": 1280, "height": 900}} | how))
    window.open(entry(shop, role))
    window.send()
    return window


def pressed(window: Window, text: str) -> None:
    window.page.locator("main .rg-button", has_text=text).first.click()
    window.page.wait_for_load_state()


def test_second_pair_for_a_cent_reaches_the_till(
    browser: Any, server: Server, shop: Firm, house: House
) -> None:
    till = Till(server.url, house.key(shop.organization))
    basket = [("trainers", 1, 6_000), ("slippers", 1, 3_000)]
    anna = signed_in(browser, server, shop)
    page = anna.page
    anna.open("/console/drafts/new/")
    page.locator('button[value="second-for-a-cent"]').click()
    page.wait_for_load_state()
    category = page.locator('[name="then.0.on.categories"]')
    category.fill("boots")
    page.locator("#sentence", has_text="boots").wait_for()
    assert "Not saved yet" in page.locator("#dirty").inner_text()
    page.locator('[name="then.0.price_minor"]').fill("abc")
    page.wait_for_selector('[id="f-then-0-price_minor-error"] p')
    page.locator('[name="then.0.price_minor"]').fill("0.01")
    for n, amount in enumerate(("60.00", "30.00")):
        page.locator(f'[name="b.{n}.category"]').fill("boots")
        page.locator(f'[name="b.{n}.price"]').fill(amount)
    page.locator("#outcome", has_text="60.01").wait_for()
    page.locator('[name="new:when"]').select_option("weekday_and_hours")
    page.wait_for_selector('[name="when.0.days"]')
    page.locator('[name="when.0.days"][value="tue"]').check()
    page.locator("#outcome", has_text="90.00").wait_for()
    page.locator('button[value="remove:when.0"]').click()
    page.locator("#outcome", has_text="60.01").wait_for()
    page.evaluate("scrollTo(0, 0)")
    picture = page.screenshot()
    if os.environ.get("REGULARS_DRAW") or not IMAGE.exists():
        IMAGE.write_bytes(picture)
    page.locator('button[value="save"]').click()
    page.wait_for_load_state()
    assert "Everything is saved" in page.locator("#dirty").inner_text()
    pressed(anna, "Back to the draft")
    address = page.url.removeprefix(server.url)
    assert "boots" in page.content()
    pressed(anna, "Submit for approval")
    page.fill("[name=note]", "Please, before Saturday")
    anna.send()
    anna.open(f"{address}approve/")
    assert "cannot approve" in page.content()
    boris = signed_in(browser, server, shop)
    boris.open(address)
    assert "Please, before Saturday" in boris.page.content()
    pressed(boris, "Approve")
    boris.send()
    pressed(boris, "Publish")
    boris.send()
    assert "Published as revision 2" in boris.page.content()
    time.sleep(1)
    lines = [
        {"sku": sku, "quantity": n, "unit_price_minor": price, "category": "boots"}
        for sku, n, price in basket
    ]
    after = till.post("/v1/quotes", {"shop": "1", "till": "1", "lines": lines})
    assert after["paid_minor"] == 6_001, after
    assert anna.complaints == []
    assert boris.complaints == []


def test_a_reward_and_its_tier_are_made_by_form(browser: Any, server: Server, shop: Firm) -> None:
    anna = signed_in(browser, server, shop)
    page = anna.page
    anna.open("/console/drafts/new/")
    page.locator('button[value="percent-off"]').click()
    page.wait_for_load_state()
    draft = page.url.removeprefix(server.url).partition("campaigns/")[0]
    anna.open(f"{draft}parts/rewards/")
    page.fill("[name=name]", "Kettle")
    anna.send()
    page.locator('[name="cost.0.value"]').fill("a lot")
    page.locator("main .rg-error", has_text="Write a whole number").wait_for()
    page.locator('[name="cost.0.value"]').fill("250")
    page.locator('[name="stock"]').fill("5")
    page.locator('button[value="finish"]').click()
    page.wait_for_load_state()
    assert "“Kettle”" in page.inner_text("main .dr-changes")
    anna.open(f"{draft}groups/tiers/")
    page.locator('[name="tiers"]').fill("silver, gold")
    page.locator('button[value="switch:tiering"]').click()
    page.locator('[name="tiering.by"]').select_option("spend")
    page.locator('button[value="switch:tiering.period"]').click()
    page.locator('[name="tiering.period.months"]').fill("12")
    page.locator('button[value="entry:tiering.at_least"]').click()
    page.locator('[name="tiering.at_least.0.key"]').select_option("gold")
    page.locator('[name="tiering.at_least.0.value"]').fill("500")
    page.locator('button[value="save"]').click()
    page.wait_for_load_state()
    assert page.locator('[name="tiering.at_least.0.value"]').input_value() == "500.00"
    anna.open(f"{draft}document/")
    assert "gold: 50000" in page.locator("[name=source]").input_value()
    assert anna.complaints == []


@pytest.mark.parametrize(("width", "language"), [(1280, "pl"), (390, "bg")])
def test_pages_fit_their_windows(
    browser: Any, server: Server, shop: Firm, width: int, language: str
) -> None:
    """In light and in dark: every other page is opened in the one, and every other in the other."""
    window = signed_in(
        browser, server, shop, viewport={"width": width, "height": 900}, locale=language,
        color_scheme="light",
    )  # fmt: skip
    page, schemes = window.page, ["light", "dark"]

    def looked(name: str) -> None:
        for scheme in schemes:
            window.paint(scheme)
            assert page.evaluate("document.documentElement.scrollWidth") == width, name
            window.draw(f"drafts-{name}-{language}-{width}-{scheme}")
        schemes.reverse()

    window.open("/console/program/")
    looked("program")
    window.open("/console/drafts/")
    looked("none")
    window.open("/console/drafts/new/")
    looked("gallery")
    page.locator('button[value="second-for-a-cent"]').click()
    page.wait_for_load_state()
    looked("campaign")
    builder = page.url.removeprefix(server.url)
    address = builder.partition("campaigns/")[0]
    page.locator('[name="new:when"]').select_option("any")
    page.wait_for_selector('[name="new:when.0.of"]')
    page.locator('[name="new:when.0.of"]').select_option("basket_total")
    page.wait_for_selector('[name="when.0.of.0.at_least_minor"]')
    page.locator('[name="new:when.0.of"]').select_option("not")
    page.wait_for_selector('[name="new:when.0.of.1.condition"]')
    page.locator('[name="new:when.0.of.1.condition"]').select_option("weekday_and_hours")
    page.wait_for_selector('[name="when.0.of.1.condition.days"]')
    page.locator('[name="when.0.of.0.at_least_minor"]').fill("1x")
    page.wait_for_timeout(1200)
    looked("wrong")
    page.locator('[name="when.0.of.0.at_least_minor"]').fill("100,00")
    page.locator('[name="when.0.of.1.condition.days"][value="mon"]').check()
    page.wait_for_timeout(1200)
    looked("nested")
    page.locator('button[value="save"]').click()
    page.wait_for_load_state()
    inside = ("", "document/", "submit/", "order/", "cost/", "groups/tiers/", "parts/rewards/mug/")
    for path in inside:
        window.open(address + path)
        looked(path.strip("/").replace("/", "-") or "draft")
    window.open("/console/program/begin/")
    looked("first")
    window.open("/console/notices/")
    looked("notices")
    window.open("/console/drafts/")
    looked("list")
    window.open("/console/revisions/")
    looked("revisions")
    window.open("/console/revisions/1/")
    looked("revision")
    window.open("/console/program/second-pair/pause/")
    looked("pause")
    assert window.complaints == []
