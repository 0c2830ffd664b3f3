"""The parts of the builder: forms for every kind, texts kept, two people brought together."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.drafts.build import judged, moved
from regulars.drafts.errors import at_fields
from regulars.drafts.fields import Field, Form
from regulars.drafts.merge import merged
from regulars.drafts.nodes import definitions, kind_name, label_of, plain, schema
from regulars.drafts.parts import add_part, place_in, sections
from regulars.drafts.patterns import patterns, put_in
from regulars.drafts.renaming import renamed
from regulars.drafts.texts import rewritten
from regulars.engine.rules import CONDITIONS, EFFECTS, Campaign
from regulars.kit.words import LANGUAGES, catalog
from regulars.programs.document import check, parse
from regulars.programs.source import Source
from tests.corner import corner

SHOP = Source(corner()).data
FORM = Form(definitions()["Campaign"], "Campaign", "en", "PLN", {})
NAMED = {"Document": schema(), **definitions()}


def posted(fields: Iterator[Field]) -> QueryDict:
    """What a browser sends of a form."""
    post = QueryDict(mutable=True)
    for field in fields:
        if field.widget == "checks":
            post.setlist(field.path, field.value)
        elif field.widget in ("kinds", "rows"):
            post[f"{field.path}#"] = str(len(field.inner))
        elif field.widget == "kind":
            post[f"{field.path}.kind"] = field.value
        elif field.widget == "check":
            if field.value:
                post[field.path] = "on"
        elif field.widget == "maybe":
            post[field.path] = "" if field.value is None else str(field.value).lower()
        elif field.widget == "switch":
            if field.is_set:
                post[f"{field.path}?"] = "on"
        elif field.widget not in ("fold", "texts", "group", "row"):
            post[field.path] = str(field.value)
    return post


def through_the_form(data: dict[str, Any], form: Form = FORM) -> dict[str, Any]:
    shown = form.fields(data, {}).values()
    return form.read(posted(one for top in shown for one in top.all()))


def everything() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every part of every example, where it stands."""
    for file in sorted(Path("examples").glob("*.yaml")):
        data = Source(file.read_text("utf-8")).data
        for section in sections().values():
            for name in data.get(section.id, {}) if section.many else [""]:
                yield section.id, name, data


@pytest.mark.parametrize(("section", "name", "data"), list(everything()))
def test_every_part_comes_through_its_form(section: str, name: str, data: dict[str, Any]) -> None:
    place = place_in(section, name)
    part = place.get(data)
    assert part is not None
    form = Form(place.node, place.of, "pl", data["currency"], {})
    whole = place.put(data, through_the_form(part, form))
    assert parse(json.dumps(whole)).digest() == parse(json.dumps(data)).digest()


@pytest.mark.parametrize("section", [one.id for one in sections().values() if one.many])
def test_what_is_added_is_nearly_right(section: str) -> None:
    whole, name = add_part(SHOP, section, "Zażółć 1", "pl")
    again, other = add_part(whole, section, "Zażółć 1", "pl")
    assert (name, other) == ("zazolc-1", "zazolc-1-2")
    errors = check(json.dumps(again), "en").errors
    wanted = {"consents": {"text"}, "gift_cards": set(), "households": set()}.get(section, set())
    assert {error.path.rpartition(".")[2] for error in errors} == wanted, errors


def test_what_is_switched_off_is_gone_and_switched_on_means_something_empty() -> None:
    place = place_in("referrals")
    form = Form(place.node, place.of, "en", "PLN", {})
    assert through_the_form({"referrals": {}}, form) == {"referrals": {}}
    assert form.read(QueryDict("referrals.return_days=3")) == {}
    assert place.put({"program": "x", "referrals": {}}, {}) == {"program": "x"}


def test_what_tiers_want_is_money_where_they_go_by_spending() -> None:
    place = place_in("tiers")
    form = Form(place.node, place.of, "en", "PLN", {})
    tiering = {"by": "spend", "at_least": {"gold": 50_000}, "period": {"months": 12}}
    data = {"tiers": ["gold"], "tiering": tiering}
    shown = {one.path: one for top in form.fields(data, {}).values() for one in top.all()}
    assert shown["tiering.at_least.0.value"].value == "500.00"
    assert through_the_form(data, form) == data
    points = {**data, "tiering": {**tiering, "by": "points"}}
    assert through_the_form(points, form) == points


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Give at least one of “At least”, “Below”"),
        ("pl", "Podaj co najmniej jedno z: „Co najmniej”, „Poniżej”"),
        ("bg", "Посочете поне едно от „Поне“, „Под“"),
    ],
)
def test_what_a_kind_finds_in_its_fields_is_said_at_the_form_in_three_languages(
    language: str, said: str
) -> None:
    campaign = {"id": "x", "when": [{"kind": "member_age"}],
                "then": [{"kind": "percent_off", "percent": 5}]}  # fmt: skip
    findings = check(json.dumps({**SHOP, "campaigns": [campaign]}), language).errors
    found = at_fields([("when[0]", findings[0])], campaign, language)
    assert found == {"when.0": ([said], [])}


