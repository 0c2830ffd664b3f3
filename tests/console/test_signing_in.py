"""The door is narrow (T17): nobody signs up, guesses are counted, links work once, no page opens
without a second factor; and nobody acts on their own account (T18)."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from regulars.organizations.queries import organization
from regulars.staff.operations import (
    OwnAccount,
    entry_link_for,
    invite,
    mark_own_member,
    refuse_own_account,
)
from tests.console.browser import one_time_code
from tests.serving import NOW

PASSWORD = "a harbour at dusk 7"


def welcome(token: str) -> str:
    return reverse("welcome", args=[token])


def invited(firm: Any, role: str = "owner", **more: Any) -> Any:
    email = f"i-{uuid4().hex}@firm.example"
    now = more.pop("now", datetime.now(UTC))
    found = firm.house.run(invite(email=email, organization_id=firm.id, role=role, now=now, **more))
    return email, found


def with_password(firm: Any) -> tuple[str, Client]:
    email, found = invited(firm)
    browser = Client(REMOTE_ADDR=f"10.{uuid4().int % 250}.{uuid4().int % 250}.7")
    body = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert browser.post(welcome(found.token), body).status_code == 302
    return email, browser


def test_t17_no_page_opens_before_there_is_a_second_factor(firm: Any) -> None:
    from tests.console.visits import all_pages, parts

    _, browser = with_password(firm)
    for page in all_pages():
        answer = browser.get(reverse(f"console:{page.name}", kwargs=parts(page, firm)))
        assert (answer.status_code, answer.url) == (302, reverse("mfa_activate_totp")), page.name


def test_t17_the_second_factor_is_asked_for_and_kept_encrypted(firm: Any) -> None:
    from django.db import connection

    email, browser = with_password(firm)
    page = browser.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.findall(r'value="([A-Z2-7]{32})"', page)[0]
    body = {"code": one_time_code(secret)}
    assert browser.post(reverse("mfa_activate_totp"), body).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(data::text, ' ') from mfa_authenticator")
        assert secret not in cursor.fetchone()[0]
    again = Client(REMOTE_ADDR="10.9.9.9")
    answer = again.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    assert answer.url == reverse("mfa_authenticate")
    assert again.get(reverse("console:overview")).url.startswith(reverse("account_login"))


def test_t17_guesses_are_counted_and_then_refused_even_if_right(firm: Any) -> None:
    email, _ = with_password(firm)
    stranger = Client(REMOTE_ADDR="10.1.2.3")
    for _ in range(5):
        told = stranger.post(reverse("account_login"), {"login": email, "password": "wrong"})
        assert told.status_code == 200
    right = Client(REMOTE_ADDR="10.1.2.4").post(
        reverse("account_login"), {"login": email, "password": PASSWORD}
    )
    assert right.status_code == 200
    assert "Too many failed login attempts" in right.content.decode()


def test_t17_a_guess_at_somebody_unknown_is_told_like_one_at_somebody_known(firm: Any) -> None:
    email, _ = with_password(firm)
    told = []
    for login in (email, "nobody@firm.example"):
        browser = Client(REMOTE_ADDR=f"10.5.5.{uuid4().int % 250}")
        page = browser.post(reverse("account_login"), {"login": login, "password": "wrong"})
        told.append(re.findall(r'role="alert">(.+?)<', page.content.decode()))
    assert told[0] == told[1] != []


def test_t17_a_link_works_once_and_only_in_time(firm: Any) -> None:
    _, found = invited(firm)
    looking = [Client().get(welcome(found.token)).status_code for _ in range(3)]
    assert looking == [200, 200, 200], "looking uses nothing up"
    body = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    sent = [Client().post(welcome(found.token), body).status_code for _ in range(2)]
    assert sent == [302, 404]
    _, old = invited(firm, now=datetime.now(UTC) - timedelta(hours=25))
    assert Client().get(welcome(old.token)).status_code == 404
    assert Client().get(welcome("never-was")).status_code == 404


def test_t17_a_newer_invitation_makes_the_one_before_useless(firm: Any) -> None:
    email, first = invited(firm)
    later = datetime.now(UTC)
    again = firm.house.run(invite(email=email, organization_id=firm.id, role="owner", now=later))
    assert Client().get(welcome(first.token)).status_code == 404
    assert Client().get(welcome(again.token)).status_code == 200


def test_t17_an_invitation_never_opens_an_account_that_others_count_on(
    firm: Any, other_firm: Any
) -> None:
    """Otherwise an owner could take over a colleague of another organization by inviting them."""
    email, _ = invited(firm)
    now = datetime.now(UTC)
    second = firm.house.run(
        invite(email=email, organization_id=other_firm.id, role="owner", now=now)
    )
    assert second.token is None


def test_t17_nobody_signs_up_or_has_a_password_sent(pages: None) -> None:
    for path in ("signup/", "password/reset/", "email/", "login/code/"):
        assert Client().get(f"/console/account/{path}").status_code == 404


def test_t17_an_entry_link_lets_in_and_is_written_down(firm: Any) -> None:
    email = f"e-{uuid4().hex}@firm.example"
    firm.hire("auditor", email=email)
    token = firm.house.run(entry_link_for(email=email, now=datetime.now(UTC)))
    browser = Client()
    browser.post(welcome(token))
    assert browser.get(reverse("console:overview")).status_code == 200
    assert email in browser.get(reverse("console:audit")).content.decode()


def test_cookies_and_headers_are_strict(firm: Any) -> None:
    email, browser = with_password(firm)
    answer = browser.get(reverse("account_login"))
    cookie = browser.cookies["regulars_staff"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    page = firm.person("owner").get("overview")
    policy = page["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert page["x-frame-options"] == "DENY"
    assert page["x-content-type-options"] == "nosniff"
    assert "no-store" in page["cache-control"]
    assert (email, answer.status_code) != ("", 0)


def test_t18_nobody_acts_on_their_own_account(firm: Any) -> None:
    anna, marek, member = firm.hire("contact"), firm.hire("contact"), uuid4()
    own = {"program_id": firm.program_id, "member_id": member}
    firm.house.run(mark_own_member(staff_id=anna, now=NOW, **own))
    firm.house.run(refuse_own_account(staff_id=marek, **own))
    with pytest.raises(OwnAccount, match="a colleague has to do it"):
        firm.house.run(refuse_own_account(staff_id=anna, **own))


def test_an_agency_makes_organizations_and_goes_over_to_them(firm: Any) -> None:
    from django.contrib.auth import get_user_model

    person = firm.person("owner")
    assert person.get("organization-new").status_code == 403
    get_user_model().objects.filter(pk=person.account.pk).update(agency=True)
    slug = f"new-{uuid4().hex[:8]}"
    body = {"name": "New firm", "slug": slug, "timezone": "Europe/Sofia"}
    told = person.post("organization-new", body).content.decode()
    assert slug in told
    assert person.post("organization-new", body).status_code == 422, "the name is taken"
    taken = {**body, "slug": "x y"}
    assert person.post("organization-new", taken).status_code == 422
    made = firm.house.run(organization(slug))
    person.browser.post(reverse("switch"), {"to": str(made.id)})
    assert "<b>New firm</b>" in person.get("shops").content.decode()
    assert firm.shop.name not in person.get("shops").content.decode()


def test_nobody_goes_over_to_an_organization_not_their_own(firm: Any, other_firm: Any) -> None:
    person = firm.person("owner")
    person.browser.post(reverse("switch"), {"to": str(other_firm.id)})
    assert f"<b>{firm.organization.name}</b>" in person.get("shops").content.decode()


def test_an_organization_keeps_an_owner(other_firm: Any, house: Any) -> None:
    from regulars.staff.queries import people
    from tests.console.people import Firm

    small = Firm(house)
    only = small.person("owner")
    mine = small.house.run(people(small.id))[0].id
    assert only.post("staff-end", {}, membership_id=mine).status_code == 409
    assert only.post("person", {"role": "analyst"}, membership_id=mine).status_code == 422
    assert only.get("overview").status_code == 200


def test_the_command_prints_a_link_that_opens_the_door(firm: Any, database_url: str) -> None:
    from typer.testing import CliRunner

    from regulars.cli import build

    words = ["--organization", firm.organization.slug, "--database-url", database_url]
    email = f"cli-{uuid4().hex}@firm.example"
    told = CliRunner().invoke(build(), ["staff", "invite", email, "--role", "owner", *words])
    assert told.exit_code == 0, told.output
    path = re.search(r"http://127.0.0.1:8000(/console/welcome/\S+/)", told.output)
    assert path
    assert Client().get(path[1]).status_code == 200
    again = CliRunner().invoke(build(), ["staff", "link", email, "--database-url", database_url])
    assert "/console/welcome/" in again.output
