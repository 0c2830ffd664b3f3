"""Every address there is, from Django's own table, and who to open it as.

An address that nobody of these visitors can open as a page is either none (a file, a form that is
only sent) or has to be told here: the tests that go through them refuse what they could not see.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from psycopg import RawCursor

from regulars.console.pages import pages
from regulars.kit.seat import now
from regulars.kit.steps import run_sync
from regulars.portal.operations import make_link
from tests.console.people import Firm
from tests.console.visits import parts
from tests.portal.people import Shop

DEVICES = {"mfa_remove_webauthn", "mfa_edit_webauthn", "mfa_reauthenticate_webauthn"}
"""Pages about a passkey: they want a device that holds one."""
LATER = {"mfa_authenticate", "mfa_login_webauthn", "account_inactive"}
"""Steps of signing in; the test of signing in walks through them."""
FILES = re.compile(
    r"(\.(json|js|css|svg|webmanifest|pkpass)|/(export|file|download|session|errors)/?)$"
)


class Address(NamedTuple):
    name: str
    route: str

    @property
    def face(self) -> str:
        return self.route.split("/")[0] or "front"


def addresses(
    within: Any = None, before: str = "", names: tuple[str, ...] = ()
) -> Iterator[Address]:
    """Name and route, of the control plane and of the till's own description."""
    if within is None:
        yield Address("till-docs", "v1/docs")
    for one in (within or get_resolver()).url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            inside = (*names, one.namespace) if one.namespace else names
            yield from addresses(one, route, inside)
        elif isinstance(one, URLPattern):
            yield Address(":".join((*names, one.name or "")), route)


def console_path(address: Address, firm: Firm) -> str:
    """Of a page of the nouns."""
    page = pages()[address.name.removeprefix("console:")]
    return reverse(address.name, kwargs=parts(page, firm))


def portal_path(address: Address, shop: Shop, member: UUID) -> str:
    """Of a page of the portal, about this member's things."""
    makers: dict[str, Callable[[], Any]] = {
        "organization": lambda: shop.organization.slug,
        "program": lambda: "corner",
        "name": lambda: "mug",
        "token": lambda: _link(shop, member),
        "redemption": uuid4,
    }
    wanted = re.findall(r"<\w+:(\w+)>", address.route)
    unknown = set(wanted) - set(makers)
    assert not unknown, f"say in tests/walks/addresses.py what {unknown} of {address.name} are"
    return reverse(address.name, kwargs={name: makers[name]() for name in wanted})


def _link(shop: Shop, member: UUID) -> str:
    def token(connection: psycopg.Connection) -> str:
        with RawCursor(connection) as cursor:
            return run_sync(cursor, make_link(shop.program_id, member, now()))

    return shop.house.connected(token)
