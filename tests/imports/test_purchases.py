"""Purchases from files: what is recorded, and what never is."""

import pytest

from regulars.imports.faults import Refused

from .conftest import CARD, HEADER, NOBODY, OTHER, Office

AT = "2024-03-02T12:30:00+01:00"


def test_rows_of_a_receipt_are_one_purchase_wherever_they_stand(office: Office) -> None:
    office.member()
    file = office.receipts(
        f"2,12,1,2024-03-03T09:00:00+01:00,card:{CARD},milk,1,500",
        f"1,12,1,{AT},card:{CARD},bread,2,1240",
        f"2,12,1,2024-03-03T09:00:00+01:00,card:{CARD},bread,1,620",
        f"1,12,1,{AT},card:{CARD},milk,3,1500",
        f"1,12,2,{AT},,milk,1,500",
    )
    outcome = office.bring("purchases", file)
    assert outcome.counts["rows"] == 5
    assert outcome.counts["purchases"] == outcome.counts["new"] == 3
    assert outcome.counts["earned.points"] == 27 + 11
    assert office.totals() == [(3, 2740 + 1120 + 500, 1, 2, 38)]
    rows = office.all("select receipt, till, shop, occurred_at, paid_minor from activity"
                      " where kind = 'purchase' order by id")  # fmt: skip
    assert [(row[0], row[1], row[4]) for row in rows if row[1] == "1"] == [
        ("1", "1", 2740),
        ("2", "1", 1120),
    ]
    office.verify()


def test_the_same_file_again_changes_nothing(office: Office) -> None:
    office.member()
    file = office.receipts(f"1,12,1,{AT},{CARD},bread,1,1240")
    assert office.bring("purchases", file).earlier_at is None
    before = office.totals()
    outcome = office.bring("purchases", file)
    assert outcome.earlier_at is not None
    assert outcome.counts == {}
    assert office.totals() == before


def test_another_file_with_the_same_receipts_changes_nothing(office: Office) -> None:
    office.member()
    office.bring("purchases", office.receipts(f"1,12,1,{AT},{CARD},bread,1,1240"))
    before = office.totals()
    more = office.receipts(
        f"1,12,1,{AT},{CARD},bread,1,1240", f"1,12,1,{AT},{CARD},milk,1,10", name="longer.csv"
    )
    assert office.bring("purchases", more).counts["different"] == 1
    assert office.totals() == before
    same = office.receipts(
        f"7,12,1,{AT},{CARD},bread,1,100", f"1,12,1,{AT},{CARD},bread,1,1240", name="both.csv"
    )
    counts = office.bring("purchases", same).counts
    assert (counts["new"], counts["known"]) == (1, 1)


def test_purchases_are_carried_out_in_the_order_of_time_in_any_order_of_rows(
    office: Office,
) -> None:
    office.member()
    days = [f"{d},1,1,2024-03-{d:02}T10:00:00Z,{CARD},a,1,100" for d in range(1, 29)]
    office.bring("purchases", office.receipts(*reversed(days)), chunk=5)
    order = office.all("select receipt from activity where kind = 'purchase' order by id")
    assert [int(receipt) for (receipt,) in order] == list(range(1, 29))
    assert office.totals()[0][3:] == (28, 28)


def test_nothing_is_imported_with_a_single_fault_and_all_are_told(office: Office) -> None:
    office.member()
    good = [f"{n},12,1,{AT},{CARD},a,1,100" for n in range(30)]
    file = office.receipts(
        *good,
        f"90,12,1,{AT},{CARD},,1,100",
        f"91,12,1,{AT},{CARD},a,1.5,100",
        f"92,12,1,{AT},{CARD},a,1,12.40",
        f"93,12,1,yesterday,{CARD},a,1,100",
        f"94,12,1,{AT},{CARD},a,1,",
        f"95,12,1,{AT},card:2900000000000008,a,1,100",
        f"96,12,1,{AT},{CARD},a,0,100",
        f"97,12,1,{AT},{CARD},a,1,100,extra",
        f"98,12,1,2044-01-01T10:00:00Z,{CARD},a,1,100",
        f"99,12,1,2023-12-31T10:00:00Z,{CARD},a,1,100",
        f"0,12,1,2024-04-02T12:30:00+01:00,{CARD},a,1,100",
        f"{'9' * 65},12,1,{AT},{CARD},a,1,100",
        f"100,12,1,{AT},{NOBODY},a,1,100",
    )
    assert office.faults("purchases", file) == [
        "32: sku: missing",
        "33: quantity: fraction",
        "34: amount_minor: not_minor",
        "35: occurred_at: not_a_time",
        "36: amount_minor: no_price",
        "37: member: mistyped",
        "38: quantity: no_units",
        "39: : cells",
        "40: occurred_at: in_the_future",
        "41: occurred_at: before_program",
        "42: occurred_at: receipt_differs",
        "43: receipt_number: too_long",
        "44: member: unknown_member",
    ]


