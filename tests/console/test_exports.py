"""Data taken out as files: what one's role may have, no cell that runs, and written down."""

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import polars as pl
import pytest
from django.urls import reverse

from regulars.exports.kinds import KINDS, columns_of, statement
from regulars.kit.http import Caller
from regulars.products.operations import Article, put
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.returns import RecordReturn
from regulars.purchases.wire import LineIn, PurchaseIn, ReturnIn, ReturnLineIn
from regulars.staff.roles import PERMISSIONS
from tests.console.people import Firm, Person
from tests.serving import NOW, House


@pytest.fixture(scope="module")
def firm(pages: None, house: House) -> Any:
    found = Firm(house)
    found.regular()
    return found


def taken(person: Person, noun: str, *columns: str, **more: str) -> list[dict[str, str]]:
    """The rows of a CSV file of these columns."""
    body = {"columns": columns, "form": "csv", **more}
    answer = person.browser.post(reverse(f"console:{noun}-export"), body)
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Disposition"].startswith("attachment")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("noun", KINDS)
def test_everything_an_owner_may_have_can_be_taken_out_as_csv_and_as_parquet(
    firm: Firm, noun: Any
) -> None:
    anna = firm.person("owner")
    columns = [one.name for one in columns_of(noun, frozenset(PERMISSIONS), ("points", "stamps"))]
    rows = taken(anna, noun, *columns)
    assert rows
    assert list(rows[0]) == columns
    body = {"columns": columns, "form": "parquet"}
    answer = anna.browser.post(reverse(f"console:{noun}-export"), body)
    table = pl.read_parquet(io.BytesIO(b"".join(answer.streaming_content)))
    assert table.columns == columns
    assert table.height == len(rows)
    assert table[columns[0]].to_list() == [row[columns[0]] for row in rows]


def test_each_line_of_a_receipt_is_a_row_and_what_came_back_is_negative(firm: Firm) -> None:
    bought = {"id": str(firm.regular().purchase)}
    line = LineIn(sku="tea", quantity=3, amount_minor=900)
    told = firm.do(
        RecordPurchase(
            PurchaseIn(lines=(line, LineIn(sku="cup", amount_minor=500)), receipt_number="L-1"),
            Caller(shop="1", till="2"), key=uuid4().hex, at=int(NOW.timestamp()),
        )
    )  # fmt: skip
    firm.do(
        RecordReturn(
            ReturnIn(purchase=UUID(told["id"]), lines=(ReturnLineIn(line=1, quantity=2),)),
            Caller(shop="1", till="2"), key=uuid4().hex, at=int(NOW.timestamp()) + 60,
        )
    )  # fmt: skip
    names = ("purchase", "kind", "line", "sku", "quantity", "amount_minor", "paid_minor")
    rows = taken(firm.person("finance"), "lines", *names)
    mine = [tuple(row.values())[1:] for row in rows if row["purchase"] == told["id"]]
    assert sorted(mine) == [
        ("purchase", "1", "tea", "3", "900", "900"),
        ("purchase", "2", "cup", "1", "500", "500"),
        ("return", "1", "tea", "-2", "", "-600"),
    ]
    paid = sum(int(row["paid_minor"]) for row in rows if row["purchase"] == bought["id"])
    (whole,) = [
        row for row in taken(firm.person("finance"), "purchases", "id", "paid_minor")
        if row["id"] == bought["id"]
    ]  # fmt: skip
    assert paid == int(whole["paid_minor"])


def test_rewards_leave_with_what_lies_where(firm: Firm) -> None:
    rows = taken(firm.person("marketer"), "rewards", "reward", "name_en", "cost", "place", "left")
    assert {row["reward"] for row in rows} >= {"film"}
    assert all(row["left"] != "" for row in rows if row["place"])


def test_a_members_story_in_figures(firm: Firm) -> None:
    rows = taken(firm.person("owner"), "members", "card", "attributes", "spend_minor", "registered")
    (row,) = [one for one in rows if one["card"] == firm.regular().card]
    assert (row["spend_minor"], row["registered"]) == ("179000", "yes")
    assert f"Żak {firm.organization.slug}" in row["attributes"]


def test_t23_no_cell_of_a_file_runs_in_a_spreadsheet(firm: Firm) -> None:
    sku = f"=1+1{uuid4().hex[:6]}"
    names = ("=HYPERLINK(1)", "@SUM(1)", "-2+3", "\t=1", "Chleb")
    articles = [Article(f"{sku}{n}", name=name) for n, name in enumerate(names)]
    firm.house.run(put(program_id=firm.program_id, articles=articles, now=NOW))
    rows = taken(firm.person("marketer"), "products", "sku", "name")
    found = [row for row in rows if sku in row["sku"]]
    assert [row["name"] for row in found] == [
        "'=HYPERLINK(1)", "'@SUM(1)", "'-2+3", "'\t=1", "Chleb",
    ]  # fmt: skip
    assert all(row["sku"].startswith("'=") for row in found)


def test_who_may_not_have_personal_data_is_not_even_offered_it(firm: Firm) -> None:
    ewa = firm.person("marketer")
    page = ewa.get("members-export").content.decode()
    assert 'value="tier"' in page
    for name in ("card", "email", "phone", "attributes"):
        assert f'value="{name}"' not in page
        body = {"columns": [name], "form": "csv"}
        assert ewa.post("members-export", body).status_code == 422
    buyer = firm.person("products-see products-change")
    assert "cost_minor" not in buyer.get("products-export").content.decode()


def test_who_works_in_one_shop_takes_out_that_shops_purchases(firm: Firm) -> None:
    far = firm.new_shop(f"far-{uuid4().hex[:4]}")
    everything = taken(firm.person("finance"), "purchases", "id", "shop")
    assert str(firm.regular().purchase) in {row["id"] for row in everything}
    assert taken(firm.person("finance", shops=[far.id]), "purchases", "id", "shop") == []
    own = firm.person("finance", shops=[firm.shop.id])
    assert {row["shop"] for row in taken(own, "purchases", "shop")} == {"1"}


def test_a_period_narrows_and_a_wrong_one_is_said(firm: Firm) -> None:
    anna = firm.person("owner")
    old = {"since": "2020-01-01", "until": "2020-12-31"}
    assert taken(anna, "purchases", "id", **old) == []
    body = {"columns": ["id"], "form": "csv", "since": "2020-02-01", "until": "2020-01-01"}
    assert "before the first one" in anna.post("purchases-export", body).content.decode()


def test_t24_nothing_of_another_organization_is_in_a_file(firm: Firm, other_firm: Any) -> None:
    other_firm.regular()
    for noun in KINDS:
        name = {"cards": "batch", "products": "name", "members": "attributes"}.get(noun)
        if name:
            rows = taken(firm.person("owner"), noun, name)
            assert other_firm.organization.slug not in str(rows)
            assert firm.organization.slug in str(rows)


def test_that_data_was_taken_out_is_written_down(firm: Firm) -> None:
    anna = firm.person("owner")
    taken(anna, "products", "sku")
    assert "Data taken out as a file" in anna.get("audit").content.decode()


def test_no_expression_reads_what_it_should_not() -> None:
    """A statement with every column is asked of the database in the first test; here: only the
    columns that were chosen are in it."""
    (column,) = [one for one in columns_of("members", frozenset(), ()) if one.name == "tier"]
    assert "identifier" not in statement("members", [column])
    assert "attributes" not in statement("members", [column])
