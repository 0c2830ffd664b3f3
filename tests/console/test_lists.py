"""The console's own lists, as their people see them."""

import re

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
