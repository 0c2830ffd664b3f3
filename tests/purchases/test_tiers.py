"""Tiers on real purchases: reached at once, exact by time, taken back, bought; their history."""

from typing import Any

import psycopg
import pytest

from regulars.activities.operations import BringUpToDate
from regulars.activities.queries import due_members
from regulars.kit.periods import day_number, day_start, local
from regulars.purchases.tasks import bring_up_to_date
from tests.desk import Desk
from tests.purchases.shop import BASE, bring_back, buy, campaign, join, points, quoting

ZONE = "Europe/Warsaw"
GOLD_PRICE = campaign(
    "gold-price", {"kind": "percent_off", "percent": 10},
    when=[{"kind": "tier", "one_of": ["gold"]}], lane="basket",
)  # fmt: skip
CLIMB = campaign("climb", points(10, "qualifying"), lane="points")
BY_SPEND = {"by": "spend", "at_least": {"silver": 10_000, "gold": 30_000}}


def rules(**changes: Any) -> dict[str, Any]:
    return {"tiering": {**BY_SPEND, "period": {"days": 30}, **changes}}


def tier(desk: Desk, member: str) -> str:
    return figures(desk, member)[0]


def figures(desk: Desk, member: str) -> Any:
    found = desk.connection.execute(
        "select tier, id, standing, extract(epoch from tier_due_at)::bigint from member"
        " join identifier i on i.program_id = member.program_id and i.member_id = id"
        " where i.program_id = %s and i.value = %s",
        (desk.program_id, member.removeprefix("card:")),
    ).fetchone()
    desk.connection.commit()
    assert found is not None
    return found


def changes(desk: Desk, member: str) -> list[tuple[str, str, int]]:
    rows = desk.connection.execute(
        "select tier, reason, extract(epoch from at)::bigint from tier_change"
        " where program_id = %s and member_id = %s order by id",
        (desk.program_id, figures(desk, member)[1]),
    ).fetchall()
    desk.connection.commit()
    return rows


def touch(desk: Desk, member: str) -> None:
    """As the worker does."""
    (answer,) = desk.batch(BringUpToDate([figures(desk, member)[1]], now=desk.now))
    assert answer.problem is None


def midnight(desk: Desk, days: int) -> int:
    today = day_number(local(desk.now, ZONE).date())
    return day_start(today + days, ZONE)


@pytest.mark.parametrize("by", ["spend", "visits", "points"])
def test_a_purchase_does_not_count_for_the_tier_that_prices_it(opened: Any, by: str) -> None:
    least = {"spend": 30_000, "visits": 1, "points": 10}[by]
    tiering = {"by": by, "at_least": {"gold": least}, "period": {"calendar": "year"}}
    desk = opened(GOLD_PRICE, CLIMB, tiering=tiering)
    anna = join(desk)
    assert buy(desk, anna, ("tv", 1, 30_000))["discount_minor"] == 0
    assert tier(desk, anna) == "gold"
    assert buy(desk, anna, ("tv", 1, 30_000))["discount_minor"] == 3_000
    assert [(to, why) for to, why, _ in changes(desk, anna)] == [("gold", "reached")]


def test_t10_a_batch_of_the_same_member_climbs_step_by_step(opened: Any) -> None:
    from tests.purchases.shop import buying

    desk = opened(GOLD_PRICE, **rules())
    anna = join(desk)
    desk.batch(*(buying(desk, anna, ("tv", 1, 10_000)) for _ in range(4)))
    assert tier(desk, anna) == "gold"
    assert [to for to, _, _ in changes(desk, anna)] == ["silver", "gold"]


