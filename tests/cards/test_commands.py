"""`regulars cards` as a user meets it, from the first number to the till."""

import csv
import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from tests.corner import corner
from tests.serving import House, Server, Till
from tests.serving import house as house
from tests.serving import serve as serve
from tests.serving import server as server


class Office:
    """Types commands in a folder, for one organization."""

    def __init__(self, url: str, folder: Path, house: House) -> None:
        self.url, self.folder = url, folder
        self.organization = house.organization()
        house.apply(self.organization, corner(), now=datetime(2026, 1, 1, tzinfo=UTC))

    def run(self, *words: str, code: int = 0, **environment: str) -> str:
        env = {**os.environ, "COLUMNS": "200", "DATABASE_URL": self.url, **environment}
        ended = subprocess.run(
            [sys.executable, "-m", "regulars", "cards", *words, "--organization",
             self.organization.slug],
            env=env, cwd=self.folder, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert ended.returncode == code, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    def numbers(self, name: str) -> list[str]:
        self.run("csv", name, "--out", "numbers.csv")
        rows = csv.DictReader(io.StringIO((self.folder / "numbers.csv").read_text("utf-8-sig")))
        return [row["number"] for row in rows]


@pytest.fixture
def office(database_url: str, tmp_path: Path, house: House) -> Office:
    return Office(database_url, tmp_path, house)


def test_cards_are_made_printed_activated_and_used_at_a_till(
    office: Office, house: House, server: Server
) -> None:
    (office.folder / "design.yaml").write_text(
        'color: "#7a1f3d"\ntitle: {pl: Kwiaciarnia Róża, bg: Цветарница Роза}\n'
        "languages: [pl, bg]\ncontact: roza.example\n",
        encoding="utf-8",
    )
    told = office.run("make", "spring", "--count", "12", "--design", "design.yaml")
    assert 'The batch "spring" is made, cards: 12' in told
    numbers = office.numbers("spring")
    assert len(set(numbers)) == 12

    assert "pages 4" in office.run("pdf", "--out", "cards.pdf")
    document = pypdfium2.PdfDocument(office.folder / "cards.pdf")
    assert "Kwiaciarnia Róża" in document[0].get_textpage().get_text_range()
    found = [
        code.text
        for page in list(document)[1::2]
        for code in zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil())
    ]
    assert sorted(found) == sorted(numbers)
    one = office.run("pdf", "spring", "--paper", "card", "--from", "3", "--to", "4", "-o", "x.pdf")
    assert "pages 4" in one

    till = Till(server.url, house.key(office.organization))
    basket = {"member": f"card:{numbers[0]}", "lines": [{"sku": "a", "unit_price_minor": 500}]}
    assert till.refused("/v1/purchases", basket) == (409, "card_not_active")
    assert till.get(f"/v1/cards/{numbers[0]}")["state"] == "made"
    assert "in use, cards: 12" in office.run("activate")
    bought = till.post("/v1/purchases", basket)
    quoted = till.post("/v1/quotes", basket | {"member": f"card:{numbers[1]}"})
    assert quoted["member"] != bought["member"]
    shown = till.get(f"/v1/cards/{numbers[0]}")
    assert (shown["state"], shown["member"]) == ("issued", bought["member"])
    assert till.get(f"/v1/cards/{numbers[1]}")["state"] == "active", "a quote writes nothing"
    misread = f"{numbers[0][:-1]}{(int(numbers[0][-1]) + 1) % 10}"
    assert till.refused(f"/v1/cards/{misread}/lost", {})[0] in (404, 422)
    till.post(f"/v1/cards/{numbers[2]}/lost", {"reason": "fell off the lorry"})
    (batch,) = till.get("/v1/card-batches")["batches"]
    assert (batch["name"], batch["size"], batch["symbology"]) == ("spring", 12, "qr")

    table = office.run("show", REGULARS_LANG="pl")
    assert "zgubiona" in table
    assert "10" in table
    assert f"{numbers[2]}  изгубена" in office.run("show", numbers[2], REGULARS_LANG="bg")


def test_an_electronic_card_at_a_real_till(office: Office, house: House, server: Server) -> None:
    office.run("make", "phones", "--count", "1", "--activation", "first-use")
    (number,) = office.numbers("phones")
    till = Till(server.url, house.key(office.organization))
    till.post(f"/v1/cards/{number}/electronic", {})
    face = till.get(f"/v1/cards/{number}/face", lang="bg", with_secret="true")
    assert face["text"].startswith(number)
    assert len(face["secret"]) == 64
    basket: dict[str, Any] = {"lines": [{"sku": "a", "unit_price_minor": 500}]}
    till.post("/v1/purchases", basket | {"member": face["text"]})
    assert till.get(f"/v1/cards/{face['text']}")["code"] == "right"
    wrong = f"{number}000000000000"
    assert till.get(f"/v1/cards/{wrong}")["code"] == "wrong"
    refused = till.refused("/v1/purchases", basket | {"member": wrong})
    assert refused == (409, "card_code_wrong")
    reader = Till(server.url, house.key(office.organization, "cards:read"))
    assert reader.refused(f"/v1/cards/{number}/lost", {})[0] == 403


def test_what_is_wrong_is_said_and_nothing_is_left(office: Office) -> None:
    office.run("make", "a", "--count", "5", "--range-from", "1", "--symbology", "ean13")
    assert "3 of the 5" in office.run(
        "make", "b", "--count", "5", "--range-from", "3", "--symbology", "ean13", code=2
    )
    (office.folder / "bad.yaml").write_text("colour: red")
    assert "colour" in office.run("make", "c", "--count", "1", "--design", "bad.yaml", code=2)
    assert "There is no batch 'x'" in office.run("pdf", "x", "--out", "x.pdf", code=2)
    assert [file.name for file in office.folder.iterdir()] == ["bad.yaml"]
    assert "b  " not in office.run("show")
