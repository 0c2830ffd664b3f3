"""The difference between two documents, as a person would say it."""

from regulars.programs.diff import diff
from regulars.programs.document import parse

from .conftest import SMALL

THREE = """\
program: corner
currency: PLN
timezone: Europe/Warsaw
assets:
  points: {pending_days: 14}
  stamps: {}
collections:
  drinks: {categories: [drinks]}
lanes: [{id: offers}, {id: points}]
campaigns:
  - id: base
    lane: points
    then: [{kind: points_per_spend, per_minor: 100}]
  - id: second-pair
    priority: 10
    when: [{kind: basket_total, at_least_minor: 5000}]
    then: [{kind: nth_unit_price, price_minor: 1}, {kind: fixed_points, points: 5}]
  - id: welcome
    lane: points
    then: [{kind: fixed_points, points: 100}]
"""


def said(before: str, after: str, language: str = "en") -> list[str]:
    return [change.words(language) for change in diff(parse(before), parse(after))]


def test_nothing_changes_between_a_document_and_itself() -> None:
    assert said(THREE, THREE + "# a remark\n") == []


def test_fields_of_named_things() -> None:
    after = (
        THREE.replace("priority: 10", "priority: 20")
        .replace("pending_days: 14", "pending_days: 7")
        .replace("per_minor: 100", "per_minor: 200")
        .replace("price_minor: 1}", "price_minor: 1, max_sets: 2}")
        .replace("at_least_minor: 5000", "at_least_minor: 6000")
    )
    assert said(THREE, after) == [
        "asset points: pending_days 14 -> 7",
        "campaign base: then points_per_spend.per_minor 100 -> 200",
        "campaign second-pair: priority 10 -> 20",
        "campaign second-pair: when basket_total.at_least_minor 5000 -> 6000",
        "campaign second-pair: then[0] nth_unit_price.max_sets - -> 2",
    ]


def test_added_and_removed() -> None:
    after = THREE.replace("  stamps: {}", "  tickets: {}").replace("id: welcome", "id: hello")
    assert said(THREE, after) == [
        "asset stamps removed",
        "asset tickets added",
        "campaign welcome removed",
        "campaign hello added",
    ]


def test_another_effect_in_the_place_of_one() -> None:
    after = THREE.replace("{kind: fixed_points, points: 100}", "{kind: percent_off, percent: 5}")
    assert said(THREE, after) == [
        "campaign welcome: then [fixed_points (asset: points, points: 100, per: purchase)]"
        " -> [percent_off (percent: 5, per: line, pick: cheapest)]"
    ]


def test_only_what_moved_is_said_to_have_moved() -> None:
    head, _, last = THREE.rpartition("  - id: welcome")
    base = head.index("  - id: base")
    after = head[:base] + "  - id: welcome" + last + head[base:]
    assert said(THREE, after) == ["campaign welcome moved to another place in the order"]


def test_of_the_program_itself_and_in_other_languages() -> None:
    after = SMALL.replace("Europe/Warsaw", "Europe/Sofia").replace("en: Base", "en: Basis")
    assert said(SMALL, after, "pl") == [
        "timezone Europe/Warsaw -> Europe/Sofia",
        "kampania base: name.en Base -> Basis",
    ]


def test_a_first_document_adds_everything() -> None:
    assert [change.words() for change in diff(None, parse(SMALL))] == [
        "asset points added",
        "lane main added",
        "campaign base added",
    ]
