"""The console's own lists, as their people see them."""

import re
import time

import psycopg

from regulars.organizations.queries import shops
from regulars.purchases.tasks import seal_log
from regulars.staff.queries import events
from tests.console.people import Firm


def test_an_owner_sees_every_list(firm: Firm) -> None:
    anna = firm.person("owner")
    for page in ("overview", "shops", "keys", "staff", "roles", "audit"):
        answer = anna.get(page)
        assert answer.status_code == 200, (page, answer.content.decode())
        assert firm.organization.name in answer.content.decode()


def test_a_shop_is_added_and_changed_and_written_down(firm: Firm) -> None:
    anna = firm.person("owner")
    body = {"code": "77", "name": "Harbour", "address": "Quay 1", "timezone": "Europe/Sofia"}
    told = anna.post("shop-new", body).content.decode()
    assert "The shop was added." in told
    assert "Harbour" in told
    assert anna.post("shop-new", body).status_code == 422
    assert "Shop added" in anna.get("audit").content.decode()


def test_a_key_is_shown_exactly_once(firm: Firm) -> None:
    anna = firm.person("owner")
    body = {"label": "Till 9", "shop": "", "scopes": ["quotes:write"]}
    shown = anna.post("key-new", body).content.decode()
    secret = re.search(r"rk_([0-9a-f]{12})_[0-9a-f]{64}", shown)
    assert secret
    listed = anna.get("keys").content.decode()
    assert f"rk_{secret[1]}_" in listed
    assert secret[0] not in listed
    told = anna.post("key-revoke", {}, prefix=secret[1]).content.decode()
    assert "The key was revoked." in told


def test_the_settings_are_changed_and_the_mark_takes_the_colour(firm: Firm) -> None:
    anna = firm.person("owner")
    body = {
        "name": firm.organization.name,
        "timezone": "Europe/Warsaw",
        "language": "pl",
        "currency": "PLN",
        "colour": "#aa2255",
    }
    told = anna.post("organization-change", body).content.decode()
    assert "The settings were changed." in told
    assert ".rg-mark { background: #aa2255; }" in told
    wrong = anna.post("organization-change", {**body, "colour": "red; } body { display: none"})
    assert wrong.status_code == 422
    assert "Settings changed" in anna.get("audit").content.decode()


def test_the_record_tells_what_it_was_before_and_what_it_became(firm: Firm) -> None:
    anna = firm.person("owner")
    body = {"code": "88", "name": "Harbour", "address": "Quay 1", "timezone": "Europe/Sofia"}
    anna.post("shop-new", body)
    shop = next(one for one in firm.house.run(shops(firm.id)) if one.code == "88")
    anna.post("shop", {**body, "name": "Pier", "address": "Quay 2"}, shop_id=shop.id)
    entry = firm.house.run(events(firm.id, limit=1))[0]
    told = anna.get("audit-event", event_id=entry.id).content.decode()
    cells = re.findall(r"<td[^>]*>(?:<code[^>]*>)?([^<]*)", told)
    assert cells == ["Address", "Quay 1", "Quay 2", "Name", "Harbour", "Pier"]


def test_of_a_secret_the_record_tells_only_that_it_is_there(firm: Firm) -> None:
    anna = firm.person("owner")
    anna.post("key-new", {"label": "Till 10", "shop": "", "scopes": ["quotes:write"]})
    entry = firm.house.run(events(firm.id, limit=1))[0]
    told = anna.get("audit-event", event_id=entry.id).content.decode()
    assert "changed, not shown" in told
    kept = firm.house.connected(
        lambda connection: connection.execute("select became from audit_change").fetchall()
    )
    assert all(row[0].get("hash", "…") == "…" for row in kept if row[0])


def test_points_by_day_are_the_same_before_and_after_they_are_sealed(
    firm: Firm, database_url: str
) -> None:
    firm.regular()
    anna = firm.person("finance")
    before = _points(anna.get("overview").content.decode())
    assert before, "a table beside the chart"
    assert int(before[0].replace(",", "")) > 0, "issued today"
    with psycopg.connect(database_url, autocommit=True) as connection:
        seal_log(connection, int(time.time()))
    assert _points(anna.get("overview").content.decode()) == before
    assert "By day: points" not in firm.person("cashier").get("overview").content.decode()


def _points(page: str) -> list[str]:
    """The figures of the last day in the table of points."""
    part = page.partition("By day: points")[2].partition("</table>")[0]
    return re.findall(r'<td data-label="(?:issued|redeemed|expired)">([^<]*)</td>', part)
