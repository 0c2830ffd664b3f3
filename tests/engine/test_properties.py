"""What holds for every program and every basket, whatever the kinds in it.

``EXAMPLES=10000 pytest tests/engine/test_properties.py`` tries harder.
"""

import os
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from regulars.engine.decision import Decision
from regulars.engine.evaluate import evaluate
from regulars.engine.explain import same
from regulars.engine.facts import Facts, Line
from regulars.engine.program import Program, compile_rules
from regulars.engine.returns import keep, reevaluate, totals
from regulars.engine.rules import CONDITIONS, EFFECTS
from regulars.kit.money import allocate
from tests.engine import strategies as ours
from tests.engine.cases import amount, facts, percent, program
from tests.engine.laws import LAWS
from tests.lengths import length, tried

EXAMPLES = int(os.environ.get("EXAMPLES", length(80, 3_000)))
thorough = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
Judged = tuple[Program, Facts]
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)


@given(st.integers(-(10**9), 10**9), weights)
def test_sharing_conserves_every_cent_and_is_fair_to_one(total: int, shares: list[int]) -> None:
    parts = allocate(total, shares)
    if not any(shares):
        assert parts == [0] * len(shares)
        return
    assert sum(parts) == total
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - Fraction(total * share, sum(shares))) < 1


@pytest.mark.parametrize("name", [*CONDITIONS, *EFFECTS])
def test_every_kind_takes_part(name: str) -> None:
    kind = (CONDITIONS | EFFECTS)[name]

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(ours.of_kind(kind))
    def built(part: dict[str, Any]) -> None:
        assert part["kind"] == name

    built()


@thorough
@given(ours.judged())
def test_every_law_holds_whatever_is_judged(case: Judged) -> None:
    for law in LAWS:
        law(*case)
    tried(random_programs_and_baskets_judged=1)


@thorough
@given(ours.judged(), st.data())
def test_many_small_returns_end_where_one_does(case: Judged, data: st.DataObject) -> None:
    rules, asked = case
    returned = {i: data.draw(st.integers(0, line.quantity)) for i, line in enumerate(asked.lines)}
    steps = data.draw(
        st.permutations([i for i, units in returned.items() for _ in range(min(units, 2))])
    )
    before, refunds, gone = evaluate(rules, asked), 0, dict.fromkeys(returned, 0)
    first = before
    for line in steps:
        last = gone[line] + 1 < min(returned[line], 2)
        gone[line] = gone[line] + 1 if last else returned[line]
        after = reevaluate(rules, asked, gone)
        refunds += before.paid_minor - after.paid_minor
        before = after
    assert same(before, reevaluate(rules, asked, returned))
    off = [0] * len(asked.lines)
    for discount in before.discounts:
        off[discount.line] += discount.amount_minor
    for i, (line, paid) in enumerate(zip(asked.lines, before.paid, strict=True)):
        assert paid == keep(line, line.quantity - returned[i]).amount_minor - off[i]
    assert refunds == first.paid_minor - before.paid_minor


@given(ours.lines(), st.data())
def test_a_line_kept_in_steps_costs_what_it_does_at_once(line: Line, data: st.DataObject) -> None:
    some = data.draw(st.integers(1, line.quantity))
    fewer = data.draw(st.integers(0, some))
    assert keep(keep(line, some), fewer).amount_minor == keep(line, fewer).amount_minor


BASKET_WIDE = st.builds(amount, ours.numbers) | st.builds(
    lambda number, cap: percent(number, **cap),
    st.integers(1, 100),
    st.just({}) | st.builds(lambda most: {"max_minor": most}, ours.numbers),
)


@thorough
@given(st.lists(BASKET_WIDE, min_size=1, max_size=2), st.lists(ours.lines(floors=False)), st.data())
def test_the_order_of_lines_never_changes_the_total(
    effects: list[Any], lines: list[Line], data: st.DataObject
) -> None:
    shop = program({"then": effects[:1]})
    basket = facts()
    shuffled = data.draw(st.permutations(lines))
    one = evaluate(shop, replace(basket, lines=tuple(lines)))
    other = evaluate(shop, replace(basket, lines=tuple(shuffled)))
    assert one.paid_minor == other.paid_minor


def value(rules: Program, decision: Decision) -> int:
    """What a decision is worth to the member: money off and points at their worth."""
    assets = rules.assets
    return decision.discount_minor + sum(
        number * assets[asset].worth_minor
        for asset, number in totals(decision.awards).items()
        if asset in assets
    )


@thorough
@given(ours.judged(exclusive=False, lane="a"))
def test_best_is_best(case: Judged) -> None:
    """By brute force: every campaign alone. How a basket is paid is known after its prices, so what
    asks for a way of paying is compared as if it was paid so (`docs/policies.md`) and stays out."""
    rules, asked = case
    assume(
        not any(getattr(effect, "tenders", ()) for c in rules.rules.campaigns for effect in c.then)
    )
    lane = rules.rules.lanes[0].model_copy(update={"combine": "best"})

    def judge(campaigns: Any) -> int:
        changed = rules.rules.model_copy(update={"lanes": (lane,), "campaigns": tuple(campaigns)})
        return value(rules, evaluate(compile_rules(changed), asked))

    every = rules.rules.campaigns
    assert judge(every) == max(judge([campaign]) for campaign in every)
    assert judge(every) >= judge(every[:-1]), "one more campaign made it worse"
