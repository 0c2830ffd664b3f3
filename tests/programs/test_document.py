"""Errors in a document: all at once, each with its place and what to write instead."""

import re

import pytest

from regulars.kit.words import LANGUAGES, catalog
from regulars.programs.document import InvalidDocument, check, check_data, load, parse
from regulars.programs.schema import json_schema
from tests.corner import corner, words

from .conftest import SMALL


def told(text: str, severity: str = "error") -> dict[str, tuple[int | None, str, str]]:
    """Of each finding by its path: line, message, suggestion."""
    return {
        found.path: (found.line, found.message, found.suggestion)
        for found in check(text, "en").findings
        if found.severity == severity
    }


def with_effect(effect: str) -> str:
    return SMALL.replace("{kind: points_per_spend, per_minor: 100}", effect)


def test_a_good_document_is_clean() -> None:
    checked = check(SMALL)
    assert checked.findings == ()
    assert checked.document is not None
    assert checked.document.program == "corner"


def test_everything_wrong_is_told_at_once() -> None:
    text = """\
program: My Shop
name: {pl: Sklep, bg: Магазин, en: Shop}
currency: PLZ
timezone: Europe/Warsawa
assets:
  points: {name: {pl: a, bg: b, en: c}, pending_days: "14"}
  q: {spendable: false, name: {pl: a, bg: b, en: c}}
tiers: [gold]
vouchers:
  fiver: {name: {pl: a, bg: b, en: c}}
rewards:
  cup: {name: {pl: a, bg: b, en: c}, cost: {pionts: 5, q: 1}, voucher: fivr}
collection: {}
campaigns:
  - id: base
    name: {pl: a, bg: b, en: c}
    starts: 2026-05-01
    ends: 2026-04-01
    lane: mian
    when:
      - {kind: tier, one_of: [gald]}
      - kind: not
        condition: {kind: basket_totl}
    then:
      - {kind: points_per_spend, per_minorr: 100}
      - {kind: points_per_spend, per_minor: 12.50}
      - {kind: fixed_points, asset: pionts, points: 3, on: {collections: [dairy]}}
      - {kind: percent_off, percent: 10, per: lines}
  - id: base
    name: {pl: a, bg: b, en: c}
    exclusive: yes
    then: []
"""
    expected = {
        "program": (1, "write my-shop"),
        "currency": (3, 'did you mean "PLN"?'),
        "timezone": (4, 'did you mean "Europe/Warsaw"?'),
        "assets.points.pending_days": (6, "write 14 without quotes"),
        "rewards.cup.cost.pionts": (12, 'did you mean "points"?'),
        "rewards.cup.cost.q": (12, ""),
        "rewards.cup.voucher": (12, 'did you mean "fiver"?'),
        "collection": (13, 'did you mean "collections"?'),
        "campaigns[0].ends": (18, ""),
        "campaigns[0].lane": (19, 'did you mean "main"?'),
        "campaigns[0].when[0].one_of[0]": (21, 'did you mean "gold"?'),
        "campaigns[0].when[1].condition.kind": (23, 'did you mean "basket_total"?'),
        "campaigns[0].then[0].per_minorr": (25, 'did you mean "per_minor"?'),
        "campaigns[0].then[1].per_minor": (26, "amounts are in minor units: 12.5 is 1250"),
        "campaigns[0].then[2].asset": (27, 'did you mean "points"?'),
        "campaigns[0].then[2].on.collections[0]": (27, ""),
        "campaigns[0].then[3].per": (28, 'did you mean "line"?'),
        "campaigns[1].id": (29, ""),
        "campaigns[1].exclusive": (31, "write true"),
        "campaigns[1].then": (32, ""),
    }
    found = told(text)
    assert {path: (line, hint) for path, (line, _, hint) in found.items()} == expected


def test_a_parser_of_the_api_is_told_the_same() -> None:
    with pytest.raises(InvalidDocument) as caught:
        parse(SMALL.replace("PLN", "PLX"), "en")
    document = caught.value.document()
    assert document["status"] == 422
    assert document["findings"][0]["path"] == "currency"
    assert 'did you mean "PLN"?' in document["findings"][0]["suggestion"]


