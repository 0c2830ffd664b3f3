"""A reward in a real browser: its picture in the console, the member at the telephone, and back."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image, ImageDraw

from regulars.portal.operations import make_link
from tests.console.browser import chromium
from tests.console.conftest import pages as pages
from tests.console.test_browser import Window, entry
from tests.portal.test_browser import FITS
from tests.serving import House, Serve, Server
from tests.serving import house as house
from tests.serving import pytest_runtest_makereport as pytest_runtest_makereport
from tests.serving import serve as serve

LONG = "Zestaw ręczników łazienkowych z bawełny organicznej dla wiernych klientów"
REWARDS: dict[str, Any] = {
    "towel": {
        "name": {"pl": LONG, "bg": "Комплект памучни кърпи за верни клиенти", "en": "Towels"},
        "text": {"pl": "Trzy sztuki, 500 g/m².", "bg": "Три броя, 500 г/м².", "en": "Three."},
        "cost": {"points": 150}, "price_minor": 990, "places": ["1", "warehouse"],
        "sent_from": "warehouse", "hold_minutes": 10_080,
    },
    "film": {"name": {"pl": "Bilet do kina", "bg": "Билет за кино", "en": "Cinema ticket"},
             "cost": {"points": 200}, "codes": True, "partner": "Muranów"},
    "help": {"name": {"pl": "Dla schroniska", "bg": "За приюта", "en": "For the shelter"},
             "cost": {"points": 50}, "cause": "shelter"},
    "wine": {"name": {"pl": "Wino od sommeliera", "bg": "Вино", "en": "Wine"},
             "cost": {"points": 90}, "who": [{"kind": "member_age", "at_least": 18}]},
    "trip": {"name": {"pl": "Weekend w górach", "bg": "Уикенд в планината", "en": "Weekend"},
             "cost": {"points": 9_000}, "stock": 2},
    "coffee": {"name": {"pl": "Kawa", "bg": "Кафе", "en": "Coffee"}, "cost": {"points": 50},
               "voucher": "coffee"},
}  # fmt: skip


@pytest.fixture(scope="module")
def firm(pages: None, house: House) -> Any:
    from tests.console.people import Firm
    from tests.corner import corner

    mug = {"name": {"pl": "Kubek", "bg": "Чаша", "en": "Mug"}, "cost": {"points": 100}}
    return Firm(house, corner(rewards={**REWARDS, "mug": mug}))


@pytest.fixture(scope="module")
def browser(firm: Any) -> Iterator[Any]:  # after Django has connected: it would not beside it
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def server(serve: Serve) -> Server:
    return serve(clock=datetime.now(UTC), planes="both", number=5)


def photograph() -> bytes:
    picture = Image.new("RGB", (1_200, 900), (236, 226, 210))
    pen = ImageDraw.Draw(picture)
    for number, colour in enumerate([(32, 84, 120), (60, 130, 150), (180, 90, 60)]):
        low = 700 - number * 150
        pen.rounded_rectangle((250, low - 130, 950, low), 60, fill=colour)
    written = io.BytesIO()
    picture.save(written, "JPEG")
    return written.getvalue()


def member(firm: Any) -> str:
    token = firm.house.run(make_link(firm.program_id, firm.regular().id, datetime.now(UTC)))
    return f"/my/{firm.organization.slug}/corner/enter/{token}/"


def enters(window: Window, path: str, shows: str) -> None:
    """By a link that lets in once. The first page waits until the server has read all of Django."""
    window.page.set_default_timeout(240_000)
    window.open(path)
    window.page.locator("main form button").first.click()
    window.page.wait_for_selector(shows)


def sends(window: Window) -> None:
    window.page.locator("main form button").last.click()
    window.page.wait_for_load_state()


def test_a_reward_from_its_picture_to_the_parcel(browser: Any, server: Server, firm: Any) -> None:
    wide, phone = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
    desk = Window(browser, server, viewport=wide, locale="pl")
    page = desk.page
    enters(desk, entry(firm, "owner"), ".rg-person")
    desk.open("/console/rewards/towel/picture/")
    page.set_input_files("[name=picture]", {"name": "t.jpg", "mimeType": "image/jpeg",
                                            "buffer": photograph()})  # fmt: skip
    desk.send()
    desk.open("/console/rewards/towel/stock/")
    page.select_option("[name=place]", "warehouse")
    page.fill("[name=change]", "5")
    desk.send()
    desk.draw("reward-wide")
    desk.open("/console/rewards/")
    desk.draw("rewards-wide")
    assert page.locator(".rg-picture img").evaluate("one => one.naturalWidth") == 960

    anna = Window(browser, server, viewport=phone, locale="pl")
    hand = anna.page
    enters(anna, member(firm), ".card")
    base = f"/my/{firm.organization.slug}/corner/rewards/"
    anna.open(base)
    anna.draw("catalogue-phone")
    assert "brakuje" in hand.inner_text("main").lower()
    anna.open(f"{base}towel/")
    hand.check("[value=send]")
    anna.draw("choose-phone")
    hand.fill("#address", "Anna Żak, Długa 1, 00-001 Warszawa")
    sends(anna)
    hand.wait_for_url("**taken=1*")
    assert "Przygotowujemy" in hand.inner_text("main")

    desk.open("/console/redemptions/")
    desk.draw("queue-wide")
    page.locator("main table a", has_text="Zestaw").first.click()
    page.wait_for_load_state()
    for word, fields in (("Gotowa", {}), ("Wyślij", {"sent_by": "Poczta", "tracking": "PL42"})):
        page.locator("main .rg-actions a", has_text=word).click()
        page.wait_for_load_state()
        for name, value in fields.items():
            page.fill(f"[name={name}]", value)
        if page.locator("[name=paid]").count():
            page.check("[name=paid]")
        desk.draw(f"step-{word}-wide")
        desk.send()
    desk.draw("redemption-wide")
    anna.open(base)
    assert "PL42" in hand.inner_text("main")
    assert desk.complaints == anna.complaints == []

    found = {}
    for scheme, width, tag in (("dark", 390, "bg"), ("light", 1280, "pl"), ("light", 390, "en")):
        size = {"width": width, "height": 844}
        other = Window(browser, server, viewport=size, color_scheme=scheme, locale=tag)
        enters(other, member(firm), ".card")
        for name in ("", "film/", "towel/"):
            other.open(base + name)
            other.draw(f"portal-{name.strip('/') or 'all'}-{width}-{scheme}")
            if faults := other.page.evaluate(FITS):
                found[name, width, scheme] = faults
    small = Window(browser, server, viewport=phone, color_scheme="dark", locale="bg")
    enters(small, entry(firm, "owner"), ".rg-side-top")
    for name in ("rewards/", "rewards/towel/", "rewards/film/", "redemptions/"):
        small.open(f"/console/{name}")
        small.draw(f"console-{name.replace('/', '-')}")
        assert small.page.evaluate("document.documentElement.scrollWidth") == 390, name
    assert found == {}
