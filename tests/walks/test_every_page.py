"""Every page of all faces in a real browser: axe-core finds nothing grave in light and dark, no
other host is asked, the browser has nothing to complain of; the portal's policy is strict."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.console.browser import chromium, one_time_code
from tests.console.test_browser import PASSWORD, entry, invitation
from tests.portal.people import Mailbox, gateway, mailbox
from tests.serving import House, Serve, Server

NAVIGATION = ".rg-side"
"""The same on every page of the console: looked at on the first."""
FEWER = (
    """() => document.querySelectorAll('article:nth-of-type(n+3)').forEach(one => one.remove())"""
)
"""Of the API's documentation two of each sort: there are hundreds, all made by the same lines."""
ACCOUNT = (
    "password", "confirm", "2fa", "2fa/recovery-codes", "2fa/recovery-codes/generate",
    "2fa/totp/deactivate", "2fa/reauthenticate", "2fa/webauthn", "2fa/webauthn/add", "logout",
)  # fmt: skip
"""Pages about one's own account; signing out is the last."""


@pytest.fixture(scope="module")
def post() -> Iterator[Mailbox]:
    with mailbox() as opened, gateway():
        yield opened


@pytest.fixture(scope="module")
def corner_shop(pages: None, house: House, post: Mailbox) -> Any:
    """A shop and its people in every state: a member, who left, who proved an address, nobody."""
    from tests.portal.people import Shop

    shop = Shop(house, post)
    people = {name: shop.somebody("bg") for name in ("member", "gone", "proven", "nobody")}
    people["member"].joins()
    shop.give(people["member"].id, 300)
    people["gone"].joins().send("leave")
    people["gone"].signs_in()
    people["proven"].signs_in()
    return shop, people


@pytest.fixture(scope="module")
def office(pages: None, house: House) -> Any:
    """A firm where something of everything is, links into it, and where its pages are."""
    from django.contrib.auth import get_user_model

    from tests.console.people import Firm
    from tests.console.visits import all_pages
    from tests.walks.addresses import FILES, Address, console_path

    firm = Firm(house)
    links = {"owner": entry(firm, "owner"), "new": invitation(firm, "new@firm.example", "owner")}
    get_user_model().objects.filter(email__startswith="owner-").update(agency=True)
    paths = {
        page.name: console_path(Address(f"console:{page.name}", page.path), firm)
        for page in all_pages() if not FILES.search(page.path)
    }  # fmt: skip
    return links, paths


@pytest.fixture(scope="module")
def browser(corner_shop: Any, office: Any) -> Iterator[Any]:  # Django would not connect beside it
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def server(post: Mailbox, pages: None, serve: Serve) -> Server:
    from regulars.kit.seat import now

    return serve(clock=now(), planes="both", number=9)


def looked(visitor: Any, *, strict: bool = True) -> list[str]:
    found: list[str] = visitor.faults()
    return found + (visitor.policy() if strict else [])


def faces(*wanted: str) -> list[Any]:
    from tests.walks.addresses import FILES, addresses

    return [one for one in addresses()
            if one.route.startswith(wanted) and not FILES.search(one.route)]  # fmt: skip


def test_axe_is_there_and_finds_what_is_wrong(browser: Any, server: Server) -> None:
    from tests.walks.look import Visitor

    visitor = Visitor(browser, server)
    assert visitor.open("/console/account/login/")
    assert visitor.faults() == []
    visitor.page.evaluate("""() => {
      document.documentElement.removeAttribute('lang');
      document.querySelector('h1').style.setProperty('color', 'light-dark(#000, #333)');
    }""")
    found = " ".join(visitor.faults())
    assert "html-has-lang" in found
    assert found.count("color-contrast: <h1") == 1, found
    assert "dark: color-contrast: <h1" in found
    again = " ".join(visitor.faults())
    assert "html-has-lang" in again
    assert "dark: color-contrast: <h1" in again, "whichever of them a page begins in"


