"""Who may open what (T24): every page, every role, another organization's things; made from the
console's own list of pages, so that none can be forgotten.
"""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import URLPattern, get_resolver, reverse

from regulars.kit.steps import Step, Steps
from regulars.kit.words import catalog
from regulars.staff.roles import PERMISSIONS, ROLES, permissions_of

# What is under /console/ and no page: signing in and one's own switches. `open` to everybody,
# `self` for one's own account only; allauth itself refuses the rest.
OTHERS = {
    "welcome": "open", "set_language": "open", "account_login": "open", "account_inactive": "open",
    "account_logout": "open", "mfa_login_webauthn": "open", "mfa_authenticate": "open",
    "forgotten": "open", "firm_leave": "open", "openid_connect_callback": "open",
    "switch": "self", "account_reauthenticate": "self", "account_change_password": "self",
    "account_set_password": "self", "mfa_index": "self", "mfa_reauthenticate": "self",
    "mfa_activate_totp": "self", "mfa_deactivate_totp": "self",
    "mfa_view_recovery_codes": "self", "mfa_generate_recovery_codes": "self",
    "mfa_download_recovery_codes": "self", "mfa_list_webauthn": "self", "mfa_add_webauthn": "self",
    "mfa_reauthenticate_webauthn": "self", "mfa_remove_webauthn": "self",
    "mfa_edit_webauthn": "self",
}  # fmt: skip
# A pass is known by its own token, a till by its cookie, a member by what the portal asks, and a
# picture by its digest.
OPEN_OUTSIDE = {"", "front.css", "logo", "my", "pictures", "till", "wallet"}


def patterns(found: Any, above: str = "") -> list[tuple[str, URLPattern]]:
    """Every address of the control plane."""
    listed = []
    for one in found:
        path = above + str(one.pattern)
        inside = getattr(one, "url_patterns", None)
        listed += [(path, one)] if inside is None else patterns(inside, path)
    return listed


def test_every_address_has_its_place(pages: None) -> None:
    from tests.console.visits import all_pages

    names = {page.name for page in all_pages()} | set(OTHERS)
    placed = {"console/"}
    for path, pattern in patterns(get_resolver().url_patterns):
        if path.startswith("console/"):
            assert pattern.name in names, f"nobody said who may open {path}"
            placed.add(path)
        else:
            assert path.partition("/")[0] in OPEN_OUTSIDE, f"nobody said who may open {path}"
    assert len(placed) >= len(names)


def test_every_permission_is_used_and_every_page_has_one(pages: None) -> None:
    from tests.console.visits import all_pages

    used = {page.permission for page in all_pages()} | {"figures"}  # a part of the first page
    assert used == set(PERMISSIONS)
    actions = catalog("regulars.staff", "actions.toml")
    assert {page.writes for page in all_pages() if page.writes} <= set(actions)


def test_every_role_opens_its_pages_and_no_other(firm: Any) -> None:
    from tests.console.visits import all_pages, parts

    where = {page.name: parts(page, firm) for page in all_pages()}
    for role in ROLES:
        person = firm.person(role)
        may = permissions_of(role)
        for page in all_pages():
            if page.agency:
                continue
            allowed = page.permission in may
            answer = person.get(page.name, **where[page.name])
            assert answer.status_code == (200 if allowed else 403), (role, page.name)
            if not allowed:
                assert firm.shop.name not in answer.content.decode()
                assert person.post(page.name, {}, **where[page.name]).status_code in (403, 405)


def test_t24_nothing_of_another_organization_is_there(firm: Any, other_firm: Any) -> None:
    from tests.console.visits import all_pages, parts

    person = firm.person("owner")
    for page in all_pages():
        theirs = parts(page, other_firm)
        if theirs and set(theirs) <= {
            "campaign",
            "number",
            "reward",
        }:  # every organization has those
            assert (
                other_firm.organization.slug not in person.get(page.name, **theirs).content.decode()
            )
        elif theirs:
            for answer in (person.get(page.name, **theirs), person.post(page.name, {}, **theirs)):
                assert answer.status_code in (404, 405), page.name
                assert other_firm.organization.slug not in answer.content.decode()
        elif not page.agency:
            assert other_firm.organization.slug not in person.get(page.name).content.decode()


