"""Signing in with the firm's own account, at a service of somebody else's making, in a browser: who
was invited under an address that the service vouches for comes in, and nobody else (T17)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread

from regulars.staff.operations import invite
from tests.console.browser import chromium, one_time_code
from tests.serving import House, Server, free_port

PASSWORD = "a harbour at dusk 7"
PEOPLE = {
    "ewa": {"email": "Ewa@Alpha.example", "email_verified": True},
    "adam": {"email": "adam@alpha.example", "email_verified": True},
    "piotr": {"email": "piotr@alpha.example", "email_verified": True},
    "olga": {"email": "olga@alpha.example", "email_verified": True},
    "stranger": {"email": "nobody@alpha.example", "email_verified": True},
    "hasty": {"email": "hasty@alpha.example", "email_verified": False},
    "sly": {"email": "hasty@alpha.example", "email_verified": "false"},
    "silent": {"email": "olga@alpha.example"},
    "nameless": {},
    "impostor": {"email": "boris@beta.example", "email_verified": True},
    "boris": {"email": "boris@beta.example", "email_verified": True},
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    people = [User(sub=sub, claims=claims) for sub, claims in PEOPLE.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        with run_server_in_thread(require_client_registration=True, user_claims=people) as running:
            yield f"http://localhost:{running.server_port}"


@pytest.fixture(scope="module")
def server(database_url: str, issuer: str) -> Iterator[Server]:
    """One that knows four services: two that work, one that does not take our secret, and one that
    is down."""
    port = free_port()
    known = {
        **client(issuer, port, "", "Alpha"),
        **client(issuer.replace("localhost", "127.0.0.1"), port, "2", "Beta"),
        **client(issuer, port, "3", "Gamma"),
        **client(issuer, port, "4", "Delta"),
        "REGULARS_OIDC3_SECRET": "not the one",
        "REGULARS_OIDC4": f"http://localhost:{free_port()}",
    }
    running = Server(database_url, datetime.now(UTC), "both", port, **known)
    yield running
    running.stop()


def client(issuer: str, port: int, number: str, name: str) -> dict[str, str]:
    """What the environment says of a service, once it knows us."""
    address = f"http://127.0.0.1:{port}/console/account/oidc/firm{number}/login/callback/"
    told = httpx.post(f"{issuer}/oauth2/clients", json={"redirect_uris": [address]}).json()
    prefix = f"REGULARS_OIDC{number}"
    return {
        prefix: issuer,
        f"{prefix}_CLIENT": told["client_id"],
        f"{prefix}_SECRET": told["client_secret"],
        f"{prefix}_NAME": name,
        f"{prefix}_DOMAINS": f"{name.lower()}.example",
    }


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


class Door:
    """A window that has never been here."""

    def __init__(self, browser: Any, server: Server) -> None:
        self.server = server
        self.page = browser.new_context().new_page()
        self.page.set_default_timeout(60_000)

    def open(self, path: str = "/console/") -> None:
        self.page.goto(self.server.url + path)

    def through(self, service: str, who: str) -> str:
        """Sign in with a service as somebody there; what stands on the page one gets to."""
        self.open()
        self.choose(service)
        self.agree(who)
        return self.told

    def choose(self, service: str) -> None:
        self.page.get_by_role("button", name=f"With {service}").click()

    def agree(self, who: str) -> None:
        self.page.get_by_role("button", name=f"Authorize as {who}", exact=True).click()
        self.page.wait_for_url(f"{self.server.url}/**")

    def sent_back(self, who: str) -> str:
        """Where the service sends the browser, which does not go there."""
        sent: list[str] = []

        def kept(route: Any) -> None:
            sent.append(route.fetch(max_redirects=0).headers["location"])
            route.fulfill(status=200, body="kept")

        button = self.page.get_by_role("button", name=f"Authorize as {who}", exact=True)
        button.wait_for()
        self.page.route(re.compile("/oauth2/authorize"), kept, times=1)
        button.click()
        self.page.get_by_text("kept").wait_for()
        return sent[0]

    @property
    def told(self) -> str:
        return str(self.page.locator("main").inner_text())

    @property
    def heading(self) -> str:
        return str(self.page.locator("h1").first.inner_text())

    def send(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"[name={name}]", value)
        with self.page.expect_navigation():
            self.page.locator("main form button.rg-primary").first.click()


class Invited:
    """Two organizations: alpha's people at one service, beta's at another."""

    def __init__(self, house: House) -> None:
        self.firms = {"alpha": house.organization(), "beta": house.organization()}
        self.links = {
            name: house.run(
                invite(
                    email=f"{name}.example", organization_id=self.firms[name.partition("@")[2]].id,
                    role="owner", now=datetime.now(UTC),
                )
            ).token
            for name in (
                *("ewa@alpha", "adam@alpha", "hasty@alpha", "olga@alpha", "piotr@alpha"),
                "boris@beta",
            )
        }  # fmt: skip


@pytest.fixture(scope="module")
def invited(house: House) -> Invited:
    return Invited(house)


@pytest.fixture
def door(browser: Any, server: Server, invited: Invited) -> Iterator[Door]:
    opened = Door(browser, server)
    yield opened
    opened.page.context.close()


def test_the_invited_come_in_the_first_time_and_again_with_a_second_factor(door: Door) -> None:
    door.through("Alpha", "ewa")
    assert door.heading == "Activate Authenticator App"
    door.send(code=one_time_code(door.page.input_value("#authenticator_secret")))
    recovery = re.findall(r"[0-9]{8}", door.page.input_value("#recovery_codes"))
    door.open()
    assert door.heading == "Overview"
    door.page.context.clear_cookies()

    door.open("/console/staff/")
    door.choose("Alpha")
    door.agree("ewa")
    assert door.heading == "Two-Factor Authentication", "our own, whatever the service asked for"
    door.open("/console/staff/")
    assert door.heading == "Two-Factor Authentication", "not before it is shown"
    door.send(code=recovery[0])
    assert door.heading == "Staff", "where one wanted to go"


def test_a_password_stays_beside_the_firms_account(door: Door, invited: Invited) -> None:
    door.open(f"/console/welcome/{invited.links['piotr@alpha']}/")
    door.send(new_password1=PASSWORD, new_password2=PASSWORD)
    door.page.context.clear_cookies()
    assert "signed in as piotr@alpha.example" in door.through("Alpha", "piotr")
    assert door.heading == "Confirm Access", "a second factor is not set up without the password"
    door.page.context.clear_cookies()
    door.open()
    door.send(login="piotr@alpha.example", password=PASSWORD)
    assert "signed in as piotr@alpha.example" in door.told


def test_whom_the_service_does_not_vouch_for_is_told_why(door: Door) -> None:
    for who, words in (
        ("stranger", "Nobody was invited as nobody@alpha.example"),
        ("hasty", "has not confirmed that hasty@alpha.example is yours"),
        ("sly", "has not confirmed that hasty@alpha.example is yours"),
        ("nameless", "did not say your e-mail address"),
        ("impostor", "Alpha may not vouch for boris@beta.example"),
    ):
        assert words in door.through("Alpha", who)
    door.open()
    assert door.heading == "Sign in"


def test_each_firm_has_a_service_of_its_own(door: Door, invited: Invited) -> None:
    door.through("Beta", "boris")
    assert door.heading == "Activate Authenticator App"
    door.send(code=one_time_code(door.page.input_value("#authenticator_secret")))
    door.open()
    assert invited.firms["beta"].name in door.page.content()
    assert invited.firms["alpha"].name not in door.page.content()


def test_a_service_that_marks_no_address_is_believed_in_its_own_domains(door: Door) -> None:
    door.through("Alpha", "silent")
    assert door.heading == "Activate Authenticator App"


def test_whoever_signs_in_last_at_a_browser_is_the_one_who_works_there(door: Door) -> None:
    door.open()
    door.choose("Alpha")
    door.page.get_by_role("button", name="Authorize as olga", exact=True).wait_for()
    first = door.page
    door.page = first.context.new_page()
    door.through("Alpha", "adam")
    door.page = first
    door.agree("olga")
    assert "signed in as olga@alpha.example" in door.told


def test_nobody_is_brought_in_by_what_another_browser_began(door: Door, browser: Any) -> None:
    door.open()
    door.choose("Alpha")
    back = door.sent_back("adam")
    victim = Door(browser, door.server)
    victim.page.goto(back)
    assert "began in another browser" in victim.told
    victim.page.context.close()
    door.page.goto(back)
    assert "signed in as adam@alpha.example" in door.told
    door.page.goto(back)
    assert "was used already" in door.told


def test_what_is_changed_on_the_way_back_is_refused(door: Door) -> None:
    for part, words in (("state", "Begin again"), ("code", "do not understand each other")):
        door.open()
        door.choose("Alpha")
        back = urlsplit(door.sent_back("adam"))
        told = parse_qs(back.query) | {part: ["another"]}
        door.page.goto(back._replace(query=urlencode(told, doseq=True)).geturl())
        assert words in door.told
    door.open()
    assert door.heading == "Sign in"


def test_what_the_service_says_of_another_sign_in_is_refused(door: Door) -> None:
    door.open()

    def changed(route: Any) -> None:
        there = urlsplit(route.request.url)
        told = parse_qs(there.query) | {"nonce": ["another"]}
        there = there._replace(query=urlencode(told, doseq=True))
        route.fulfill(status=302, headers={"location": there.geturl()})

    door.page.route(re.compile("/oauth2/authorize"), changed, times=1)
    door.choose("Alpha")
    door.agree("adam")
    assert "do not understand each other" in door.told
    assert "another sign-in" in door.server.said(), "the operator reads why"


def test_who_thinks_better_of_it_is_back_at_the_door(door: Door) -> None:
    door.open()
    door.choose("Alpha")
    door.page.get_by_role("button", name="Deny").click()
    door.page.wait_for_url(f"{door.server.url}/**")
    assert "You stopped signing in at Alpha" in door.told
    door.page.get_by_role("link", name="Sign in").click()
    assert door.heading == "Sign in"


def test_a_wrong_secret_of_ours_is_the_operators_business(door: Door) -> None:
    assert "Please tell the operator" in door.through("Gamma", "adam")
    assert "invalid_client" in door.server.said()


def test_a_service_that_is_down_says_so_and_the_password_remains(door: Door) -> None:
    door.open()
    door.choose("Delta")
    door.page.get_by_role("alert").wait_for()
    assert "Delta does not answer just now" in door.told
