"""Products from files: put in by article number, and the tills hear of it."""

import psycopg

from .conftest import NOW, Office

COLUMNS = "sku,ean,name,category,brand,producer,minimum_price_minor"


def test_products_are_put_in_and_changed(office: Office) -> None:
    file = office.file(
        COLUMNS,
        'a,5901234123457,"Chleb, żytni",food/bakery,Dobry,Piekarnia,100',
        "b,,Мляко,food/dairy,,,",
    )
    assert office.bring("products", file).counts == {
        "rows": 2, "new": 2, "updated": 0, "unchanged": 0,
    }  # fmt: skip
    assert office.bring("products", file).counts["unchanged"] == 2

    prices = office.file("Kod;Cena", "a;1,20", "b;0,00", "c;3,00", name="prices.csv")
    mapping = "decimals: comma\nfields: {sku: Kod, minimum_price_minor: Cena}"
    counts = office.bring("products", prices, mapping).counts
    assert (counts["new"], counts["updated"], counts["unchanged"]) == (1, 1, 1)
    query = "select sku, ean, name, category, brand, minimum_price_minor from product order by sku"
    assert office.all(query) == [
        ("a", "5901234123457", "Chleb, żytni", "food/bakery", "Dobry", 120),
        ("b", "", "Мляко", "food/dairy", "", 0),
        ("c", "", "", "", "", 300),
    ]
    assert office.bring("products", file).counts["updated"] == 1, "and back again"


def test_an_empty_cell_empties_what_was_there(office: Office) -> None:
    office.bring("products", office.file("sku,name,brand", "a,Bread,Dobry"))
    office.bring("products", office.file("sku,brand", "a,"))
    assert office.all("select name, brand from product") == [("Bread", "")]


def test_every_fault_of_products_is_told_and_nothing_put_in(office: Office) -> None:
    file = office.file(
        "sku,ean,minimum_price_minor",
        "a,5901234123457,",
        "b,5901234123458,",
        "c,5.9E+12,",
        "a,,",
        ",,1",
        "d,,-5",
    )
    assert office.faults("products", file) == [
        "3: ean: mistyped_ean",
        "4: ean: not_ean",
        "5: sku: sku_twice",
        "6: sku: missing",
        "7: minimum_price_minor: negative_amount",
    ]
    assert office.one("select count(*) from product") == 0


def test_tills_hear_of_it_once_and_only_when_something_changed(office: Office) -> None:
    file = office.file("sku,name", "a,Bread")
    with psycopg.connect(office.url, autocommit=True) as till:
        till.execute("listen regulars_products")
        office.bring("products", file, dry=True)
        assert office.one("select count(*) from product") == 0
        office.bring("products", file)
        office.bring("products", file)
        heard = [found.payload for found in till.notifies(timeout=0.5)]
    assert heard == [str(office.program_id)]


def test_marks_roles_taxes_and_costs_come_with_the_file(office: Office) -> None:
    file = office.file(
        "sku,labels,role,tax_bp,cost_minor",
        "tea,  bio   sale ,,2300,350",
        "parcel,,shipping,800,",
    )
    office.bring("products", file)
    query = "select sku, labels, role, tax_bp, cost_minor from product order by sku"
    assert office.all(query) == [
        ("parcel", [], "shipping", 800, None),
        ("tea", ["bio", "sale"], "", 2300, 350),
    ]
    office.bring("products", office.file("sku,labels,tax_bp", "tea,,"))
    assert office.all(query)[1] == ("tea", [], "", 2300, 350), "an empty text empties, a figure not"


def test_faults_of_marks_roles_and_taxes(office: Office) -> None:
    file = office.file(
        "sku,labels,role,tax_bp",
        f"a,{'x' * 65},,",
        "b,,Shipping,",
        "c,,,23%",
        "d,,,10001",
    )
    assert office.faults("products", file) == [
        "2: labels: bad_labels",
        "3: role: not_a_role",
        "4: tax_bp: not_integer",
        "5: tax_bp: not_a_rate",
    ]


def test_list_prices_are_kept_as_history_and_only_where_they_change(office: Office) -> None:
    file = office.file("sku,price_minor", "tea,1900", "hat,5000")
    assert office.bring("products", file, now=NOW - 86_400).counts["prices"] == 2
    assert "prices" not in office.bring("products", file).counts
    assert (
        office.bring("products", office.file("sku,price_minor", "tea,1700")).counts["prices"] == 1
    )
    history = "select sku, shop, price_minor from product_price order by sku, from_at"
    assert office.all(history) == [("hat", "", 5000), ("tea", "", 1900), ("tea", "", 1700)]