@pytest.mark.parametrize(
    ("effect", "path", "message"),
    [
        ("{per_minor: 100}", "campaigns[0].then[0]", '"kind" is missing'),
        ("{kind: points_per_spend}", "campaigns[0].then[0].per_minor", '"per_minor" is missing'),
        ("5", "campaigns[0].then[0]", 'fields belong here, not "5"'),
        (
            "{kind: points_per_spend, per_minor: 0}",
            "campaigns[0].then[0].per_minor",
            "must be more than 0",
        ),
        (
            "{kind: points_per_spend, per_minor: true}",
            "campaigns[0].then[0].per_minor",
            'a whole number belongs here, not "true"',
        ),
        (
            "{kind: points_per_spend, per_minor: 100, on: {products: [5901234]}}",
            "campaigns[0].then[0].on.products[0]",
            "a text belongs here, not 5901234",
        ),
    ],
)
def test_what_is_wrong_with_an_effect(effect: str, path: str, message: str) -> None:
    found = told(with_effect(effect))
    assert list(found) == [path]
    assert found[path][1] == message


def test_a_misspelt_field_is_not_missing_as_well() -> None:
    found = told(with_effect("{kind: points_per_spend, per_minnor: 100}"))
    assert list(found) == ["campaigns[0].then[0].per_minnor"]


def test_an_asset_left_to_its_default_must_be_there_too() -> None:
    found = told(SMALL.replace("  points:", "  stars:"))
    assert found["campaigns[0].then[0]"][1] == 'there is no asset "points" in this document'


def test_missing_translations_are_warnings() -> None:
    text = SMALL.replace("{pl: punkty, bg: точки, en: points}", "{pl: punkty, eng: points}")
    assert set(told(text, "warning")) == {"assets.points.name", "assets.points.name.eng"}
    assert check(text).document is not None
    nameless = SMALL.replace("    name: {pl: Podstawa, bg: Основа, en: Base}\n", "")
    assert told(nameless, "warning")["campaigns[0]"][1] == "it has no name for people"


def test_a_voucher_that_would_do_nothing_is_a_warning() -> None:
    text = SMALL + "vouchers:\n  five: {name: {pl: a, bg: b, en: c}}\n"
    assert "coupon_presented" in told(text, "warning")["vouchers.five"][2]


def test_data_without_lines_is_checked_alike() -> None:
    found = check_data({"program": "x", "currency": "PLN", "timezone": "Nowhere"})
    assert [finding.path for finding in found.errors] == ["timezone"]


def test_a_stored_document_is_read_back_the_same() -> None:
    document = parse(SMALL)
    assert load(document.stored()) == document
    assert load(document.stored()).digest() == document.digest()


def test_spacing_and_order_of_fields_do_not_change_the_digest() -> None:
    lines = SMALL.replace("program: corner\n", "") + "# the name comes last\nprogram: corner\n"
    assert parse(lines).digest() == parse(SMALL).digest()


def test_the_schema_knows_every_kind_with_its_description() -> None:
    schema = json_schema()
    then = schema["$defs"]["Campaign"]["properties"]["then"]["items"]
    reference = then["discriminator"]["mapping"]["points_per_spend"]
    kind = schema["$defs"][reference.rpartition("/")[2]]
    assert kind["description"].startswith("Points for every full amount spent")
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("file", ["regulars.programs words.toml", "regulars.programs doubts.toml",
                                  "regulars.programs hints.toml", "regulars.programs changes.toml",
                                  "regulars.cli words.toml"])  # fmt: skip
def test_every_sentence_is_there_in_every_language_with_the_same_figures(file: str) -> None:
    for code, texts in catalog(*file.split()).items():
        assert set(texts) == set(LANGUAGES), code
        figures = {tuple(sorted(re.findall(r"{(\w+)}", text))) for text in texts.values()}
        assert len(figures) == 1, code


def test_an_article_is_one_gift_card_and_a_reward_ends_after_it_starts() -> None:
    cards = {name: {"name": words(name), "skus": ["GC"]} for name in ("one", "other")}
    late = {"name": words("Mug"), "cost": {"points": 1}, "starts": "2026-05-02"}
    rewards = {"mug": {**late, "ends": "2026-05-01"}}
    found = told(corner(gift_cards=cards, rewards=rewards))
    assert set(found) == {"gift_cards.other.skus[0]", "rewards.mug.ends"}, found