def test_the_tier_is_exact_whenever_somebody_looks(opened: Any) -> None:
    desk = opened(GOLD_PRICE, **rules())
    anna, boris = join(desk), join(desk)
    ends = midnight(desk, 30)
    for member in (anna, boris):
        buy(desk, member, ("tv", 1, 30_000))
    desk.now = ends - 1
    assert buy(desk, anna, ("tea", 1, 1_000))["discount_minor"] == 100
    desk.now = ends
    assert buy(desk, anna, ("tea", 1, 1_000))["discount_minor"] == 0
    assert desk.do(quoting(desk, boris, ("tea", 1, 1_000)))["discount_minor"] == 0
    desk.wait(days=50)
    touch(desk, boris)
    assert tier(desk, boris) == ""
    assert changes(desk, boris)[-1] == ("", "not_kept", ends), "at the instant it fell due"


def test_the_worker_lowers_who_never_comes_again(opened: Any, database_url: str) -> None:
    desk = opened(GOLD_PRICE, **rules(lasts={"days": 60}, down="one_step"))
    members = [join(desk) for _ in range(3)]
    for member in members:
        buy(desk, member, ("tv", 1, 30_000))
    first, second = midnight(desk, 61), midnight(desk, 122)
    desk.now = second
    with psycopg.connect(database_url, autocommit=True) as connection:
        assert bring_up_to_date(connection, desk.now) >= 3
    for member in members:
        told = [("gold", "reached"), ("silver", "not_kept"), ("", "not_kept")]
        assert [(to, why) for to, why, _ in changes(desk, member)] == told
        assert [at for _, _, at in changes(desk, member)][1:] == [first, second]
    assert desk.read(due_members(desk.program_id, desk.now, 10)) == []


def test_t2_what_comes_back_takes_its_tier(opened: Any) -> None:
    desk = opened(GOLD_PRICE, **rules(lasts={"days": 300}))
    anna, boris = join(desk), join(desk)
    bought = buy(desk, anna, ("tv", 1, 20_000), ("radio", 1, 10_000))
    buy(desk, boris, ("tv", 1, 30_000))
    assert tier(desk, anna) == "gold"
    bring_back(desk, bought, (2, 1))
    assert tier(desk, anna) == "silver"
    bring_back(desk, bought)
    assert figures(desk, anna)[0] == ""
    assert figures(desk, anna)[3] is None
    assert [why for _, why, _ in changes(desk, anna)] == ["reached", "returned", "returned"]
    assert tier(desk, boris) == "gold"


def test_a_program_may_let_the_tier_stay_after_a_return(opened: Any) -> None:
    desk = opened(GOLD_PRICE, **rules(on_return="keep"))
    anna = join(desk)
    bring_back(desk, buy(desk, anna, ("tv", 1, 30_000)))
    assert tier(desk, anna) == "gold"
    desk.wait(days=31)
    touch(desk, anna)
    assert tier(desk, anna) == ""


def test_points_given_back_no_longer_count(opened: Any) -> None:
    tiering = {"by": "points", "at_least": {"gold": 20}, "period": {"calendar": "month"}}
    desk = opened(CLIMB, tiering=tiering)
    anna = join(desk)
    bought = buy(desk, anna, ("tea", 1, 100))
    buy(desk, anna, ("tea", 1, 100))
    assert tier(desk, anna) == "gold"
    bring_back(desk, bought)
    assert tier(desk, anna) == ""
    buy(desk, anna, ("tea", 1, 100))
    assert tier(desk, anna) == "gold"


def test_a_late_purchase_counts_on_its_own_day(opened: Any) -> None:
    tiering = {**BY_SPEND, "period": {"calendar": "month"}, "lasts": {"periods": 1}}
    desk = opened(GOLD_PRICE, tiering=tiering)
    anna = join(desk)
    buy(desk, anna, ("tv", 1, 20_000))
    bought_at = desk.now + 3_600
    desk.wait(days=33)
    late = buy(desk, anna, ("tv", 1, 10_000), at=bought_at)
    assert late["discount_minor"] == 0
    assert tier(desk, anna) == "gold", "March was worth gold, so it is held in April"
    desk.wait(days=30)
    touch(desk, anna)
    assert tier(desk, anna) == ""


