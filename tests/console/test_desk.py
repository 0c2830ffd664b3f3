"""Purchases, rewards, codes and cards as the people of a firm handle them."""

import csv
import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from regulars.products.operations import Article, put
from tests.console.people import Firm
from tests.serving import NOW


def test_a_purchase_says_why_in_every_voice(firm: Firm) -> None:
    anna, id_ = firm.person("contact"), firm.regular().purchase
    path = reverse("console:purchase", kwargs={"activity_id": id_})
    said = {voice: anna.browser.get(path, {"voice": voice}).content.decode()
            for voice in ("cashier", "member", "developer")}  # fmt: skip
    assert all("bread" in text and "Why it was decided so" in text for text in said.values())
    assert anna.browser.get(path, {"voice": "poet"}).status_code == 404


def test_purchases_are_found_by_receipt_and_narrowed_by_shop(firm: Firm) -> None:
    anna, regular = firm.person("contact"), firm.regular()
    path = reverse("console:purchases")
    listed = anna.browser.get(path).content.decode()
    assert str(regular.purchase) in listed
    assert "Ćwiek Żak" in listed, "whose it is"
    found = anna.browser.get(path, {"receipt": regular.receipt}).content.decode()
    assert str(regular.purchase) in found
    firm.new_shop("empty")
    told = anna.browser.get(path, {"shop": "empty"}).content.decode()
    assert str(regular.purchase) not in told
    assert "Nothing fits" in told
    assert "Nothing fits" in anna.browser.get(path, {"day": "2020-01-01"}).content.decode()


def test_who_works_in_one_shop_sees_that_shops_purchases(firm: Firm) -> None:
    far = firm.new_shop("far-off")
    anna = firm.person("contact", shops=[far.id])
    assert str(firm.regular().purchase) not in anna.get("purchases").content.decode()
    assert anna.get("purchase", activity_id=firm.regular().purchase).status_code == 404


def test_a_reserved_reward_is_handed_over_once(other_firm: Firm) -> None:
    jan, id_ = other_firm.person("cashier"), other_firm.regular().redemption
    assert "Mug" in jan.get("redemptions").content.decode()
    told = jan.post("redemption-settle", {"once": "x"}, redemption_id=id_).content.decode()
    assert "It was handed over." in told
    again = jan.post("redemption-void", {"once": "y"}, redemption_id=id_)
    assert again.status_code == 422
    assert "already" in again.content.decode()


def test_codes_are_made_paused_and_taken_out(firm: Firm) -> None:
    ewa, lot = firm.person("marketer"), f"l{uuid4().hex[:8]}"
    body = {"lot": lot, "voucher": "coffee", "count": "7", "before": "KAWA"}
    assert "7 codes" in ewa.post("lot-new", body).content.decode()
    told = ewa.post("lot-state", {"state": "paused"}, lot=lot).content.decode()
    assert "paused" in told
    answer = ewa.post("lot-export", {}, lot=lot)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 8
    assert all(row[0].startswith("KAWA") for row in rows[1:])
    assert "Voucher codes taken out" in firm.person("auditor").get("audit").content.decode()


def test_t23_a_list_of_codes_with_a_fault_brings_in_nothing(firm: Firm) -> None:
    ewa, lot = firm.person("marketer"), f"l{uuid4().hex[:8]}"

    def send(text: str) -> str:
        file = SimpleUploadedFile("codes.csv", text.encode())
        body = {"lot": lot, "voucher": "coffee", "file": file}
        return str(ewa.post("lot-new", body).content.decode())

    codes = [uuid4().hex[:10] for _ in range(2)]
    told = send(f"code,member\n{codes[0]},\n{codes[1]},card:2900000000000015\n")
    assert "Line 3" in told
    assert ewa.get("lot", lot=lot).status_code == 404, "nothing is half done"
    assert "2 codes" in send(f"code\n{codes[0]}\n{codes[1]}\n")
    assert "2 codes" in send(f"code\n{codes[0]}\n{codes[1]}\n"), "the same list changes nothing"
    assert ewa.get("lot", lot=lot).content.decode().count('class="rg-code"') == 2


@pytest.mark.parametrize(("kind", "begins"), [("a4", b"%PDF"), ("card", b"%PDF"), ("csv", b"\xef")])
def test_cards_are_made_looked_at_printed_and_put_into_use(
    firm: Firm, kind: str, begins: bytes
) -> None:
    ewa = firm.person("marketer")
    body = {
        "name": f"batch {uuid4().hex[:6]}", "count": "12", "symbology": "qr",
        "activation": "batch", "title": "Klub <b>", "color": "#7a1f3d",
    }  # fmt: skip
    look = ewa.post("batch-new", {**body, "look": "1"}).content.decode()
    assert "rg-card-face" in look
    assert "Klub &lt;b&gt;" in look
    made = ewa.post("batch-new", body)
    assert "The batch was made." in made.content.decode()
    id_ = made.request["PATH_INFO"].split("/")[-2]
    assert ewa.post("batch-file", {"kind": kind}, batch_id=id_).content.startswith(begins)
    told = ewa.post("batch-activate", {}, batch_id=id_).content.decode()
    assert "The batch is in use." in told
    assert ewa.post("batch-activate", {}, batch_id=id_).status_code == 409
    assert "another" in ewa.post("batch-new", body).content.decode()


def test_a_lost_card_names_nobody(firm: Firm) -> None:
    ewa = firm.person("contact")
    told = ewa.post("member-new", {"last_name": "Lost"}).content.decode()
    card = told.split('<code class="rg-code">29')[1][:14]
    told = ewa.post("card-lost", {}, card_number=f"29{card}").content.decode()
    assert "The card is lost." in told
    assert ewa.post("card-block", {}, card_number=f"29{card}").status_code == 422


def test_products_are_found_by_any_part_of_their_name(firm: Firm) -> None:
    ewa, sku = firm.person("marketer"), f"p{uuid4().hex[:8]}"
    articles = [Article(sku, ean="5901234123457", name="=Chleb")]
    firm.house.run(put(program_id=firm.program_id, articles=articles, now=NOW))
    assert "=Chleb" in ewa.get("product", sku=sku).content.decode()
    told = ewa.browser.get(reverse("console:products"), {"q": "CHLEB"}).content.decode()
    assert sku in told
