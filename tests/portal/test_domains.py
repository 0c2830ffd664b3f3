"""A host name of the organization's own leads to its portal."""

from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def own_host(shop: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    from django.conf import settings

    host = "club.example"
    monkeypatch.setattr(settings, "DOMAINS", {host: (shop.organization.slug, "corner")})
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", [*settings.ALLOWED_HOSTS, host])
    return host


@pytest.mark.parametrize("path", ["/", "/my/"])
def test_the_host_of_an_organization_leads_to_its_portal(
    shop: Any, own_host: str, path: str
) -> None:
    answer = Client().get(path, headers={"host": own_host})
    assert answer.status_code == 302
    assert answer["location"] == shop.url("home")
    assert Client().get(answer["location"], headers={"host": own_host}).status_code == 302
    assert Client().get("/").status_code == 200, "elsewhere it is the front page"
