"""Notices go out by mail where a mail server is set up: once, and again where it was away."""

from datetime import UTC, datetime
from typing import Any

import pytest

from regulars.staff.operations import notify
from regulars.staff.tasks import mail_notices
from tests.portal.people import mailbox


def told(firm: Any, email: str) -> None:
    firm.house.run(
        notify(
            organization_id=firm.id, to=[firm.hire("owner", email=email)], code="draft_submitted",
            who="anna@tea.example", object="Second pair", path="/console/drafts/1/",
            now=datetime.now(UTC),
        )
    )  # fmt: skip


def posted(firm: Any) -> int:
    now = int(datetime.now(UTC).timestamp())
    sent: int = firm.house.connected(lambda connection: mail_notices(connection, now))
    return sent


def test_a_notice_is_mailed_once_and_not_at_all_without_a_mail_server(
    firm: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = f"boris@{firm.organization.slug}.example"
    told(firm, email)
    assert posted(firm) == 0
    monkeypatch.setenv("REGULARS_URL", "https://club.example/")
    with mailbox() as post:
        posted(firm)
        posted(firm)
        mails = post.of(email)
    assert len(mails) == 1
    assert mails[0]["Subject"].endswith(": Second pair")
    text = mails[0].get_content()
    assert text.startswith("anna@tea.example ")  # in whatever language the firm speaks by now
    assert "Second pair" in text
    assert "https://club.example/console/drafts/1/" in text


def test_a_mail_server_that_is_away_is_asked_again(
    firm: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = f"cyril@{firm.organization.slug}.example"
    told(firm, email)
    with monkeypatch.context() as away:
        away.setenv("REGULARS_SMTP", "smtp://127.0.0.1:9")
        away.setenv("REGULARS_MAIL_FROM", "club@shop.example")
        assert posted(firm) == 0
    with mailbox() as post:
        posted(firm)
        assert len(post.of(email)) == 1


def test_an_address_that_the_server_does_not_know_holds_up_nobody_else(firm: Any) -> None:
    gone, there = (f"{who}@{firm.organization.slug}.example" for who in ("gone", "there"))
    told(firm, gone)
    told(firm, there)
    with mailbox() as post:
        post.unknown.add(gone)
        posted(firm)
        assert len(post.of(there)) == 1
        post.unknown.clear()
        posted(firm)
        assert len(post.of(gone)) == 1, "and it is tried again"
        assert len(post.of(there)) == 1
