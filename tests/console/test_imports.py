"""Files brought in through the console: understood, checked, and all of it or nothing (T23)."""

import csv
import io
import re
import time
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from regulars.imports.tasks import work
from tests.console.people import Firm, Person
from tests.serving import House


@pytest.fixture(scope="module")
def firm(pages: None, house: House) -> Any:
    return Firm(house)


class Import:
    """A file somebody gives, and its page."""

    def __init__(self, person: Person, noun: str, content: bytes, name: str = "lista.csv") -> None:
        self.person, self.noun = person, noun
        answer = person.post(f"{noun}-import", {"file": SimpleUploadedFile(name, content)})
        self.shown, self.status = answer.content.decode(), answer.status_code
        self.path = answer.request["PATH_INFO"]

    @property
    def form(self) -> dict[str, Any]:
        """What the form of the mapping says as it was shown."""
        found = re.findall(r'<select name="([^"]+)".*?</select>', self.shown, re.S)
        said: dict[str, Any] = {}
        for name in found:
            body = re.search(rf'<select name="{name}".*?</select>', self.shown, re.S)
            assert body
            chosen = re.search(r'value="([^"]*)" selected', body[0])
            said[name] = chosen[1] if chosen else ""
        kept = re.findall(r'name="attributes" value="([^"]*)"[^>]*checked', self.shown)
        return said | ({"attributes": kept} if kept else {})

    def send(self, act: str, **more: Any) -> str:
        body = {**self.form, "act": act, **more}
        self.shown = self.person.browser.post(self.path, body, follow=True).content.decode()
        return self.shown

    def worked(self, url: str) -> str:
        """The page after the worker was there."""
        while work(url, lambda: int(time.time()), lambda: False):
            pass
        self.shown = self.person.browser.get(self.path).content.decode()
        return self.shown


MEMBERS = """Nr karty;Telefon;Imię;Nazwisko;Miasto
2900000000000122;600 100 301;Łucja;Święcicka-Wąż;Łódź
2900000000000130;600 100 302;=HYPERLINK("x");Żółć;
"""


def test_a_list_of_members_is_understood_by_its_headings_and_brought_in_once(
    firm: Firm, database_url: str
) -> None:
    anna = firm.person("owner")
    given = Import(anna, "members", MEMBERS.encode("cp1250"))
    form = given.form
    assert (form["field-card"], form["field-phone"]) == ("Nr karty", "Telefon")
    assert form["attributes"] == ["Imię", "Nazwisko", "Miasto"]
    assert form["encoding"] == "cp1250"
    assert "Święcicka-Wąż" in given.shown
    wrong = Import(anna, "members", MEMBERS.replace("600 100 302", "12").encode())
    assert re.search(r'rg-cell-bad">12<', wrong.shown), "the preview shows what will not do"
    assert "Waits for the worker" in given.send("check")
    told = given.worked(database_url)
    assert "The file is right. Nothing was kept yet." in told
    assert (
        "Nobody was found"
        in anna.browser.get(reverse("console:members"), {"q": "2900000000000122"}).content.decode()
    )
    given.send("bring")
    assert "Everything was brought in." in given.worked(database_url)
    found = anna.browser.get(reverse("console:members"), {"q": "2900000000000130"}).content.decode()
    assert "=HYPERLINK" in found
    assert "Members brought in" in anna.get("audit").content.decode()
    again = Import(anna, "members", MEMBERS.encode("cp1250"))
    assert "exactly this content" in again.shown
    again.send("bring")
    told = again.worked(database_url)
    assert re.search(r"Unchanged</dt><dd>2", told), "the same file has no effect"


