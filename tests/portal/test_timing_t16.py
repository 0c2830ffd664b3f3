"""Pages do not tell by the time they take whether somebody is known (T16)."""

from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.urls import reverse

from regulars.kit.http import Caller
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from tests.console.test_signing_in import with_password
from tests.timing import Ask, compare

pytestmark = pytest.mark.alone
TRIES_OF_AN_ACCOUNT = 3
"""Fewer than are refused in an hour."""
PAGE_MS = 1.5
"""A page takes ten times as long as an answer of the till."""


def elsewhere() -> Client:
    """A browser at an address of its own: tries are counted by address too."""
    number = uuid4().int
    return Client(REMOTE_ADDR=f"10.{number % 250}.{number // 250 % 250}.{number // 9**9 % 250}")


def names(firm: Any, *, known: bool) -> Callable[[], str]:
    """Addresses to try: of nobody, or of people who work here, each as often as is allowed."""
    numbers, accounts = count(), list[str]()

    def one() -> str:
        if not known:
            return f"{uuid4().hex}@firm.example"
        if next(numbers) % TRIES_OF_AN_ACCOUNT == 0:
            accounts.append(with_password(firm)[0])
        return accounts[-1]

    return one


def test_whoever_asks_for_a_code_waits_as_long_whether_a_member_or_not(shop: Any) -> None:
    def asks(known: bool) -> Ask:
        def ready() -> Callable[[], object]:
            somebody = shop.somebody()
            if known:
                named = (IdentifierIn("email", somebody.email),)
                shop.do(lambda at: Join(JoinIn(named), Caller(), key=uuid4().hex, at=at))
            return somebody.asks_for_a_code

        return ready

    found = compare(asks(known=False), asks(known=True), 25, PAGE_MS)
    assert not found.told_apart, found


def test_whoever_works_here_waits_as_long_for_a_new_password_as_anybody(
    firm: Any, post: Any
) -> None:
    def asks(known: bool) -> Ask:
        name = names(firm, known=known)

        def ready() -> Callable[[], object]:
            browser, said = elsewhere(), {"email": name()}
            return lambda: browser.post(reverse("forgotten"), said)

        return ready

    found = compare(asks(known=False), asks(known=True), 20, PAGE_MS)
    assert not found.told_apart, found


def test_a_wrong_password_takes_as_long_whether_the_name_is_known_or_not(
    firm: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password is hashed for unknown names too (T17). Here that takes milliseconds: enough to be
    missed, and not so long that chance hides it."""
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 15_000)

    def tries(known: bool) -> Ask:
        name = names(firm, known=known)

        def ready() -> Callable[[], object]:
            browser, said = elsewhere(), {"login": name(), "password": uuid4().hex}
            return lambda: refused(browser.post(reverse("account_login"), said))

        return ready

    found = compare(tries(known=False), tries(known=True), 20, PAGE_MS)
    assert not found.told_apart, found


def refused(answer: Any) -> None:
    """With the page that says so, and not for having tried too often."""
    assert answer.status_code == 200
    (fault,) = answer.context_data["form"].errors.as_data()["__all__"]
    assert fault.code == "email_password_mismatch"