def test_the_portal(browser: Any, server: Server, corner_shop: Any) -> None:
    from tests.walks.addresses import portal_path
    from tests.walks.look import Visitor

    shop, known = corner_shop
    visitors = {}
    for name, person in known.items():
        visitors[name] = Visitor(browser, server, width=390, locale="bg")
        visitors[name].window.context.add_cookies(
            [{"name": one.key, "value": one.value, "url": server.url + shop.url("home")}
             for one in person.browser.cookies.values() if one.key != "regulars_asked"]
        )  # fmt: skip
    asks = visitors["nobody"]
    asks.window.open(shop.url("door"))
    asks.page.fill("#contact", known["nobody"].email)
    asks.page.keyboard.press("Enter")
    asks.page.wait_for_selector("#code")
    found: dict[str, list[str]] = {}
    unseen = set()
    for one in faces("my/"):
        path = portal_path(one, shop, known["member"].id)
        visitor = next((person for person in visitors.values() if person.open(path)), None)
        if visitor is None:
            unseen.add(one.name)
        elif faults := looked(visitor):
            found[one.name] = faults
    assert found == {}
    member, waiting = visitors["member"], set()
    for kind, contact in (("email", "new@people.example"), ("phone", "601202303"), ("erase", "")):
        member.window.open(shop.url(kind))
        if contact:
            member.page.fill("#contact", contact)
        member.page.click("main form button")
        member.page.wait_for_selector("#code")
        waiting.add(f"portal:{kind}-code")
        if faults := looked(member):
            found[f"{kind}-code"] = faults
    assert found == {}
    only_sent = {"portal:out", "portal:language", "portal:give-back", "portal:take-up"}
    only_sent |= {f"portal:passkey-{name}" for name in ("begin", "enter", "begin-adding", "add")}
    assert unseen == only_sent | waiting | {"portal:front"}, "the front finds nothing"
    complaints = [said for one in visitors.values() for said in one.window.complaints]
    assert [said for said in complaints if "404" not in said and "405" not in said] == []


def test_the_console(browser: Any, server: Server, office: Any) -> None:
    from tests.walks.look import Visitor

    links, paths = office
    visitor = Visitor(browser, server)
    visitor.window.open(links["owner"])
    found = {"entry": visitor.faults()}
    visitor.window.send()
    unseen = set()
    for name, path in paths.items():
        if visitor.goes(path):
            found[name] = visitor.faults(but="" if name == "overview" else NAVIGATION)
        else:
            unseen.add(name)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert unseen == set()
    assert [said for said in visitor.window.complaints if "409" not in said] == []


def test_the_doors(browser: Any, server: Server, office: Any) -> None:
    """From the invitation through all that is about one's account, and what nobody signs in for."""
    from tests.walks.look import Visitor

    visitor = Visitor(browser, server, width=390, locale="pl")
    page, found = visitor.page, {}

    def look(name: str) -> None:
        found[name] = visitor.faults()

    for path in ("/", "/till/", "/console/account/login/",
                 "/console/account/forgotten/", "/console/welcome/nothing/"):  # fmt: skip
        visitor.window.open(path)
        look(path)
    visitor.window.open("/v1/docs")
    page.evaluate(FEWER)
    look("docs")
    visitor.window.open(office[0]["new"])
    look("invitation")
    page.fill("[name=new_password1]", "password")
    page.fill("[name=new_password2]", "password")
    visitor.window.send()
    look("a password that will not do")
    page.fill("[name=new_password1]", PASSWORD)
    page.fill("[name=new_password2]", PASSWORD)
    visitor.window.send()
    look("second factor")
    page.fill("[name=code]", one_time_code(page.input_value("#authenticator_secret")))
    visitor.window.send()
    look("recovery codes")
    for name in ACCOUNT:
        visitor.window.open(f"/console/account/{name}/")
        look(name)
    visitor.window.send()  # out
    visitor.window.open("/console/account/login/")
    page.fill("[name=login]", "new@firm.example")
    page.fill("[name=password]", PASSWORD)
    visitor.window.send()
    look("code")
    assert {name: faults for name, faults in found.items() if faults} == {}