def test_t23_with_one_fault_nothing_comes_in_and_every_fault_has_its_line(
    firm: Firm, database_url: str
) -> None:
    anna, sku = firm.person("marketer"), f"p{uuid4().hex[:8]}"
    rows = [f"{sku};5901234123457;Chleb;4,50", f"{sku};x;=cmd;0,10", ";;No article;1,00"]
    table = "\n".join(["Indeks;Kod kreskowy;Nazwa;Cena detaliczna", *rows]).encode()
    given = Import(anna, "products", table)
    assert given.form["decimals"] == "comma"
    assert "PLN" in given.shown
    assert "rg-cell-bad" in given.shown, "the preview shows what will not do"
    given.send("bring")
    told = given.worked(database_url)
    assert "Nothing was brought in. Errors: 2." in told
    assert anna.get("product", sku=sku).status_code == 404, "nothing is half done"
    errors = anna.browser.get(f"{given.path}errors/").content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(errors)))
    assert [row[0] for row in lines] == ["line", "3", "4"]
    polish = firm.person("marketer", language="pl").browser.get(f"{given.path}errors/")
    assert polish.content.decode("utf-8-sig").startswith("wiersz,kolumna")
    right = Import(anna, "products", table.split(b"\n" + rows[1].encode())[0])
    right.send("bring")
    assert "Everything was brought in." in right.worked(database_url)
    assert "Chleb" in anna.get("product", sku=sku).content.decode()


def test_purchases_of_unknown_members_are_refused_or_taken_as_one_says(
    firm: Firm, database_url: str
) -> None:
    anna, receipt = firm.person("owner"), uuid4().hex[:8]
    table = (
        "Paragon,Data,Karta,Artykuł,Ilość,Wartość\n"
        f"{receipt},02.03.2026 13:30,2900000000000999,bread,2,9.00\n"
    ).encode()
    given = Import(anna, "purchases", table)
    assert given.form["format"] == "%d.%m.%Y %H:%M"
    given.send("check")
    assert "Nothing was brought in. Errors: 1." in given.worked(database_url)
    given.path += "?again=1"
    given.shown = anna.browser.get(given.path).content.decode()
    given.send("bring", unknown="anonymous")
    given.path = given.path.partition("?")[0]
    assert "Everything was brought in." in given.worked(database_url)
    again = Import(anna, "purchases", table)
    again.send("bring", unknown="anonymous")
    assert "This file was brought in before; nothing changed." in again.worked(database_url)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("list.xlsx", b"PK\x03\x04", "Only CSV and Parquet"),
        ("list.parquet", b"sku\n1\n", "Only CSV and Parquet"),
        ("list.csv", b"PAR1", "Only CSV and Parquet"),
        ("list.csv", b"\n\n", "file is empty"),
    ],
)
def test_what_is_no_table_is_refused_at_once(
    firm: Firm, name: str, content: bytes, says: str
) -> None:
    given = Import(firm.person("marketer"), "products", content, name)
    assert given.status == 422
    assert says in given.shown


def test_a_column_that_is_missing_is_asked_for(firm: Firm) -> None:
    given = Import(firm.person("marketer"), "products", b"a,b\n1,2\n")
    assert "nothing can be brought in without it" in given.send("look").replace(
        "Nothing", "nothing"
    )


def test_a_worker_that_stops_lets_go_and_the_next_one_goes_on(
    firm: Firm, database_url: str
) -> None:
    anna, sku = firm.person("marketer"), f"p{uuid4().hex[:8]}"
    given = Import(anna, "products", f"sku,name\n{sku},Tea\n".encode())
    given.send("bring")
    assert work(database_url, lambda: int(time.time()), lambda: True), "it was told to stop"
    assert "Waits for the worker" in anna.browser.get(given.path).content.decode()
    assert "Everything was brought in." in given.worked(database_url)
    assert anna.get("product", sku=sku).status_code == 200


def test_t24_nobody_opens_anothers_file_or_one_of_another_noun(firm: Firm, other_firm: Any) -> None:
    theirs = other_firm.given("products")
    assert firm.person("owner").get("products-import-file", file_id=theirs).status_code == 404
    own = firm.given("members")
    ewa = firm.person("marketer")
    assert ewa.get("members-import-file", file_id=own).status_code == 403
    assert ewa.get("products-import-file", file_id=own).status_code == 404
    assert ewa.get("products-import-errors", file_id=own).status_code == 404


