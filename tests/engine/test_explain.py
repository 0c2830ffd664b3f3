"""Words: every campaign says in three languages what it is and why it did or did not apply."""

import re
from typing import Any

import pytest

from regulars.engine.evaluate import evaluate
from regulars.engine.explain import explain, reason, same, sentence
from regulars.engine.facts import Facts
from regulars.engine.program import Program
from regulars.engine.rules import CONDITIONS
from regulars.kit.money import digits_of, format_minor
from regulars.kit.words import catalog
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


VOICES = [
    ("member", "en", "spend 12.40 PLN more"),
    ("member", "pl", "brakuje Ci 12,40 PLN"),
    ("member", "bg", "не Ви достигат 12,40 PLN"),
    ("cashier", "en", "12.40 PLN more is needed"),
    ("cashier", "pl", "brakuje 12,40 PLN"),
    ("cashier", "bg", "не достигат 12,40 PLN"),
    ("developer", "en", "condition 1 (basket_total) does not hold: missing_minor=1240"),
    ("developer", "pl", "warunek 1 (basket_total) nie jest spełniony: missing_minor=1240"),
    ("developer", "bg", "условие 1 (basket_total) не е изпълнено: missing_minor=1240"),
]


@pytest.mark.parametrize(("audience", "language", "said"), VOICES)
def test_a_reason_in_three_voices(audience: Any, language: str, said: str) -> None:
    shop, basket = program({"when": [over(5000)]}), facts(["juice", 1, 3760])
    (told,) = explain(shop, basket, evaluate(shop, basket), language, audience)
    assert told.why == said


def test_members_hear_nothing_of_budgets_and_developers_of_ids() -> None:
    named = {"name": {"en": "Morning", "pl": "Poranek"}}
    shop = program(
        {**named, "limits": {"budget_minor": 5}, "then": [percent(10)]},
        {"lane": "b", "exclusive": True, **named}, {"lane": "b"},
        lanes=[{"id": "a"}, {"id": "b"}],
    )  # fmt: skip
    basket = facts(["tea", 1, 1000], left={"c0/budget_minor": 5})

    def said(audience: Any, language: str = "en") -> list[str]:
        told = explain(shop, basket, evaluate(shop, basket), language, audience)
        return [one.why for one in told]

    assert said("member") == [
        "all of it has been given out", "you get: 1 point", "cannot be combined with Morning",
    ]  # fmt: skip
    assert said("member", "pl")[2] == "nie łączy się z: Poranek"
    assert said("developer") == [
        "limits.budget_minor would be passed: left=5", "applied: points=1",
        "c1 is exclusive and applied in lane b",
    ]  # fmt: skip


def test_the_texts_for_each_voice_exist_in_three_languages_with_the_same_places() -> None:
    places = re.compile(r"\{\w+\}")
    for name, texts in catalog("regulars.engine", "voices.toml").items():
        assert set(texts) == {"en", "pl", "bg"}, name
        assert len({tuple(sorted(places.findall(text))) for text in texts.values()}) == 1, name
    for kind in CONDITIONS.values():
        assert set(kind.unmet_member) in (set(), {"en", "pl", "bg"})


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (
            {"kind": "points_per_spend", "per_minor": 100},
            "1 point for every 1.00 PLN spent on everything except category fuel",
        ),
        (percent(5), "5% off (everything except category fuel)"),
    ],
)
def test_everything_but_some_is_said_so(effect: dict[str, Any], said: str) -> None:
    shop = program({"then": [{**effect, "on": {"exclude": {"categories": ["fuel"]}}}]})
    assert sentence(shop, "c0", "en") == said


def test_values_of_a_field_are_listed() -> None:
    stars = {"kind": "activity_field", "field": "stars", "at_least": 1, "at_most": 5}
    student = {"kind": "member_attribute", "attribute": "student", "one_of": [True]}
    shop = program({"when": [stars]}, {"when": [student]})
    assert sentence(shop, "c0", "en") == "1 point, if the activity's stars: at least 1, at most 5"
    assert sentence(shop, "c1", "pl") == ("1 punkt, pod warunkiem: cecha uczestnika „student”: tak")