def test_who_is_not_signed_in_is_sent_to_the_door(firm: Any) -> None:
    from django.test import Client

    from tests.console.visits import all_pages, parts

    stranger = Client()
    for page in all_pages():
        path = reverse(f"console:{page.name}", kwargs=parts(page, firm))
        for answer in (stranger.get(path), stranger.post(path)):
            assert answer.status_code in (302, 405), path
            if answer.status_code == 302:
                assert answer.url.startswith("/console/account/login/")
    for name, kind in OTHERS.items():
        if kind == "self":
            path = reverse(name, kwargs={"pk": 1} if "_webauthn" in name and name[4:10] in
                           ("remove", "edit_w") else {})  # fmt: skip
            answer = stranger.get(path)
            assert answer.status_code in (302, 405), name


def test_an_action_is_refused_where_a_page_only_shows(firm: Any) -> None:
    from tests.console.visits import all_pages, parts

    person = firm.person("owner")
    for page in all_pages():
        if not page.writes:
            assert person.post(page.name, {}, **parts(page, firm)).status_code == 405


def test_a_role_of_ones_own_opens_what_it_says(firm: Any) -> None:
    person = firm.person("audit keys-see")
    opened = {name: person.get(name).status_code for name in ("audit", "keys", "shops", "overview")}
    assert opened == {"audit": 200, "keys": 200, "shops": 403, "overview": 403}


def test_who_works_in_one_shop_sees_that_shop(firm: Any) -> None:
    far = firm.new_shop("far-away")
    person = firm.person("cashier", shops=[firm.shop.id])
    told = person.get("shops").content.decode()
    assert firm.shop.name in told
    assert far.name not in told


def test_whose_access_is_taken_away_is_out_at_once(firm: Any) -> None:
    from tests.console.visits import _somebody

    owner = firm.person("owner")
    marek = firm.person("analyst")
    assert marek.get("overview").status_code == 200
    from regulars.staff.queries import people

    theirs = next(
        one.id for one in firm.house.run(people(firm.id)) if one.staff_id == marek.account.pk
    )
    assert (
        "The access was taken away."
        in owner.post("staff-end", {}, membership_id=theirs).content.decode()
    )
    answer = marek.get("overview")
    assert answer.status_code == 403
    assert firm.shop.name not in answer.content.decode()
    assert _somebody(firm)


def test_t24_a_statement_that_forgets_its_filter_sees_no_other_organization(
    firm: Any, other_firm: Any
) -> None:
    """What a page would see if its statement named no organization and no program at all."""
    from django.db import transaction

    from regulars.console.desk import enter, run

    def everything() -> Steps[dict[str, set[str]]]:
        seen = {}
        for table, column in (
            ("organization", "id"), ("shop", "organization_id"), ("api_key", "organization_id"),
            ("staff_membership", "organization_id"), ("staff_role", "organization_id"),
            ("audit_event", "organization_id"), ("program", "organization_id"),
        ):  # fmt: skip
            rows = yield Step(f"select distinct {column}::text from {table}")
            seen[table] = {row[0] for row in rows}
        rows = yield Step("select email from staff")
        seen["staff"] = {row[0] for row in rows}
        return seen

    theirs = other_firm.hire("owner", email=f"boss-{uuid4().hex}@other.example")
    firm.hire("owner")
    assert theirs
    with transaction.atomic():
        enter(firm.id, [firm.program_id])
        seen = run(everything())
    staff = seen.pop("staff")
    assert staff
    assert not [email for email in staff if email.endswith("@other.example")]
    assert set().union(*seen.values()) == {str(firm.id)}


@pytest.mark.parametrize(
    "statement",
    [
        "select password from staff",
        "select * from django_session",
        "select * from staff_link",
        "select * from mfa_authenticator",
        "update audit_event set who = ''",
        "delete from audit_event",
        "update staff set agency = true",
    ],
)
def test_an_organizations_role_in_the_database_has_no_more_rights_than_it_needs(
    firm: Any, statement: str
) -> None:
    from django.db import connection, transaction
    from django.db.utils import ProgrammingError

    from regulars.console.desk import enter

    with transaction.atomic(), connection.cursor() as cursor:
        enter(firm.id, [])
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute(statement)
        transaction.set_rollback(True)


@pytest.mark.parametrize("table", ["member", "activity", "posting", "shop", "api_key"])
def test_signing_in_sees_nothing_of_the_business(firm: Any, table: str) -> None:
    from django.db import connection, transaction
    from django.db.utils import ProgrammingError

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"select * from {table}")