def test_a_fault_names_the_line_also_when_cells_span_lines(office: Office) -> None:
    file = office.file(
        "receipt_number,occurred_at,sku,brand,amount_minor",
        f'1,{AT},a,"two\nlines",100',
        "",
        f'2,{AT},a,"three\nmore\nlines",100',
        f"3,{AT},a,b,x",
    )
    assert office.faults("purchases", file) == ["8: amount_minor: not_money"]


def test_a_quotation_mark_left_open_is_found(office: Office) -> None:
    file = office.receipts(f"1,12,1,{AT},,a,1,100", f'2,12,1,{AT},,"a,1,100', "3,12,1,,,a,1,1")
    assert office.faults("purchases", file) == ["3: : not_csv"]


def test_what_a_file_calls_its_columns_must_be_said(office: Office) -> None:
    file = office.file("receipt,occurred_at,sku,quantiy,amount_minor", f"1,{AT},a,1,100")
    told = office.faults("purchases", file)
    assert told == ["1: quantiy: not_our_columns", "1: receipt: not_our_columns"]
    mapping = "fields: {receipt_number: Paragon, occurred_at: occurred_at, sku: sku, "
    mapping += "amount_minor: amount_minor}"
    assert office.faults("purchases", file, mapping) == ["0: Paragon: no_column"]


def test_unknown_members_are_refused_anonymous_or_join(office: Office) -> None:
    lines = [
        f"1,12,1,{AT},card:{NOBODY},a,1,1000",
        f"2,12,1,2024-03-04T10:00:00Z,card:{NOBODY},a,1,1000",
        "3,12,1,2024-03-05T10:00:00Z,phone:+48600100200,a,1,1000",
    ]
    file = office.receipts(*lines)
    assert office.faults("purchases", file) == [
        "2: member: unknown_member",
        "4: member: unknown_member",
    ]
    dry = office.bring("purchases", file, unknown="join", dry=True, chunk=1)
    assert dry.counts["joined"] == 2
    assert office.totals() == [(0, None, 0, None, None)]
    outcome = office.bring("purchases", file, unknown="join", chunk=2)
    assert (outcome.counts["joined"], outcome.counts["new"]) == (2, 3)
    assert office.totals() == [(3, 3000, 2, 3, 30)]
    joined = office.all("select kind, value from identifier order by kind")
    assert joined == [("card", NOBODY), ("phone", "+48600100200")]
    anonymous = office.receipts(f"9,12,1,{AT},card:{OTHER},a,1,1000", name="anonymous.csv")
    assert office.bring("purchases", anonymous, unknown="anonymous").counts["new"] == 1
    assert office.totals() == [(4, 4000, 2, 3, 30)]
    office.verify()


def test_an_unknown_id_cannot_join(office: Office) -> None:
    file = office.receipts(f"1,12,1,{AT},id:019acafe-0000-7000-8000-000000000001,a,1,1000")
    assert office.faults("purchases", file, unknown="join") == ["2: member: unknown_member"]


def test_a_blocked_card_is_a_fault(office: Office) -> None:
    office.member()
    office.connection.execute(
        "update identifier set status = 'blocked' where program_id = %s", (office.program_id,)
    )
    file = office.receipts(f"1,12,1,{AT},{CARD},a,1,1000")
    assert office.faults("purchases", file, unknown="join") == ["2: member: blocked_member"]


def test_returns_are_told_apart_and_can_be_left_out(office: Office) -> None:
    file = office.receipts(
        f"1,12,1,{AT},,a,2,1000", f"2,12,1,{AT},,a,-1,500", f"3,12,1,{AT},,b,1,-5"
    )
    assert office.faults("purchases", file) == [
        "3: quantity: negative_quantity",
        "4: amount_minor: negative_amount",
    ]
    fields = ", ".join(f"{name}: {name}" for name in HEADER.split(","))
    outcome = office.bring("purchases", file, f"returns: leave_out\nfields: {{{fields}}}")
    assert (outcome.counts["left_out"], outcome.counts["new"]) == (2, 1)


