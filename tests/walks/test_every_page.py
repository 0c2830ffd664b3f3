"""Every page of the portal's addresses in a real browser: axe-core finds nothing grave in light
and dark, no other host is asked, the policy is strict, the browser has nothing to complain of."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.console.browser import chromium
from tests.portal.people import Mailbox, gateway, mailbox
from tests.serving import House, Serve, Server


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
def browser(corner_shop: Any) -> Iterator[Any]:  # Django would not connect beside it
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
