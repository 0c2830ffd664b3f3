"""Progress is a sum: no order matters, and what is taken off leaves nothing behind."""

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from regulars.engine.case import Case
from regulars.engine.mechanics import Challenge, Goal, Rung, Streak
from regulars.engine.progress import (
    Progress,
    Run,
    add,
    climbed,
    difference,
    done,
    period_of,
    rounds,
    running,
    runs,
    span,
    tally,
)
from regulars.engine.returns import keep
from regulars.kit.periods import day_number
from tests.engine import cases

DOCUMENT: dict[str, Any] = {
    "challenges": {
        "buy": {"times": 3, "goals": [
            {"id": "tea", "count": "units", "at_least": 4, "on": {"products": ["tea"]}},
            {"id": "shops", "count": "shops", "at_least": 2}]},
        "spend": {"every": "month", "goals": [
            {"id": "all", "count": "spend", "at_least": 500, "least_minor": 100}]},
    },
    "streaks": {"days": {"each": "day", "on": {"products": ["tea"]}}},
}  # fmt: skip
baskets = st.lists(
    st.tuples(st.sampled_from(["tea", "milk"]), st.integers(1, 4), st.integers(0, 900)),
    min_size=1, max_size=3,
)  # fmt: skip
purchases = st.lists(
    st.tuples(baskets, st.sampled_from(["north", "south", "east"]), st.integers(1, 60)), max_size=8
)


def case(basket: list[Any], shop: str, days: int) -> Case:
    program = cases.program({"then": [{"kind": "fixed_points", "points": 1}]}, **DOCUMENT)
    facts = cases.facts(*map(list, basket), shop=shop)
    return Case(program, replace(facts, day=facts.day + days))


@given(purchases, st.randoms(use_true_random=False))
def test_no_order_matters(made: list[Any], order: Random) -> None:
    one, other = Progress(), Progress()
    for purchase in made:
        add(one, tally(case(*purchase), {}))
    order.shuffle(made)
    for purchase in made:
        add(other, tally(case(*purchase), {}))
    assert one == other


@given(purchases, purchases, st.data())
def test_what_comes_back_in_parts_leaves_what_was_kept(
    kept: list[Any], gone: list[Any], data: st.DataObject
) -> None:
    one, other = Progress(), Progress()
    for purchase in kept:
        add(one, tally(case(*purchase), {}))
        add(other, tally(case(*purchase), {}))
    for purchase in gone:
        add(other, tally(case(*purchase), {}))
    for purchase in gone:
        before = case(*purchase)
        while any(line.quantity for line in before.facts.lines):
            line = data.draw(
                st.sampled_from([i for i, ln in enumerate(before.facts.lines) if ln.quantity])
            )
            lines = list(before.facts.lines)
            lines[line] = keep(lines[line], lines[line].quantity - 1)
            after = Case(before.program, replace(before.facts, lines=tuple(lines)))
            add(other, difference(tally(after, {}), tally(before, {})))
            before = after
    assert one == other


@given(
    st.dictionaries(st.sampled_from(["g@a", "g@b", "g@c", "g@d"]), st.integers(1, 5)),
    st.integers(1, 3), st.integers(1, 4),
)  # fmt: skip
def test_rounds_of_shops_are_the_most_that_can_be_made(
    counts: dict[str, int], least: int, times: int
) -> None:
    """As many rounds as one finds by always visiting the shops with most visits left."""
    goal = Goal(id="g", count="shops", at_least=least)
    found = rounds(Challenge(goals=(goal,), times=times), counts)
    left, made = dict(counts), 0
    while made < times and sum(n > 0 for n in left.values()) >= least:
        for key in sorted(left, key=lambda key: -left[key])[:least]:
            left[key] -= 1
        made += 1
    assert found == made


@given(st.sets(st.integers(0, 30)), st.integers(0, 3), st.integers(1, 4))
def test_a_period_more_never_takes_from_a_streak_without_freezes(
    periods: set[int], more: int, length: int
) -> None:
    streak = Streak(each="day")
    for again in (False, True):
        rung = Rung(length=length, again=again)
        before = climbed(rung, runs(streak, periods))
        assert climbed(rung, runs(streak, periods | {more})) >= before


@pytest.mark.parametrize(
    ("freezes", "periods", "found"),
    [
        (0, [1, 2, 4], [Run(1, 2, 2, 0), Run(4, 4, 1, 0)]),
        (1, [1, 2, 4], [Run(1, 4, 3, 1)]),
        (1, [1, 3, 5], [Run(1, 3, 2, 1), Run(5, 5, 1, 0)]),
        (2, [1, 4], [Run(1, 4, 2, 2)]),
        (2, [1, 5], [Run(1, 1, 1, 0), Run(5, 5, 1, 0)]),
    ],
)
def test_freezes(freezes: int, periods: list[int], found: list[Run]) -> None:
    assert runs(Streak(each="day", freezes=freezes), periods) == found


@pytest.mark.parametrize(("now", "alive"), [(4, True), (5, True), (6, True), (7, False)])
def test_a_streak_lives_until_the_period_after_its_freezes(now: int, alive: bool) -> None:
    streak = Streak(each="day", freezes=1)
    assert (running(streak, [3, 4], now) is not None) is alive


def test_what_is_over_counts_for_the_next_round() -> None:
    goal = Goal(id="g", count="units", at_least=3)
    challenge = Challenge(goals=(goal,), times=2)
    assert [(rounds(challenge, {"g": n}), done(challenge, goal, {"g": n})) for n in (2, 3, 5, 9)] \
        == [(0, 2), (1, 0), (1, 2), (2, 3)]  # fmt: skip


@pytest.mark.parametrize(
    ("every", "first"),
    [("day", date(2028, 2, 29)), ("week", date(2028, 2, 28)), ("month", date(2028, 2, 1)),
     ("quarter", date(2028, 1, 1)), ("year", date(2028, 1, 1))],
)  # fmt: skip
def test_t15_periods_begin_on_calendar_days(every: Any, first: date) -> None:
    goal = Goal(id="g", count="purchases", at_least=1)
    challenge = Challenge(goals=(goal,), every=every)
    assert period_of(challenge, day_number(date(2028, 2, 29))) == day_number(first)


def test_the_time_of_a_challenge_is_half_open() -> None:
    goal = Goal(id="g", count="purchases", at_least=1)
    challenge = Challenge(goals=(goal,), counts_from="join", within_days=3, ends=date(1970, 1, 12))
    assert span(challenge, 5) == (5, 8)
    assert span(challenge, 10) == (10, 12)
