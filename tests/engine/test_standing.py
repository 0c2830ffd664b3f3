"""Tiers by the calendar: periods (T15), terms, grace, steps down; and that bringing them up to date
now and then comes to the same as going through every day from the beginning."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from regulars.engine.standing import (
    Floor,
    Ladder,
    Standing,
    advance,
    bounds,
    first_counted,
    highest,
    leaves,
    observe,
    replay,
    take_back,
)
from regulars.engine.tiering import Period, Tiering
from regulars.kit.periods import add_months, day_number, day_of, day_start

ZONE = "Europe/Warsaw"
TIERS = ("bronze", "silver", "gold")
LEAST = {"bronze": 3, "silver": 6, "gold": 10}


def day(text: str) -> int:
    return day_number(date.fromisoformat(text))


def ladder(period: dict[str, Any], joined: str = "2024-01-31", **more: Any) -> Ladder:
    tiering = Tiering.model_validate({"by": "visits", "at_least": LEAST, "period": period, **more})
    return Ladder(TIERS, tiering, day(joined), ZONE)


def held(of: Ladder, days: dict[str, int], today: str) -> str:
    """The tier on a day, brought up to date at every visit."""
    standing, seen, tier = Standing(), {}, ""
    for text, visits in days.items():
        now = day_start(day(text), ZONE) + 43_200
        for change in advance(of, standing, tier, now):
            tier = change.tier
        seen[day(text)] = visits
        observe(of, standing, seen, day(text), day(text))
        tier = highest(of, standing, now)
    for change in advance(of, standing, tier, day_start(day(today), ZONE)):
        tier = change.tier
    return tier


@pytest.mark.parametrize(
    ("period", "on", "first", "end"),
    [
        ({"calendar": "month"}, "2028-02-29", "2028-02-01", "2028-03-01"),
        ({"calendar": "quarter"}, "2026-05-31", "2026-04-01", "2026-07-01"),
        ({"calendar": "year"}, "2026-12-31", "2026-01-01", "2027-01-01"),
        ({"from_joining": 12}, "2026-01-30", "2025-01-31", "2026-01-31"),
        ({"from_joining": 1}, "2026-02-27", "2026-01-31", "2026-02-28"),
        ({"from_joining": 1}, "2026-02-28", "2026-02-28", "2026-03-31"),
        ({"from_joining": 1}, "2026-04-30", "2026-04-30", "2026-05-31"),
    ],
)
def test_t15_periods_end_where_the_next_begins(
    period: dict[str, Any], on: str, first: str, end: str
) -> None:
    assert bounds(Period(**period), day(on), day("2024-01-31")) == (day(first), day(end))


def test_t15_who_joined_on_29_february_has_the_28th_in_other_years() -> None:
    year = Period(from_joining=12)
    joined = day("2024-02-29")
    assert bounds(year, day("2026-02-27"), joined) == (day("2025-02-28"), day("2026-02-28"))
    assert bounds(year, day("2028-02-28"), joined) == (day("2027-02-28"), day("2028-02-29"))


@pytest.mark.parametrize(
    ("months", "on", "last"),
    [(1, "2026-01-31", "2026-02-28"), (12, "2024-02-29", "2025-02-28"),
     (1, "2026-02-28", "2026-03-28"), (6, "2026-08-31", "2027-02-28")],
)  # fmt: skip
def test_t15_a_rolling_month_counts_to_the_same_day_or_the_last(
    months: int, on: str, last: str
) -> None:
    period = Period(months=months)
    assert day_of(leaves(period, day(on), 0) - 1).isoformat() == last
    assert first_counted(period, day(last), 0) <= day(on) < first_counted(period, day(last) + 1, 0)


@pytest.mark.parametrize(
    ("until", "instant"),
    [("2026-03-29", "2026-03-29T00:00:00+01:00"), ("2026-03-30", "2026-03-30T00:00:00+02:00"),
     ("2026-10-26", "2026-10-26T00:00:00+01:00")],
)  # fmt: skip
def test_t15_a_tier_ends_at_local_midnight_whatever_the_clocks_do(until: str, instant: str) -> None:
    of = ladder({"days": 30})
    standing = Standing({"gold": day(until)})
    ends = int(datetime.fromisoformat(instant).timestamp())
    assert list(advance(of, standing, "gold", ends - 1)) == []
    (change,) = advance(of, standing, "gold", ends)
    assert (change.at, change.tier, change.reason) == (ends, "", "not_kept")
    assert datetime.fromtimestamp(change.at, ZoneInfo(ZONE)).hour == 0


def test_the_rest_of_this_period_and_the_next() -> None:
    of = ladder({"calendar": "year"}, lasts={"periods": 1})
    days = {"2025-11-01": 7, "2025-12-31": 3}
    assert held(of, {"2025-11-01": 7}, "2025-12-31") == "silver"
    assert held(of, days, "2026-01-01") == "gold"
    assert held(of, days, "2026-12-31") == "gold"
    assert held(of, days, "2027-01-01") == ""
    assert held(of, {**days, "2026-05-05": 6}, "2027-01-01") == "silver"
    assert held(of, {**days, "2026-05-05": 10}, "2027-12-31") == "gold"


def test_so_many_days_and_grace() -> None:
    of = ladder({"days": 10}, lasts={"days": 30}, grace_days=5)
    days = {"2026-01-01": 10}
    assert held(of, days, "2026-02-05") == "gold"
    assert held(of, days, "2026-02-06") == ""
    assert held(of, {**days, "2026-02-05": 10}, "2026-03-12") == "gold", "confirmed in the grace"


def test_a_rolling_figure_falls_below_as_its_days_leave() -> None:
    of = ladder({"days": 10})
    days = {"2026-01-01": 4, "2026-01-05": 6}
    assert held(of, days, "2026-01-10") == "gold"
    assert held(of, days, "2026-01-11") == "silver"
    assert held(of, days, "2026-01-15") == ""


def test_one_step_at_a_time() -> None:
    of = ladder({"calendar": "month"}, lasts={"periods": 0}, down="one_step")
    days = {"2026-01-10": 12}
    months = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    assert [held(of, days, on) for on in months] == ["gold", "silver", "bronze", ""]
    justified = ladder({"calendar": "month"}, lasts={"periods": 0})
    assert [held(justified, days, on) for on in months] == ["gold", "", "", ""]


def test_a_given_tier_is_a_floor_until_its_instant() -> None:
    of = ladder({"calendar": "month"})
    start = day_start(day("2026-01-10"), ZONE)
    standing = Standing(floors=[Floor("silver", start + 500, "a", "given")])
    observe(of, standing, {day("2026-01-10"): 3}, day("2026-01-10"), day("2026-01-10"))
    assert highest(of, standing, start) == "silver"
    changes = list(advance(of, standing, "silver", start + 40 * 86_400))
    assert [(c.at, c.tier, c.reason) for c in changes] == [
        (start + 500, "bronze", "given_ended"),
        (day_start(day("2026-02-01"), ZONE), "", "not_kept"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "spend", "at_least": {"gold": 5}},
        {"at_least": {"gold": 5}, "grace_days": 3},
        {"by": "visits", "period": {"days": 5, "months": 1}},
        {"by": "visits", "period": {"days": 5}, "lasts": {"periods": 1}},
        {"by": "visits", "period": {"days": 5}, "down": "one_step"},
        {"bought": [{"tier": "gold", "days": 3}]},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"give|want|leave out|rolling|lasts"):
        Tiering.model_validate(wrong)


# The plain reference: every day from the beginning, one after the other, levels as they are.

RULES = st.fixed_dictionaries(
    {
        "period": st.sampled_from(
            [{"days": 9}, {"months": 1}, {"calendar": "month"}, {"calendar": "quarter"},
             {"from_joining": 1}, {"from_joining": 2}]
        ),
        "lasts": st.sampled_from(
            [None, {"days": 7}, {"months": 1}, {"periods": 0}, {"periods": 1}]
        ),
        "grace_days": st.sampled_from([0, 3]),
        "down": st.sampled_from(["justified", "one_step"]),
    }
)  # fmt: skip


def sensible(rules: dict[str, Any]) -> bool:
    try:
        ladder(**rules)
    except ValidationError:
        return False
    return True


BEGIN = day("2024-01-25")
VISITS = st.dictionaries(st.integers(BEGIN, BEGIN + 120), st.integers(1, 8), max_size=14)
rules = RULES.filter(sensible)


def reference(of: Ladder, days: dict[int, int], today: int) -> str:
    """The tier on ``today``: for each day in turn, what the figure of the day meets, and when what
    was met on it ends, by counting the days one by one."""
    tiering, period = of.tiering, of.tiering.period
    assert period is not None
    ends: dict[str, int] = {}

    begins: dict[int, int] = {}

    def same_period(one: int, other: int) -> bool:
        for on in (one, other):
            if on not in begins:
                begins[on] = bounds(period, on, of.joined)[0]
        return begins[one] == begins[other]

    def figure(on: int, known: int) -> int:
        if period.days is not None:
            return sum(n for d, n in days.items() if d <= known and on - period.days < d <= on)
        if period.months is not None:
            later = {d: day_number(add_months(day_of(d), period.months)) for d in days}
            return sum(n for d, n in days.items() if d <= known and d <= on <= later[d])
        return sum(n for d, n in days.items() if d <= known and d <= on and same_period(d, on))

    def running(start: int, periods: int) -> int:
        end = start
        for _ in range(periods + 1):
            current = end
            while same_period(end, current):
                end += 1
        return end

    def lasting(start: int, *, step: bool) -> int:
        lasts = tiering.lasts
        if lasts is None:
            return running(start, 0) if step else start + 1
        if lasts.days is not None:
            return start + lasts.days + 1
        if lasts.months is not None:
            return day_number(add_months(day_of(start), lasts.months)) + 1
        return running(start, 0 if step else lasts.periods or 0)

    for on in range(min(days, default=today), today + 1):
        top = next((tier for tier in reversed(TIERS) if tier in ends), None)
        while top is not None and ends[top] <= on:
            ended = ends.pop(top)
            rank = TIERS.index(top)
            if tiering.down == "one_step" and rank:
                lower = TIERS[rank - 1]
                ends[lower] = max(
                    ends.get(lower, 0), lasting(ended, step=True) + tiering.grace_days
                )
            top = next((tier for tier in reversed(TIERS) if tier in ends), None)
        if on in days:
            for tier in TIERS:
                if figure(on, on) >= LEAST[tier]:
                    end = on
                    while figure(end, on) >= LEAST[tier]:
                        end += 1
                    end = max(end, lasting(on, step=False)) + tiering.grace_days
                    ends[tier] = max(ends.get(tier, 0), end)
    return next((tier for tier in reversed(TIERS) if ends.get(tier, 0) > today), "")


@settings(deadline=None, max_examples=60)
@given(rules, VISITS, st.sets(st.integers(BEGIN, BEGIN + 200), max_size=8))
def test_bringing_up_to_date_now_and_then_is_the_whole_history(
    chosen: dict[str, Any], days: dict[int, int], looked: set[int]
) -> None:
    of = ladder(**chosen)
    standing, tier, seen = Standing(), "", {}
    changes: list[tuple[int, str]] = []
    for on in sorted({*days, *looked}):
        now = day_start(on, ZONE) + 40_000
        for change in advance(of, standing, tier, now):
            tier = change.tier
            changes.append((change.at, tier))
        if on in days:
            seen[on] = days[on]
            observe(of, standing, seen, on, on)
            tier = highest(of, standing, now)
            changes.append((now, tier))
        assert tier == reference(of, days, on)
    last = max({*days, *looked}, default=0)
    assert tier == highest(of, replay(of, days, last), _now(days, looked))
    for on in range(BEGIN, max({*days, *looked}, default=BEGIN)):
        end_of_day = day_start(on + 1, ZONE) - 1
        told = [to for at, to in changes if at <= end_of_day]
        assert (told[-1] if told else "") == reference(of, days, on), "the history tells otherwise"


def _now(days: Iterable[int], looked: Iterable[int]) -> int:
    return day_start(max({*days, *looked}, default=0), ZONE) + 40_000


@settings(deadline=None, max_examples=60)
@given(rules, VISITS, st.data())
def test_t2_what_came_back_leaves_the_tier_as_if_never_bought(
    chosen: dict[str, Any], days: dict[int, int], data: st.DataObject
) -> None:
    of = ladder(**chosen)
    today = max(days, default=BEGIN)
    standing = replay(of, days, today)
    kept = dict(days)
    if days:
        back = data.draw(st.sampled_from(sorted(days)))
        kept[back] -= data.draw(st.integers(1, days[back]))
    take_back(of, standing, days, kept, today)
    end_of_day = day_start(today + 1, ZONE) - 1
    assert highest(of, standing, end_of_day) == reference(of, _real(kept), today)


def _real(days: dict[int, int]) -> dict[int, int]:
    return {on: visits for on, visits in days.items() if visits}


def test_what_was_reached_under_other_rules_stays_where_nothing_of_it_came_back() -> None:
    of = ladder({"calendar": "year"}, lasts={"periods": 1})
    standing = Standing({"gold": day("2028-01-01")})
    before = {day("2026-03-01"): 5, day("2026-03-02"): 1}
    take_back(of, standing, before, {day("2026-03-01"): 5}, day("2026-03-05"))
    assert standing.held == {"gold": day("2028-01-01")}
