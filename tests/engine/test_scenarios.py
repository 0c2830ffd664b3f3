"""Every kind of condition and effect does what the scenarios beside it say.

A scenario names the parameters of its kind (``condition`` or ``effect``) and a case:

    basket: [[sku, quantity, line total, category, brand, floor], ...]
    member: {tier, segments, attributes, purchases, windows}, or none
    tenders: how it was paid: [kind, amount, of what]
    others: effects of campaigns that come before it
    shop, time ("2026-03-02 16:30" in Warsaw), coupons, trigger, detail, collections

A condition then ``holds`` or not, with what is ``missing``. An effect ``gives`` a
``discount_minor``, ``lines`` (money off each), ``gifts``, ``vouchers``, ``messages`` (in English)
and assets by name: what is not named is not given. ``refused`` says that the parameters themselves
are an error.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from regulars import engine
from regulars.engine.case import Case
from regulars.engine.evaluate import evaluate
from regulars.engine.explain import explain, same
from regulars.engine.facts import Coupon, Facts, Member, Tender
from regulars.engine.kinds import Condition, Effect
from regulars.engine.program import Program
from regulars.engine.returns import totals
from regulars.engine.rules import CONDITIONS, EFFECTS
from tests.engine import cases

LANGUAGES = ("en", "pl", "bg")
KINDS: dict[str, tuple[str, type[Condition] | type[Effect]]] = {
    **{name: ("conditions", kind) for name, kind in CONDITIONS.items()},
    **{name: ("effects", kind) for name, kind in EFFECTS.items()},
}


class Plain(yaml.SafeLoader):
    """YAML 1.2 as program documents are read: ``on`` is a word, not true."""

    yaml_implicit_resolvers = {
        letter: [
            (tag, regexp) for tag, regexp in resolvers if letter in "tTfF" or "bool" not in tag
        ]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def scenarios(name: str) -> list[dict[str, Any]]:
    folder, _ = KINDS[name]
    path = Path(engine.__file__).parent / folder / f"{name}.yaml"
    return yaml.load(path.read_text(encoding="utf-8"), Plain) if path.exists() else []


SCENARIOS = [
    pytest.param(name, scenario, id=f"{name}: {scenario['name']}")
    for name in KINDS
    for scenario in scenarios(name)
]


@pytest.mark.parametrize(("name", "scenario"), SCENARIOS)
def test_scenario(name: str, scenario: dict[str, Any]) -> None:
    folder, _ = KINDS[name]
    word = folder.removesuffix("s")
    part = {"kind": name, **scenario[word]}
    if "refused" in scenario:
        with pytest.raises(ValidationError, match=scenario["refused"]):
            program_of(word, part, scenario)
        return
    program, facts = program_of(word, part, scenario), facts_of(scenario)
    check_words(program, facts)
    if word == "condition":
        check_condition(program, facts, scenario)
    else:
        check_effect(program, facts, scenario)


def program_of(word: str, part: dict[str, Any], scenario: dict[str, Any]) -> Program:
    campaign: dict[str, Any] = {
        "trigger": scenario.get("trigger", "purchase"),
        "members_only": False,
        "when" if word == "condition" else "then": [part],
    }
    others = [
        {"id": f"other{n}", "priority": 9, "trigger": campaign["trigger"], "then": [effect]}
        for n, effect in enumerate(scenario.get("others", []))
    ]
    return cases.program(campaign, *others, collections=scenario.get("collections", {}))


def facts_of(scenario: dict[str, Any]) -> Facts:
    member = scenario.get("member", {})
    coupons = scenario.get("coupons", [])
    named = {key: scenario[key] for key in ("shop", "time", "trigger", "detail") if key in scenario}
    return cases.facts(
        *scenario.get("basket", []),
        member=None if member in (None, "none") else Member("anna", **member),
        tenders=tuple(Tender(*tender) for tender in scenario.get("tenders", ())),
        coupons=[Coupon(**c) if isinstance(c, dict) else Coupon(str(c)) for c in coupons],
        **named,
    )


def check_condition(program: Program, facts: Facts, scenario: dict[str, Any]) -> None:
    condition = program.campaigns[0].campaign.when[0]
    unmet = condition.check(Case(program, facts))
    assert (unmet is None) == scenario["holds"], unmet
    if unmet is not None:
        assert unmet.figures == scenario.get("missing", unmet.figures)
    redeemed = [code for _, code in evaluate(program, facts).redeemed]
    assert redeemed == scenario.get("redeems", redeemed)
    assert bool(evaluate(program, facts).used) == scenario["holds"], "the index misses it"


def check_effect(program: Program, facts: Facts, scenario: dict[str, Any]) -> None:
    decision = evaluate(program, facts)
    off = [line.amount_minor - paid for line, paid in zip(facts.lines, decision.paid, strict=True)]
    given: dict[str, Any] = dict(totals(decision.awards))
    if decision.discount_minor:
        given["discount_minor"] = decision.discount_minor
    if "lines" in scenario["gives"]:
        given["lines"] = off
    if decision.gifts:
        given["gifts"] = {gift.sku: gift.quantity for gift in decision.gifts}
    if decision.messages:
        given["messages"] = [message.text["en"] for message in decision.messages]
    if decision.grants:
        given["vouchers"] = {grant.voucher: grant.count for grant in decision.grants}
    assert given == scenario["gives"]
    assert same(decision, evaluate(program, facts, full=True)), "the index misses it"


def check_words(program: Program, facts: Facts) -> None:
    decision = evaluate(program, facts)
    for language in LANGUAGES:
        for told in explain(program, facts, decision, language):
            for text in (told.rule, told.why):
                assert text
                assert text == text.strip(" ,")
                assert not set("{}|#") & set(text), text
                assert "  " not in text


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_three_scenarios(name: str) -> None:
    assert len(scenarios(name)) >= 3, f"write scenarios into {name}.yaml beside {name}.py"


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_speaks_three_languages(name: str) -> None:
    _, kind = KINDS[name]
    texts = [kind.sentence, *kind.clauses.values()]
    if issubclass(kind, Condition):
        texts.append(kind.unmet)
    for text in texts:
        assert set(text) == set(LANGUAGES), f"{name} says {text}"
        assert all(text.values())


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_named_as_its_file_and_says_what_it_is(name: str) -> None:
    _, kind = KINDS[name]
    assert kind.model_fields["kind"].default == name
    assert kind.__doc__
