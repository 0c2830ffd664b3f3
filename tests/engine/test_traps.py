"""What breaks in systems like ours and must not in ours; the numbers are those of the list."""

from datetime import datetime

import pytest

from regulars.engine.evaluate import evaluate
from regulars.engine.explain import explain
from regulars.engine.facts import Member
from regulars.engine.returns import reevaluate, totals
from regulars.kit.money import allocate
from regulars.kit.periods import zone
from tests.engine.cases import (
    ANNA,
    WARSAW,
    amount,
    at_instant,
    facts,
    over,
    percent,
    points,
    program,
)


def test_t2_t3_the_kept_pair_loses_its_second_for_one_grosz() -> None:
    pair = program({"then": [{"kind": "nth_unit_price", "price_minor": 1}]})
    bought = facts(["juice", 2, 998])
    assert evaluate(pair, bought).paid_minor == 500
    assert reevaluate(pair, bought, {0: 1}).paid_minor == 499


def test_t3_what_falls_below_the_threshold_loses_its_discount() -> None:
    tenner = program({"when": [over(10_000)], "then": [amount(1000)]})
    bought = facts(["coat", 1, 9000], ["socks", 1, 1000])
    assert evaluate(tenner, bought).paid_minor == 9000
    kept = reevaluate(tenner, bought, {1: 1})
    assert kept.paid == [9000, 0]
    assert kept.trace[0].figures == {"missing_minor": 1000}


def test_t4_ten_over_three_lines_leaks_no_cent() -> None:
    decision = evaluate(program({"then": [amount(1000)]}), facts(*[[s, 1, 3333] for s in "abc"]))
    assert [d.amount_minor for d in decision.discounts] == [334, 333, 333]
    assert sum(decision.paid) == decision.paid_minor == 3 * 3333 - 1000


def test_t4_nothing_to_share_by_is_shared_by_nobody() -> None:
    assert allocate(100, [0, 0]) == [0, 0]
    decision = evaluate(program({"then": [amount(1000)]}), facts(["leaflet", 1, 0]))
    assert decision.paid_minor == 0


def test_t5_everyone_says_why_it_did_not_apply() -> None:
    busy = program(
        {"id": "loyal", "when": [over(5000)], "then": [percent(10)]},
        {"id": "rich", "when": [over(5000)], "then": [points(10)]},
        {"id": "gold", "when": [{"kind": "tier", "one_of": ["gold"]}], "then": [percent(20)]},
        {"id": "old", "ends": "2026-03-01", "then": [points(1)]},
        {"id": "off", "paused": True, "then": [points(1)]},
        {"id": "survey", "trigger": "survey_answer", "then": [points(1)]},
        {"id": "sold_out", "limits": {"total": 1}, "then": [points(1)]},
    )
    basket = facts(["juice", 1, 5400], left={"sold_out/total": 0})
    told = explain(busy, basket, evaluate(busy, basket), "en")
    assert [line.text for line in told] == [
        "loyal: applied: 5.40 PLN off",
        "rich: 1.40 PLN more is needed",
        "gold: only for the tier gold",
        "old: it ended on 1 March 2026",
        "off: it is paused",
        "survey: it is for something else: survey_answer",
        "sold_out: it has been used as often as it may be",
    ]


def test_t5_lanes_say_who_came_first() -> None:
    first = program(
        {"id": "a", "then": [percent(10)]},
        {"id": "b", "then": [percent(20)]},
        lanes=[{"id": "main", "combine": "first"}],
    )
    basket = facts(["juice", 1, 1000])
    decision = evaluate(first, basket)
    assert decision.used == ["a"]
    assert explain(first, basket, decision, "pl")[1].why == "zamiast niej zadziałała a"


def test_t6_five_thousand_units_are_never_exploded() -> None:
    shop = program(
        {"then": [{"kind": "nth_unit_price", "price_minor": 1}]},
        {"then": [percent(10, per="unit", max_units=1234)]},
        {"then": [points(1, per="unit")]},
    )
    decision = evaluate(shop, facts(["nail", 10**12, 7 * 10**12]))
    assert totals(decision.awards) == {"points": 10**12}
    assert sum(decision.paid) == decision.paid_minor > 0