def test_every_broken_rule_has_its_words() -> None:
    words = catalog("regulars.programs", "rules.toml")
    used = {code for file in Path("regulars/engine").rglob("*.py")
            for code in re.findall(r'broken\(\s*"(\w+)"', file.read_text("utf-8"))}  # fmt: skip
    assert {f"fault.rule_{code}" for code in used} == set(words)
    assert all(set(texts) == set(LANGUAGES) for texts in words.values())


def test_a_campaign_moves_past_its_neighbour_in_its_lane_only() -> None:
    lanes = [{"id": "a"}, {"id": "b"}]
    campaigns = [{"id": "one"}, {"id": "two", "lane": "b"}, {"id": "three", "priority": 7},
                 {"id": "four"}]  # fmt: skip
    data = {"lanes": lanes, "campaigns": campaigns}

    def order(data: dict[str, Any]) -> list[str]:
        return [one["id"] for one in judged(data)]

    assert order(data) == ["three", "one", "four", "two"]
    assert order(moved(data, "four", up=True)) == ["three", "four", "one", "two"]
    assert order(moved(data, "one", up=True)) == ["one", "three", "four", "two"]
    assert order(moved(data, "three", up=False)) == ["one", "three", "four", "two"]
    assert moved(data, "four", up=False) == data, "its lane ends there"
    assert moved(data, "three", up=True) == data
    assert moved(data, "nobody", up=True) == data


@pytest.mark.parametrize("kind", [*CONDITIONS, *EFFECTS])
def test_every_kind_has_a_name(kind: str) -> None:
    assert kind_name(kind, "en") != kind.replace("_", " "), f"name {kind} in kinds.toml"


@pytest.mark.parametrize("model", list(NAMED))
def test_every_field_of_a_document_has_a_name_in_every_language(model: str) -> None:
    of = model.rpartition("__")[2]
    choices = catalog("regulars.drafts", "choices.toml")
    for name, field in NAMED[model].get("properties", {}).items():
        if name == "kind":
            continue
        for language in LANGUAGES:
            assert label_of(name, language, of) != name, f"name {of}.{name} in fields.toml"
        for choice in plain(field)[0].get("enum", ()):
            assert {str(choice), f"{name}.{choice}"} & set(choices), f"name {choice} in choices"


@pytest.mark.parametrize("pattern", list(patterns()))
def test_a_pattern_is_a_right_document_and_comes_through_the_form(pattern: str) -> None:
    whole, name = put_in(SHOP, patterns()[pattern])
    text = rewritten(corner(), whole)
    assert check(text).errors == ()
    again, other = put_in(whole, patterns()[pattern])
    assert other != name
    assert check(rewritten(text, again)).errors == ()
    for campaign in whole["campaigns"]:
        same = Campaign.model_validate(through_the_form(campaign))
        assert same == Campaign.model_validate(campaign)


def test_nested_conditions_come_through_the_form() -> None:
    when = [
        {"kind": "any", "of": [
            {"kind": "all", "of": [
                {"kind": "basket_total", "at_least_minor": 2_050, "of": {"brands": ["A", "B"]}},
                {"kind": "weekday_and_hours", "days": ["mon", "sun"], "from": "08:00"},
            ]},
            {"kind": "not", "condition": {"kind": "tier", "one_of": ["gold"]}},
        ]},
    ]  # fmt: skip
    then = [
        {"kind": "tiered_percent", "steps": [{"percent": 5}, {"from_minor": 900, "percent": 7.5}]},
        {"kind": "member_price", "prices": {"tea": 450, "jam": 1_200}},
    ]  # fmt: skip
    campaign = {
        "id": "x", "name": {"pl": "Iks"}, "when": when, "then": then, "starts": "2026-05-01",
        "limits": {"per_member": 2, "budget_minor": 100_000}, "caps": {"points": {"per_day": 9}},
    }  # fmt: skip
    assert through_the_form(campaign) == campaign