def test_a_tier_can_be_bought_and_brought_back(opened: Any) -> None:
    tiering = {
        **BY_SPEND, "period": {"calendar": "year"},
        "bought": [{"tier": "gold", "product": "gold-card", "days": 10},
                   {"tier": "silver", "activity": "fee-paid", "months": 1}],
    }  # fmt: skip
    desk = opened(GOLD_PRICE, tiering=tiering)
    anna = join(desk)
    bought = buy(desk, anna, ("gold-card", 1, 5_000))
    assert bought["discount_minor"] == 0
    assert figures(desk, anna)[3] == midnight(desk, 11)
    assert buy(desk, anna, ("tea", 1, 1_000))["discount_minor"] == 100
    bring_back(desk, bought)
    assert tier(desk, anna) == ""
    buy(desk, anna, ("gold-card", 2, 5_000))
    assert tier(desk, anna) == "gold"
    desk.now = midnight(desk, 21)
    touch(desk, anna)
    assert tier(desk, anna) == "silver", "what was spent meanwhile"
    assert [why for _, why, _ in changes(desk, anna)] == [
        "bought", "returned", "bought", "given_ended",
    ]  # fmt: skip


def test_tiers_by_balance_fall_at_the_instant_of_each_expiry(opened: Any) -> None:
    desk = opened(
        campaign("climb", {"kind": "qualifying_points", "per_minor": 100, "valid_days": 5},
                 lane="points"),
        BASE,
    )  # fmt: skip
    anna = join(desk)
    first = midnight(desk, 6)
    buy(desk, anna, ("tv", 1, 20_000))
    desk.wait(days=2)
    buy(desk, anna, ("tv", 1, 10_000))
    assert tier(desk, anna) == "gold"
    desk.wait(days=30)
    touch(desk, anna)
    assert changes(desk, anna)[-2:] == [
        ("silver", "balance", first), ("", "balance", first + 2 * 86_400),
    ]  # fmt: skip
    desk.verify()


def test_receipts_and_quotes_say_what_is_missing_for_the_tier(opened: Any) -> None:
    tiering = {**BY_SPEND, "period": {"calendar": "year"}}
    desk = opened(BASE, tiering=tiering, texts={"tier.gold": {"pl": "Złoty"}})
    anna = join(desk)
    answer = buy(desk, anna, ("tv", 1, 12_000), hints=2, lang="pl")
    (hint,) = answer["hints"]
    assert hint == {
        "text": "do poziomu Złoty jeszcze 180,00 PLN do 31 grudnia 2026", "tier": "gold",
        "missing_minor": 18_000,
    }  # fmt: skip
    quoted = desk.do(quoting(desk, anna, ("tv", 1, 100)))
    assert [one["text"] for one in quoted["hints"]] == [
        "180.00 PLN more to gold by 31 December 2026"
    ]
    assert "hints" not in buy(desk, anna, ("tv", 1, 100))


@pytest.mark.parametrize("mode", ["spend", "balance"])
def test_the_history_of_a_batch_is_that_of_single_purchases(opened: Any, mode: str) -> None:
    """One transaction or several: the same tier, standing and history."""
    from tests.purchases.shop import buying

    climb = campaign("climb", {"kind": "qualifying_points", "per_minor": 100}, lane="points")
    changed = {} if mode == "balance" else rules()
    desk = opened(climb, **changed)
    anna, boris = join(desk), join(desk)
    desk.batch(*(buying(desk, anna, ("tv", 1, 9_000)) for _ in range(5)))
    for _ in range(5):
        buy(desk, boris, ("tv", 1, 9_000))
    assert figures(desk, anna)[2:] == figures(desk, boris)[2:]
    assert changes(desk, anna) == changes(desk, boris)
    assert [to for to, _, _ in changes(desk, anna)] == ["silver", "gold"]
