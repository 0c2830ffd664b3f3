"""A member's way in a real browser on a real server: join, card, reward, leave; by keyboard,
without a net, and every page in narrow and wide, light and dark."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.console.browser import chromium
from tests.console.test_browser import Window
from tests.portal.test_pages import PAGES
from tests.serving import Serve, Server

MOST_BYTES = 100_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def server(post: Any, shop: Any, serve: Serve) -> Server:
    from regulars.kit.seat import now

    return serve(clock=now(), planes="both", number=7)


def telephone(browser: Any, server: Server, **options: Any) -> Window:
    size = {"width": 390, "height": 844}
    return Window(browser, server, viewport=size, locale="pl", **options)


def joins(window: Window, shop: Any, email: str) -> None:
    page = window.page
    window.open(shop.url("door"))
    page.fill("#contact", email)
    page.keyboard.press("Enter")
    page.wait_for_selector("#code")
    page.fill("#code", shop.post.code(email))
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=card]")


FITS = """() => {
  const faults = [];
  if (document.querySelectorAll('h1').length !== 1) faults.push('one h1');
  if (document.documentElement.scrollWidth > innerWidth) faults.push('wider than the window');
  const touched = 'button, .button, input:not([type=hidden], [type=radio], [type=checkbox]), summary';
  for (const one of document.querySelectorAll(touched)) {
    const { height } = one.getBoundingClientRect();
    if (one.getClientRects().length && height < 43.5) faults.push('too small to touch: ' + one.textContent.trim());
  }
  return faults;
}"""  # noqa: E501


def test_join_card_redeem_leave_by_keyboard(browser: Any, server: Server, shop: Any) -> None:
    window, email = telephone(browser, server), f"k{uuid4().hex[:8]}@people.example"
    page = window.page
    joins(window, shop, email)
    assert page.locator("input[type=checkbox]:checked").count() == 0
    page.locator("input[type=checkbox]").first.focus()
    page.keyboard.press("Space")
    assert page.locator("input[type=checkbox]").first.is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "main"
    window.draw("portal-join-keyboard")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card .qr svg")
    (member,) = shop.asked("select member_id from identifier where value = $1", email)[0]
    shop.give(member, 300)
    window.open(shop.url("rewards"))
    page.locator(".good-thing:not(.not-yet) a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("form .main")
    page.locator("form .main").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**taken=1*")
    assert page.locator("#mine ~ ul li.tile").count() == 1
    window.open(shop.url("consents"))
    page.locator("form button[name=give][value=no]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    page.wait_for_function("!document.querySelector('button[name=give][value=no]')")
    window.open(shop.url("history"))
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == 1
    window.open(shop.url("rewards"))
    if page.locator("form[action*=reserved] button").count():
        page.locator("form[action*=reserved] button").first.click()
        page.wait_for_load_state()
    window.open(shop.url("leave"))
    page.locator(".danger").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-forget]")
    window.open(shop.url("home"))
    assert page.url.endswith("/door/")
    assert [said for said in window.complaints if "Clear-Site-Data" not in said] == []


def test_the_card_is_there_without_a_net_and_gone_after_signing_out(
    browser: Any, server: Server, shop: Any
) -> None:
    window, email = telephone(browser, server), f"o{uuid4().hex[:8]}@people.example"
    page = window.page
    joins(window, shop, email)
    page.click("main form .main")
    page.wait_for_selector("body[data-kept]")
    number = page.inner_text(".codes .number")
    window.context.set_offline(True)
    page.goto(server.url + shop.url("home"))
    assert page.inner_text(".codes .number") == number
    assert page.is_visible(".offline")
    window.draw("portal-offline")
    window.context.set_offline(False)
    window.open(shop.url("me"))
    page.click("form[action$='/out/'] button")
    page.wait_for_selector("#contact")
    page.wait_for_function("caches.keys().then((all) => !all.length)")


def test_it_can_be_installed_and_its_first_screen_is_small(
    browser: Any, server: Server, shop: Any
) -> None:
    window, email = telephone(browser, server), f"i{uuid4().hex[:8]}@people.example"
    page = window.page
    joins(window, shop, email)
    page.click("main form .main")
    page.wait_for_selector("body[data-kept]")
    manifest = page.request.get(server.url + shop.url("manifest")).json()
    assert manifest["start_url"] == shop.url("home") == manifest["scope"]
    assert manifest["display"] == "standalone"
    assert page.request.get(server.url + manifest["icons"][0]["src"]).ok
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.reload(wait_until="networkidle")
    assert 0 < sum(sizes) < MOST_BYTES, sum(sizes)


def test_a_passkey_is_made_and_opens_the_door(browser: Any, server: Server, shop: Any) -> None:
    page = telephone(browser, server).page
    here = server.url.replace("127.0.0.1", "localhost")  # an address has no passkeys
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    options |= dict.fromkeys(("hasResidentKey", "hasUserVerification", "isUserVerified"), True)
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    email = f"p{uuid4().hex[:8]}@people.example"
    page.goto(here + shop.url("door"))
    page.fill("#contact", email)
    page.keyboard.press("Enter")
    page.wait_for_selector("#code")
    page.fill("#code", shop.post.code(email))
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=card]")
    page.click("main form .main")
    page.wait_for_selector(".card")
    page.goto(here + shop.url("passkeys"))
    page.click("[data-passkey]")
    page.wait_for_selector(".tiles li")
    page.goto(here + shop.url("me"))
    page.click("form[action$='/out/'] button")
    page.wait_for_selector("#contact")
    page.click("[data-passkey]")
    page.wait_for_selector(".card .qr svg")
    assert page.url == here + shop.url("home")


@pytest.mark.parametrize(("width", "language"), [(390, "pl"), (390, "bg"), (1280, "bg")])
def test_every_page_fits_and_can_be_touched(
    browser: Any, server: Server, shop: Any, width: int, language: str
) -> None:
    """In light and in dark: every other page is opened in the one, and every other in the other."""
    window = Window(
        browser, server, viewport={"width": width, "height": 844}, color_scheme="light",
        locale=language,
    )  # fmt: skip
    schemes = ["light", "dark"]
    page, email = window.page, f"v{uuid4().hex[:8]}@people.example"
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        for scheme in schemes:
            window.paint(scheme)
            window.draw(f"portal-{name}-{width}-{language}-{scheme}")
            if faults := page.evaluate(FITS):
                found[f"{name} {scheme}"] = faults
        schemes.reverse()

    window.open(shop.url("door"))
    look("door")
    joins(window, shop, email)
    look("join")
    page.click("main form .main")
    page.wait_for_selector(".card")
    (member,) = shop.asked("select member_id from identifier where value = $1", email)[0]
    shop.give(member, 150)
    shop.give(member, 90)
    for name in ("mug", "coffee"):
        window.open(shop.url("reward", name=name))
        look(f"reward-{name}")
        page.click("main form .main")
        page.wait_for_load_state()
    window.open(shop.url("friends"))
    page.click("main form .main")
    page.wait_for_load_state()
    for name in PAGES:
        window.open(shop.url(name))
        for summary in page.locator("summary").all()[:2]:
            summary.click()
        look(name)
    assert found == {}
    assert window.complaints == []