def test_what_cannot_be_read_stays_as_typed() -> None:
    post = posted(one for top in FORM.fields(
        {"id": "x", "then": [{"kind": "set_price", "price_minor": 100}]}, {}
    ).values() for one in top.all())  # fmt: skip
    post["then.0.price_minor"] = "a lot"
    assert FORM.read(post)["then"][0]["price_minor"] == "a lot"
    for text, minor in {"12": 1_200, "12,5": 1_250, "1 000.01": 100_001, "0": 0}.items():
        post["then.0.price_minor"] = text
        assert FORM.read(post)["then"][0]["price_minor"] == minor


def test_comments_stay_where_nothing_changes() -> None:
    source = """\
# what the shop is
program: tea   # a name
currency: PLN
timezone: Europe/Warsaw
campaigns:
  # the first
  - id: one
    then: [{kind: percent_off, percent: 5}]

  # the second
  - id: two   # dear
    then: [{kind: percent_off, percent: 6}]
"""
    wanted = Source(source).data
    wanted["campaigns"][0]["paused"] = True
    wanted["campaigns"].append({"id": "three", "then": [{"kind": "percent_off", "percent": 1}]})
    text = rewritten(source, wanted)
    for kept in ("# what the shop is", "# a name", "# the first", "# the second", "# dear"):
        assert kept in text, text
    assert Source(text).data == wanted


def test_comments_move_with_what_they_stand_above() -> None:
    source = """\
program: tea
campaigns:
  # the first
  - id: one
    then: []   # nothing

  # the second
  - id: two
    then: []
vouchers: {}
"""
    wanted = Source(source).data
    wanted["campaigns"].reverse()
    wanted["campaigns"][0]["priority"] = 3
    text = rewritten(source, wanted)
    assert Source(text).data == wanted
    assert text.index("# the second") < text.index("id: two") < text.index("# the first")
    assert "# nothing" in text


names = st.sampled_from(["a", "b", "c"])
values = st.integers(0, 2)
documents = st.dictionaries(names, values | st.dictionaries(names, values, max_size=2), max_size=3)
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)


items = st.lists(
    st.fixed_dictionaries({"id": names, "x": texts}), max_size=3, unique_by=lambda item: item["id"]
)
tops = st.dictionaries(names, texts | st.integers(-5, 99) | st.booleans(), min_size=1)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tops, items, items)
def test_a_text_always_says_what_was_wanted(top: Any, before: Any, after: Any) -> None:
    source = rewritten("x: 1\n", {**top, "campaigns": before})
    wanted = {**top, "campaigns": after}
    assert Source(rewritten(source, wanted)).data == wanted


@given(documents, documents, documents)
def test_merging_loses_nothing_that_one_side_alone_changed(
    base: Any, mine: Any, theirs: Any
) -> None:
    assert merged(base, mine, base) == (mine, [])
    assert merged(base, base, theirs) == (theirs, [])
    whole, clashes = merged(base, mine, theirs)
    if not clashes:
        assert merged(base, theirs, mine) == (whole, [])


@pytest.mark.parametrize(("section", "name", "data"), [one for one in everything() if one[1]])
def test_a_part_is_renamed_with_everything_that_names_it_and_back(
    section: str, name: str, data: dict[str, Any]
) -> None:
    def wrong(found: dict[str, Any]) -> list[str]:
        return sorted(one.code for one in check(json.dumps(found), "en").findings)

    changed = renamed(data, section, name, "another-name")
    assert name not in changed[section]
    assert wrong(changed) == wrong(data)
    back = renamed(changed, section, "another-name", name)
    assert wrong(back) == wrong(data)
    assert list(back[section]) == list(data[section]), "in their order"
    assert renamed(back, section, name, "another-name") == changed


def test_what_is_left_to_a_usual_name_is_said_once_that_is_another() -> None:
    data = {
        "program": "p", "currency": "PLN", "timezone": "Europe/Warsaw",
        "assets": {"points": {}},
        "campaigns": [{"id": "base", "then": [{"kind": "points_per_spend", "per_minor": 100}]}],
        "households": {"family": {"pool": {}}},
        "causes": {"tree": {"name": {"en": "Trees"}}},
    }  # fmt: skip
    changed = renamed(data, "assets", "points", "miles")
    assert changed["campaigns"][0]["then"][0]["asset"] == "miles"
    assert changed["households"]["family"]["pool"]["assets"] == ["miles"]
    assert changed["causes"]["tree"]["asset"] == "miles"