@pytest.mark.parametrize("gift", [{"product": "mug"}, {"product": "mug", "quantity": 2}])
def test_t7_the_reward_line_earns_nothing(gift: dict[str, object]) -> None:
    shop = program(
        {"then": [{"kind": "points_per_spend", "per_minor": 100}]},
        {"then": [{"kind": "gift_product", **gift}]},
    )
    decision = evaluate(shop, facts(["mug", 1, 1900], ["coffee", 1, 4000]))
    assert totals(decision.awards) == {"points": 40}


def test_t7_points_are_earned_on_what_is_paid_whatever_the_order() -> None:
    shop = program(
        {"id": "earn", "priority": 9, "then": [{"kind": "points_per_spend", "per_minor": 100}]},
        {"id": "off", "then": [percent(50)]},
    )
    assert totals(evaluate(shop, facts(["juice", 1, 1000])).awards) == {"points": 5}


def test_t7_a_stated_list_basis_is_kept_to() -> None:
    shop = program(
        {"then": [{"kind": "points_per_spend", "per_minor": 100, "basis": "list"}]},
        {"then": [percent(50)]},
    )
    assert totals(evaluate(shop, facts(["juice", 1, 1000])).awards) == {"points": 10}


NIGHT = {"kind": "weekday_and_hours", "days": ["sun"], "from": "02:00", "until": "03:00"}


def hours_of(day: str) -> list[datetime]:
    """Each hour of a local day that its clocks show, by its instant."""
    start = datetime.fromisoformat(day).replace(tzinfo=zone(WARSAW))
    first = int(start.timestamp())
    instants = (datetime.fromtimestamp(first + 3600 * n, zone(WARSAW)) for n in range(26))
    return [instant for instant in instants if instant.date() == start.date()]


@pytest.mark.parametrize(
    ("day", "long", "times"),
    [("2026-03-29", 23, 0), ("2026-10-25", 25, 2), ("2026-06-07", 24, 1)],
)
def test_t15_the_hour_that_is_skipped_or_comes_twice(day: str, long: int, times: int) -> None:
    happy = program({"when": [NIGHT], "then": [points(1)]})
    hours = hours_of(day)
    judged = [evaluate(happy, at_instant(int(h.timestamp()), member=ANNA)).used for h in hours]
    assert (len(hours), sum(map(bool, judged))) == (long, times)


def test_t15_a_campaign_runs_to_the_end_of_its_last_local_day() -> None:
    march = program({"starts": "2026-03-29", "ends": "2026-03-29", "then": [points(1)]})

    def runs(time: str) -> bool:
        return bool(evaluate(march, facts(time=time)).used)

    assert [
        runs(f"2026-03-{time}") for time in ("28 23:59", "29 00:00", "29 23:59", "30 00:00")
    ] == [
        False,
        True,
        True,
        False,
    ]


def test_t15_a_night_out_over_the_spring_change() -> None:
    night = {"kind": "weekday_and_hours", "days": ["sat"], "from": "22:00", "until": "04:00"}
    party = program({"when": [night], "then": [points(1)]})
    judged = [
        bool(evaluate(party, facts(time=f"2026-03-{t}")).used) for t in ("29 03:59", "29 04:00")
    ]
    assert judged == [True, False]


def test_members_only_is_the_default() -> None:
    shop = program({"then": [points(1)]}, {"members_only": False, "then": [percent(10)]})
    decision = evaluate(shop, facts(["juice", 1, 100], member=None))
    assert decision.used == ["c1"]
    assert (decision.trace[0].code, decision.trace[0].kind) == ("unmet", "member")
    assert evaluate(shop, facts(["juice", 1, 100], member=Member("bo"))).used == ["c1", "c0"][::-1]