def test_cards_come_in_through_the_page_as_far_as_ones_role_goes(
    firm: Firm, database_url: str
) -> None:
    anna, number = firm.person("owner"), "2900000000000148"
    table = f"Numer karty;Uczestnik;Stan;Partia\n{number};;zgubiona;Druk 7\n".encode()
    given = Import(anna, "cards", table, "karty.csv")
    assert (given.form["field-card"], given.form["field-member"]) == ("Numer karty", "Uczestnik")
    given.send("bring")
    assert "Everything was brought in." in given.worked(database_url)
    assert "Druk 7" in anna.get("cards").content.decode()
    assert "lost" in anna.get("card", card_number=number).content.decode()
    again = Import(anna, "cards", table)
    again.send("bring")
    assert re.search(r"Unchanged</dt><dd>1", again.worked(database_url))
    ewa = firm.person("marketer")
    theirs = Import(ewa, "cards", table)
    assert "field-card" in theirs.form
    assert "field-member" not in theirs.form, "who may not change members gives nobody a card"
    checked = Import(anna, "cards", table + b"2900000000000122;;;\n")
    checked.send("check")
    assert "The file is right" in checked.worked(database_url)
    assert "Your role may not" in ewa.browser.post(checked.path, {"act": "bring"}).content.decode()


def test_rewards_from_a_page_wait_for_a_second_person(firm: Firm, database_url: str) -> None:
    anna = firm.person("marketer")
    table = "Nagroda;Nazwa;Punkty;Sklep;Ilość\nCzapka;Czapka;200;12;5\n".encode()
    given = Import(anna, "rewards", table, "nagrody.csv")
    assert given.form["field-cost"] == "Punkty"
    given.send("check")
    told = given.worked(database_url)
    assert "The file is right" in told, " ".join(re.sub(r"<[^>]+>", " ", told).split())[-700:]
    assert "nagrody.csv" not in anna.get("drafts").content.decode(), "nothing was kept"
    given.send("bring")
    told = given.worked(database_url)
    assert "The catalogue is in a draft now" in told
    assert "Some deliveries" in told
    where = re.search(r'href="(/console/drafts/[^"]+)"', told)
    assert where
    draft = anna.browser.get(where[1]).content.decode()
    assert "Rewards from nagrody.csv" in draft
    assert anna.account.email in draft
    again = Import(anna, "rewards", table, "nagrody.csv")
    again.send("bring")
    assert where[1] in again.worked(database_url), "the same file makes no other draft"


def test_what_the_database_refuses_is_said_and_not_tried_for_ever(
    firm: Firm, database_url: str
) -> None:
    """A constraint stands for whatever our own checks do not know of."""
    anna = firm.person("owner")
    given = Import(anna, "products", b"sku,name\nunlucky-1,Unlucky\n")
    given.send("bring")
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(
            "alter table product add constraint unlucky check (name <> 'Unlucky') not valid"
        )
        try:
            assert "Something is broken here" in given.worked(database_url)
        finally:
            owner.execute("alter table product drop constraint unlucky")
    assert "?again" in given.shown, "it can be tried again when the reason is gone"


def test_who_works_in_one_shop_brings_in_no_purchases(firm: Firm) -> None:
    near = firm.new_shop("near")
    head = firm.person("purchases-see purchases-import members-see members-change", [near.id])
    file = SimpleUploadedFile("sales.csv", b"receipt;shop\n1;far\n")
    answer = head.post("purchases-import", {"file": file})
    assert answer.status_code == 403
    assert "all of them" in answer.content.decode()
    everywhere = firm.person("purchases-see purchases-import")
    file = SimpleUploadedFile("sales.csv", b"receipt;shop\n1;far\n")
    assert everywhere.post("purchases-import", {"file": file}).status_code == 200
