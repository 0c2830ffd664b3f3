"""The way in and around, in a real browser against a real server, as its people go it."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from regulars.staff.operations import entry_link_for, invite
from tests.console.browser import chromium, one_time_code
from tests.serving import House, Serve, Server, Till

PASSWORD = "a harbour at dusk 7"
DRAW = os.environ.get("REGULARS_DRAW_TO")
"""A folder for pictures of every page, for whoever wants to look at them."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def server(serve: Serve) -> Server:
    return serve(planes="both")


@pytest.fixture(scope="module")
def shop_floor(pages: None, house: House, server: Server) -> Any:
    """A firm with a year of business, in small."""
    from tests.console.people import Firm

    firm = Firm(house)
    till = Till(server.url, house.key(firm.organization))
    for basket in range(1, 6):
        anna = till.join()
        till.buy(anna, ("bread", basket, 450), receipt_number=f"R{basket}", till="1")
    firm.new_shop("2")
    return firm


class Window:
    """A window of the browser that remembers what the browser complained of."""

    def __init__(self, browser: Any, server: Server, **options: Any) -> None:
        self.server = server
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._request)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.server.url, "data:")):
            self.complaints.append(f"asked {request.url}")

    def open(self, path: str) -> None:
        self.page.goto(self.server.url + path)

    def draw(self, name: str) -> None:
        if DRAW:
            Path(DRAW).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{DRAW}/{name}.png", full_page=True)

    def paint(self, scheme: str) -> None:
        """Return when the page has been drawn light or dark, with no colour still on its way."""
        self.page.emulate_media(color_scheme=scheme)
        self.page.wait_for_function(
            """async scheme => {
              if (!matchMedia(`(prefers-color-scheme: ${scheme})`).matches) return false;
              const drawn = () => new Promise(requestAnimationFrame);
              await drawn();
              await Promise.allSettled(document.getAnimations().map(one => one.finished));
              await drawn();
              return true;
            }""",
            arg=scheme,
        )

    @property
    def heading(self) -> str:
        return str(self.page.locator("h1").first.inner_text())

    def send(self) -> None:
        self.page.locator("main form button.rg-primary").first.click()
        self.page.wait_for_load_state()


def invitation(firm: Any, email: str, role: str) -> str:
    invited = firm.house.run(
        invite(email=email, organization_id=firm.id, role=role, now=datetime.now(UTC))
    )
    return f"/console/welcome/{invited.token}/"


def entry(firm: Any, role: str) -> str:
    email = f"{role}-{uuid4().hex[:6]}@{firm.organization.slug}.example"
    firm.hire(role, email=email)
    token = firm.house.run(entry_link_for(email=email, now=datetime.now(UTC)))
    return f"/console/welcome/{token}/"


def test_from_the_invitation_to_the_console_and_back_in(
    browser: Any, server: Server, shop_floor: Any
) -> None:
    window = Window(browser, server, viewport={"width": 1280, "height": 900})
    page, email = window.page, f"ewa@{shop_floor.organization.slug}.example"
    link = invitation(shop_floor, email, "owner")
    window.open(link)
    page.fill("[name=new_password1]", "password")
    page.fill("[name=new_password2]", "password")
    window.send()
    assert "too short" in page.content()
    page.fill("[name=new_password1]", PASSWORD)
    page.fill("[name=new_password2]", PASSWORD)
    window.draw("invitation")
    window.send()
    assert window.heading == "Activate Authenticator App"
    window.open("/console/staff/")
    assert window.heading == "Activate Authenticator App", "no page without a second factor"
    secret = page.input_value("#authenticator_secret")
    window.draw("totp")
    page.fill("[name=code]", one_time_code(secret))
    window.send()
    assert window.heading == "Recovery Codes"
    recovery = re.findall(r"[0-9]{8}", page.input_value("#recovery_codes"))
    window.draw("recovery")
    window.open("/console/")
    assert window.heading == "Overview"
    page.locator(".rg-person summary").click()
    page.get_by_text("Sign out").click()
    page.wait_for_load_state()
    assert window.heading == "Sign in"
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    window.draw("login")
    window.send()
    assert window.heading == "Two-Factor Authentication"
    page.fill("[name=code]", recovery[0])
    window.draw("code")
    window.send()
    assert window.heading == "Overview"
    window.open(link)
    assert window.heading == "This link no longer works"
    assert [said for said in window.complaints if "404" not in said and "422" not in said] == []


VISITS = {
    "overview": "/console/",
    "shops": "/console/shops/",
    "shop-new": "/console/shops/new/",
    "keys": "/console/keys/",
    "key-new": "/console/keys/new/",
    "staff": "/console/staff/",
    "staff-new": "/console/staff/new/",
    "roles": "/console/roles/",
    "role-new": "/console/roles/new/",
    "audit": "/console/audit/",
    "members": "/console/members/",
    "members-none": "/console/members/?q=Nobody",
    "member-new": "/console/members/new/",
    "purchases": "/console/purchases/",
    "products": "/console/products/",
    "products-import": "/console/imports/products/",
    "rewards": "/console/rewards/",
    "redemptions": "/console/redemptions/",
    "webhooks": "/console/webhooks/",
    "webhook-new": "/console/webhooks/new/",
    "lots": "/console/lots/",
    "lot-new": "/console/lots/new/",
    "cards": "/console/cards/",
    "batch-new": "/console/cards/new/",
    "organization": "/console/organization/",
    "organization-change": "/console/organization/change/",
    "second-factor": "/console/account/2fa/",
    "password": "/console/account/password/",
}


@pytest.mark.parametrize(("width", "language"), [(1280, "pl"), (390, "bg"), (390, "pl")])
def test_every_page_fits_its_window_and_the_browser_has_nothing_to_complain_of(
    browser: Any, server: Server, shop_floor: Any, width: int, language: str
) -> None:
    """In light and in dark: every other page is opened in the one, and every other in the other."""
    window = Window(
        browser, server, viewport={"width": width, "height": 900}, color_scheme="light",
        locale=language,
    )  # fmt: skip
    shop_floor.hire("marketer", [shop_floor.shop.id])
    window.open(entry(shop_floor, "owner"))
    window.draw(f"entry-{language}-{width}")
    window.send()
    schemes = ["light", "dark"]
    for name, path in (VISITS | things(shop_floor)).items():
        window.open(path)
        assert window.page.locator("html").get_attribute("lang") == language
        for scheme in schemes:
            window.paint(scheme)
            assert window.page.evaluate("document.documentElement.scrollWidth") == width, name
            light = window.page.evaluate(LIGHTNESS)
            assert (light > 0.5) == (scheme == "light"), name
            window.draw(f"{name}-{language}-{width}-{scheme}")
        schemes.reverse()
    assert window.complaints == []


def things(firm: Any) -> dict[str, str]:
    """Pages about one thing of the firm's."""
    regular = firm.regular()
    return {
        "member": f"/console/members/{regular.id}/",
        "member-correct": f"/console/members/{regular.id}/correct/",
        "purchase": f"/console/purchases/{regular.purchase}/",
        "product": f"/console/products/of/{regular.sku}/",
        "batch": f"/console/cards/batches/{regular.batch}/",
        "lot": f"/console/lots/{regular.lot}/",
        "webhook": f"/console/webhooks/{firm.listener().endpoint}/",
    }


LIGHTNESS = """() => {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  return (red + green + blue) / 765;
}"""
