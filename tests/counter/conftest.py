"""A shoe shop with its till page, in a real browser against a real server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.browser import chromium
from tests.console.conftest import pages as pages
from tests.serving import House, Serve, Server
from tests.serving import house as house
from tests.serving import pytest_runtest_makereport as pytest_runtest_makereport
from tests.serving import serve as serve

SHOES = (Path(__file__).parents[2] / "examples" / "shoe-shop.yaml").read_text("utf-8")
SHOES = SHOES.replace(
    "    worth_minor: 5\n",
    """\
    worth_minor: 5
    pays: {points: 10, minor: 50}
  crowns:
    name: {pl: korona|korony|koron, bg: корона|корони, en: crown|crowns}
    expires: {days: 20}
""",
).replace(
    "  - id: welcome\n",
    """\
  - id: crowns
    name: {pl: Pięć koron, bg: Пет корони, en: Five crowns}
    lane: points
    when:
      - {kind: basket_contains, of: {products: [CROWN]}}
    then:
      - {kind: fixed_points, points: 5, asset: crowns}

  - id: welcome
""",
)
if "\ngift_cards:" not in SHOES:
    SHOES += """
gift_cards:
  present:
    name: {pl: Karta podarunkowa, bg: Карта за подарък, en: Gift card}
    skus: [PRESENT]
    amounts_minor: [5000, 10000]
    expires: {days: 365}
    pin: true
  any:
    name: {pl: Doładowanie, bg: Презареждане, en: Reloadable card}
    skus: [RELOAD]
    least_minor: 2000
    most_minor: 50000
    top_up: true
"""
if "\nreturns:" not in SHOES:
    SHOES += "returns: {without_receipt: {within_days: 90}}\n"
if "\nconsents:" not in SHOES:
    SHOES += """
consents:
  news:
    purpose: newsletter
    channel: email
    version: "1"
    name: {pl: Nowości, bg: Новини, en: News}
    text: {pl: Chcę dostawać nowości., bg: Искам новини., en: I want to be sent news.}
  offers:
    purpose: offers
    channel: sms
    version: "1"
    name: {pl: Oferty, bg: Оферти, en: Offers}
    text: {pl: Chcę dostawać oferty SMS-em., bg: Искам оферти по SMS., en: I want offers by SMS.}
"""


@pytest.fixture(scope="module")
def browser(shoe_shop: Any) -> Iterator[Any]:  # after Django has connected: it would not beside it
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def server(serve: Serve) -> Server:
    return serve(planes="both")


@pytest.fixture(scope="session")
def shoe_shop(pages: None, house: House) -> Any:
    from tests.counter.shop import ShoeShop

    return ShoeShop(house, SHOES)


@pytest.fixture(scope="session")
def stocked(shoe_shop: Any) -> Any:
    shoe_shop.stock()
    return shoe_shop
