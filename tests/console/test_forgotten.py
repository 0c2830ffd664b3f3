"""A forgotten password: a link by e-mail, the same answer for everybody, and the second factor
asked for as always (T17)."""

import re
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.console.test_signing_in import PASSWORD, with_password
from tests.portal.people import Mailbox, mailbox

NEW = "a lighthouse at noon 9"


@pytest.fixture(scope="module")
def post() -> Iterator[Mailbox]:
    with mailbox() as kept:
        yield kept


def stranger() -> Client:
    return Client(REMOTE_ADDR=f"10.{uuid4().int % 250}.{uuid4().int % 250}.9")


def asks(email: str) -> str:
    """The page, without the token that is another one each time."""
    said = stranger().post(reverse("forgotten"), {"email": email}).content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", said)


def link_in(post: Mailbox, email: str) -> str:
    """The link of the last mail to an address."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for told in reversed(post.of(email)):
            return str(re.findall(r"http://testserver(/\S+)", told.get_content())[0])
        time.sleep(0.05)
    raise AssertionError(f"no mail to {email}")


def test_t17_a_new_password_comes_by_mail_and_lets_nobody_in_by_itself(
    firm: Any, post: Mailbox
) -> None:
    email, browser = with_password(firm)
    assert reverse("forgotten") in stranger().get(reverse("account_login")).content.decode()
    asks(email.upper())
    link, other = link_in(post, email), stranger()
    assert other.get(link).status_code == 200, "looking at it uses nothing up"
    body = {"new_password1": NEW, "new_password2": NEW}
    assert other.post(link, body).url == reverse("account_login")
    assert "_auth_user_id" not in other.session
    assert other.post(link, body).status_code == 404, "it works once"
    overview = reverse("console:overview")
    assert browser.get(overview).url.startswith(reverse("account_login")), "sessions have ended"
    sign_in = reverse("account_login")
    assert other.post(sign_in, {"login": email, "password": PASSWORD}).status_code == 200
    assert other.post(sign_in, {"login": email, "password": NEW}).status_code == 302
    told = firm.person("auditor").get("audit").content.decode()
    assert "New password set by link" in told


def test_t17_nobody_learns_who_works_here(firm: Any, post: Mailbox) -> None:
    email, _ = with_password(firm)
    nobody = f"nobody-{uuid4().hex}@firm.example"
    assert asks(email) == asks(nobody)
    link_in(post, email)
    assert post.of(nobody) == []


def test_t17_who_asks_often_gets_no_more_mail(firm: Any, post: Mailbox) -> None:
    email, _ = with_password(firm)
    said = {asks(email) for _ in range(5)}
    assert len(said) == 1
    link_in(post, email)
    assert len(post.of(email)) <= 3


def test_without_a_mail_server_there_is_no_such_page(firm: Any, monkeypatch: Any) -> None:
    monkeypatch.delenv("REGULARS_SMTP", raising=False)
    assert stranger().get(reverse("forgotten")).status_code == 404
    assert reverse("forgotten") not in stranger().get(reverse("account_login")).content.decode()
