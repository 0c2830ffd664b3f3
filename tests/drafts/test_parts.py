"""The parts of the builder: forms for every kind, texts kept, two people brought together."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from regulars.drafts.fields import Form, _defs, kind_name, label_of
from regulars.drafts.merge import merged
from regulars.drafts.patterns import patterns, put_in
from regulars.drafts.texts import rewritten
from regulars.engine.rules import CONDITIONS, EFFECTS, Campaign
from regulars.kit.words import LANGUAGES, catalog
from regulars.programs.document import check
from regulars.programs.source import Source
from tests.corner import corner

SHOP = Source(corner()).data
FORM = Form("Campaign", "en", "PLN", {})


def posted(fields: Iterator[Any]) -> QueryDict:
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
        elif field.widget not in ("fold", "texts", "group", "row"):
            post[field.path] = str(field.value)
    return post


def through_the_form(campaign: dict[str, Any]) -> dict[str, Any]:
    shown = FORM.fields(campaign, {}).values()
    return FORM.read(posted(one for top in shown for one in top.all()))


@pytest.mark.parametrize("kind", [*CONDITIONS, *EFFECTS])
def test_every_kind_and_field_has_a_name_in_every_language(kind: str) -> None:
    model = {**CONDITIONS, **EFFECTS}[kind]
    assert kind_name(kind, "en") != kind.replace("_", " "), f"name {kind} in kinds.toml"
    for language in LANGUAGES:
        for name, field in _defs()[model.__name__]["properties"].items():
            if name == "kind":
                continue
            label = label_of(name, language, model.__name__)
            assert label != name, f"name {model.__name__}.{name} in fields.toml"
            for choice in field.get("enum", ()):
                assert str(choice) in catalog("regulars.drafts", "choices.toml"), choice


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


names = st.sampled_from(["a", "b", "c"])
values = st.integers(0, 2)
documents = st.dictionaries(names, values | st.dictionaries(names, values, max_size=2), max_size=3)
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8)


items = st.lists(
    st.fixed_dictionaries({"id": names, "x": texts}), max_size=3, unique_by=lambda item: item["id"]
)
tops = st.dictionaries(names, texts | st.integers(-5, 99) | st.booleans(), min_size=1)


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
