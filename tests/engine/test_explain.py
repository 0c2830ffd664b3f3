"""Words: every campaign says in three languages what it is and why it did or did not apply."""

import pytest

from regulars.engine.evaluate import evaluate
from regulars.engine.explain import explain, reason, same, sentence
from regulars.engine.facts import Facts
from regulars.engine.program import Program
from regulars.kit.money import digits_of, format_minor
from tests.engine.cases import facts, over, percent, points, program

DAIRY = {"categories": ["food/dairy"]}
NAMED = {
    "vouchers": {"welcome": {"name": {"pl": "Na powitanie", "bg": "За добре дошли"}}},
    "assets": {"hearts": {"name": {"pl": "serduszko|serduszka|serduszek", "bg": "сърце|сърца"}}},
}


def says(shop: Program, basket: Facts, language: str) -> str:
    return explain(shop, basket, evaluate(shop, basket), language)[0].why


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "10% off (category food/dairy), if the basket comes to at least 50.00 PLN"),
        (
            "pl",
            "10% rabatu (kategoria food/dairy), pod warunkiem: koszyk wynosi co najmniej 50,00 PLN",
        ),
        ("bg", "10% отстъпка (категория food/dairy), при условие: кошницата е поне 50,00 PLN"),
    ],
)
def test_a_campaign_in_a_sentence(language: str, said: str) -> None:
    shop = program({"when": [over(5000)], "then": [percent(10, on=DAIRY)]})
    assert sentence(shop, "c0", language) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "12.40 PLN more is needed"),
        ("pl", "brakuje 12,40 PLN"),
        ("bg", "не достигат 12,40 PLN"),
    ],
)
def test_what_is_missing(language: str, said: str) -> None:
    assert says(program({"when": [over(5000)]}), facts(["juice", 1, 3760]), language) == said


@pytest.mark.parametrize(
    ("number", "pl", "bg"),
    [
        (1, "1 serduszko", "1 сърце"),
        (3, "3 serduszka", "3 сърца"),
        (5, "5 serduszek", "5 сърца"),
        (12, "12 serduszek", "12 сърца"),
        (22, "22 serduszka", "22 сърца"),
    ],
)
def test_an_asset_by_its_own_name_in_the_right_number(number: int, pl: str, bg: str) -> None:
    shop = program({"then": [points(number, asset="hearts")]}, **NAMED)
    assert says(shop, facts(), "pl") == f"zadziałała: {pl}"
    assert says(shop, facts(), "bg") == f"приложена: {bg}"


@pytest.mark.parametrize(
    ("units", "pl"), [(1, "brakuje 1 sztuki"), (2, "brakuje 2 sztuk"), (5, "brakuje 5 sztuk")]
)
def test_polish_says_missing_pieces_in_the_genitive(units: int, pl: str) -> None:
    shop = program({"when": [{"kind": "basket_quantity", "at_least": units}]})
    assert says(shop, facts(), "pl") == pl


def test_the_most_of_a_campaign_is_said() -> None:
    shop = program({"max_minor": 500, "then": [percent(10)]})
    assert sentence(shop, "c0", "en") == "10% off, at most 5.00 PLN in all"


def test_a_voucher_by_its_name() -> None:
    shop = program({"then": [{"kind": "issue_voucher", "voucher": "welcome"}]}, **NAMED)
    assert sentence(shop, "c0", "pl") == "1 bon (Na powitanie) na później"
    assert says(shop, facts(), "bg") == "приложена: ваучер За добре дошли"


def test_each_way_that_was_open_is_named() -> None:
    way = {"kind": "any", "of": [{"kind": "tier", "one_of": ["gold"]}, over(500)]}
    shop = program({"when": [way]})
    said = says(shop, facts(["juice", 1, 100]), "en")
    assert said == "one of these is needed: only for the tier gold or 4.00 PLN more is needed"


def test_a_long_list_of_products_is_cut_short() -> None:
    many = {"products": [f"p{n}" for n in range(100)]}
    shop = program({"then": [percent(10, on=many)]})
    assert sentence(shop, "c0", "en") == "10% off (product p0, p1, p2 and 97 more)"


def test_the_stored_reason_is_told_where_there_is_one() -> None:
    """A limit that was open then may be used up now; the story of the purchase does not change."""
    shop = program({"limits": {"total": 1}})
    decision = evaluate(shop, facts(left={"c0/total": 1}))
    assert explain(shop, facts(left={"c0/total": 0}), decision, "en")[0].applied


def test_a_reason_alone_can_be_worded() -> None:
    shop = program({"name": {"pl": "Poranek"}}, {"exclusive": True, "name": {"pl": "Wyprzedaż"}})
    found = evaluate(shop, facts()).trace[0]
    assert reason(shop, found, "pl") == "wyklucza ją Wyprzedaż"


def test_decisions_are_the_same_whatever_they_say() -> None:
    shop = program({"when": [{"kind": "shop", "one_of": ["wola"]}]})
    short, full = evaluate(shop, facts()), evaluate(shop, facts(), full=True)
    assert short != full
    assert same(short, full)
    assert not same(short, evaluate(shop, facts(shop="wola")))


def test_currencies_have_their_own_digits() -> None:
    assert format_minor(1240, "JPY", digits_of("JPY")) == "1240 JPY"
    assert format_minor(-5, "BGN") == "-0.05 BGN"
    assert format_minor(1240, "KWD", digits_of("KWD")) == "1.240 KWD"