def test_a_dry_run_tells_and_keeps_nothing(office: Office) -> None:
    office.member()
    before = office.totals()
    file = office.receipts(*(f"{n},12,1,{AT},{CARD},a,1,1000" for n in range(20)))
    outcome = office.bring("purchases", file, dry=True, chunk=3)
    assert (outcome.counts["new"], outcome.counts["earned.points"]) == (20, 200)
    assert office.totals() == before
    assert office.one("select count(*) from import_run") == 0
    assert office.bring("purchases", file).counts["new"] == 20


def test_polish_till_export(office: Office) -> None:
    """Semicolons, BOM, decimal commas, thousands with a hard space, local times, 1250 by option."""
    office.member()
    lines = (
        "Paragon;Data;Godzina;Karta;Kod;Szt.;Wartość",
        f"W/1;02.03.2024;12:30;{CARD};żółw-gęś;1,000;12,40",
        f"W/1;02.03.2024;12:30;{CARD};bułka;2;1\u00a0234,5",
    )
    mapping = """
decimals: comma
times: {format: "%d.%m.%Y %H:%M"}
fields:
  receipt_number: Paragon
  shop: {constant: "12"}
  occurred_at: {template: "{Data} {Godzina}"}
  member: {template: "card:{Karta}"}
  sku: Kod
  quantity: Szt.
  amount_minor: Wartość
"""
    file = office.file(*lines, encoding="utf-8-sig")
    assert office.bring("purchases", file, mapping).counts["new"] == 1
    row = office.all(
        "select extract(epoch from occurred_at)::bigint, paid_minor, shop, receipt,"
        " facts from activity where kind = 'purchase'"
    )[0]
    assert row[:4] == (1709379000, 1240 + 123450, "12", "W/1")
    assert "żółw-gęś" in row[4]

    windows = office.file(*lines, name="cp1250.csv", encoding="cp1250")
    with pytest.raises(Refused) as caught:
        office.bring("purchases", windows, mapping)
    assert [(f.line, f.code) for f in caught.value.faults.first] == [(1, "not_encoded")]
    again = office.bring("purchases", windows, mapping, encoding="cp1250")
    assert again.counts["known"] == 1


def test_bulgarian_till_export(office: Office) -> None:
    office.member()
    lines = ("Бележка|Време|Карта|Артикул|Сума", f"Б-7|2024-03-02 12:30|{CARD}|хляб|2,15")
    mapping = """
encoding: cp1251
decimals: comma
times: {timezone: Europe/Sofia}
region: BG
fields:
  {receipt_number: Бележка, occurred_at: Време, member: Карта, sku: Артикул, amount_minor: Сума}
"""
    file = office.file(*lines, encoding="cp1251")
    assert office.bring("purchases", file, mapping).counts["earned.points"] == 2
    at = office.one(
        "select extract(epoch from occurred_at)::bigint from activity where receipt = 'Б-7'"
    )
    assert at == 1709375400


def test_a_cell_that_looks_like_a_formula_is_stored_as_it_is(office: Office) -> None:
    office.bring("purchases", office.receipts(f"=1+1,12,1,{AT},,@SUM(A1),1,100"))
    assert office.one("select receipt from activity where kind = 'purchase'") == "=1+1"


def test_receipts_of_a_thousand_lines_and_no_more(office: Office) -> None:
    lines = [f"1,12,1,{AT},,a{n},1,1" for n in range(1001)]
    assert office.faults("purchases", office.receipts(*lines)) == [
        "2: receipt_number: long_receipt"
    ]
    assert office.bring("purchases", office.receipts(*lines[:1000])).counts["new"] == 1


def test_a_receipt_the_till_recorded_is_not_recorded_again(office: Office) -> None:
    """T10: till and file meet at the receipt number."""
    office.bring("purchases", office.receipts(f"1,12,1,{AT},,a,1,100"))
    key = "select count(*) from activity where receipt = '1'"
    assert office.one(key) == 1
    other = office.receipts(f"1,12,1,{AT},,b,1,200", name="other.csv")
    assert office.bring("purchases", other).counts["different"] == 1
    assert office.one(key) == 1


def test_roles_marks_and_taxes_of_lines(office: Office) -> None:
    office.member()
    file = office.file(
        "receipt_number,occurred_at,member,sku,amount_minor,labels,role,tax_bp",
        f"1,2024-02-01T10:00:00+01:00,{CARD},tea,1000,bio sale,,800",
        f"1,2024-02-01T10:00:00+01:00,{CARD},parcel,1500,,shipping,2300",
    )
    office.bring("purchases", file)
    (facts,) = office.all("select facts::json from activity where kind = 'purchase'")[0]
    assert [line[6:] for line in facts[6]] == [[["bio", "sale"], "", 800], [[], "shipping", 2300]]
    (earned,) = office.all("select available from account")[0]
    assert earned == 10, "shipping earns nothing"
