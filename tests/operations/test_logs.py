"""Nothing personal is written to any log: a story is told to every process, its trouble included,
and then every log is read."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psycopg
import pytest

from regulars.hosting.postgres import Server as Database
from tests.corner import corner
from tests.serving import NOW, House, Server, Till

NAME, SURNAME = "Zofia", "Kowalewska"
EMAIL = "zofia.kowalewska@sekret.example"
PHONE = "+48612345987"
GUESSED_CARD = "2912345678903"
PASSWORD = "correct-horse-battery"
TOKEN = re.compile(r'csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture
def server(fresh_database_url: str) -> Iterator[Server]:
    server = Server(fresh_database_url, NOW, planes="both")
    yield server
    server.stop()


def test_logs_of_all_processes_tell_nothing_about_a_person(
    server: Server, fresh_database_url: str, migrated: Database, tmp_path: Path
) -> None:
    before = migrated.log.stat().st_size
    house = House(fresh_database_url)
    organization = house.organization()
    house.apply(organization, corner())
    till = Till(server.url, house.key(organization))
    with (tmp_path / "work").open("w") as file:
        worker = subprocess.Popen(
            [sys.executable, "-m", "regulars", "work"],
            env={**os.environ, "DATABASE_URL": fresh_database_url},
            stderr=file,
        )
        card = at_the_till(till)
        at_the_pages(server, organization.slug)
        trouble(till, server, organization.slug, fresh_database_url)
        worker.terminate()
        worker.wait(120)
    server.stop()
    with migrated.log.open("rb") as log:
        log.seek(before)
        told = {
            "server": server.said(),
            "worker": (tmp_path / "work").read_text(),
            "database": log.read().decode(),
        }
    assert "UndefinedTable" in told["server"], "a bug in the till is told"
    assert "Internal Server Error" in told["server"], "and one in a page"
    assert "duplicate key" in told["database"]
    assert [*leaks(told, card, till.secret)] == []
    for line in (told["server"] + told["worker"]).splitlines():
        assert msgspec.json.decode(line)


def leaks(told: dict[str, str], card: str, key: str) -> Iterator[str]:
    """Every line in which a person, a card or a secret can be recognised."""
    phone = PHONE.removeprefix("+48")
    secrets = [NAME, SURNAME, EMAIL, "sekret.example", phone, GUESSED_CARD, card, key, PASSWORD]
    for process, text in told.items():
        for line in text.splitlines():
            yield from (f"{process}: {line}" for one in secrets if one.lower() in line.lower())


def at_the_till(till: Till) -> str:
    """What is well, and what a till may send that is not."""
    joined = {
        "issue_card": True,
        "attributes": {"name": NAME, "last_name": SURNAME},
        "identifiers": [{"kind": "email", "value": EMAIL}, {"kind": "phone", "value": PHONE}],
    }
    card = till.post("/v1/members", joined)["card"]
    for member in (f"card:{card}", f"email:{EMAIL}", f"phone:{PHONE}"):
        till.buy(member, ("bread", 1, 1_000))
        till.get(f"/v1/members/{member}/balance")
    till.http.get(f"/v1/members/card:{GUESSED_CARD}/balance")
    till.http.get(f"/v1/{EMAIL}/{PHONE}", params={"q": SURNAME})
    till.send("/v1/members", joined)
    till.send("/v1/members", {"identifiers": [{"kind": "phone", "value": f"x{PHONE}x"}]})
    till.send("/v1/purchases", {"member": {EMAIL: PHONE}})
    till.http.post("/v1/purchases", content=f'{{"member": "{EMAIL}" {SURNAME}')
    return str(card)


def at_the_pages(server: Server, slug: str) -> None:
    """Signing in to both kinds of pages, in vain, and addresses that lead nowhere."""
    with httpx.Client(base_url=server.url, follow_redirects=True, timeout=300) as browser:
        browser.get(f"/my/{slug}/{EMAIL}/")
        browser.get(f"/console/{PHONE}/{SURNAME}", params={"q": EMAIL})
        said = {"login": EMAIL, "password": PASSWORD, "email": EMAIL}
        browser.post("/console/account/login/", data=said)
        for path in ("/console/account/login/", f"/my/{slug}/corner/"):
            page = browser.get(path, params={"contact": EMAIL})
            token = TOKEN.search(page.text)
            assert token is not None, page.text
            browser.post(str(page.url), data={**said, "csrfmiddlewaretoken": token[1]})


def trouble(till: Till, server: Server, slug: str, database_url: str) -> None:
    """What ought not to happen: statements that fail with a person in them, and bugs."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into identifier select * from identifier")
        with pytest.raises(psycopg.errors.UndefinedTable):
            psycopg.ClientCursor(connection).execute("select %s from nothing", [EMAIL])
        connection.execute("alter table account rename to away")
        connection.execute("alter table portal_session rename to gone")
    purchase: Any = {"lines": [{"sku": "bread", "quantity": 1, "unit_price_minor": 1}]}
    assert till.send("/v1/purchases", {"member": f"email:{EMAIL}", **purchase}).status_code == 500
    failed = httpx.get(
        f"{server.url}/my/{slug}/corner/me/",
        params={"contact": EMAIL}, cookies={"regulars_member": SURNAME}, timeout=300,
    )  # fmt: skip
    assert failed.status_code == 500
