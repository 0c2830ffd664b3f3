"""What is kept is priced as if bought alone (T3); points spent meanwhile are owed or written
off."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.purchases.returns import NothingLeft
from tests.desk import Desk
from tests.lengths import examples
from tests.purchases.revisions import apply
from tests.purchases.shop import (
    BASE,
    balance,
    bring_back,
    buy,
    buying,
    campaign,
    join,
    off,
    points,
    returning,
    spend,
)  # fmt: skip

Opened = Callable[..., Desk]
TEN_FROM_HUNDRED = campaign(
    "ten", off(1_000), lane="basket", when=[{"kind": "basket_total", "at_least_minor": 10_000}]
)
SECOND_PAIR = campaign(
    "pair", {"kind": "nth_unit_price", "price_minor": 1, "among": "scope"}, lane="shelf"
)
AT_ONCE: dict[str, Any] = {"assets": {"points": {"name": {"en": "points"}}}}
CLAMPED: dict[str, Any] = {
    "assets": {"points": {"name": {"en": "points"}, "on_return": "clamp"}},
}


def test_a_broken_threshold_is_withheld_from_the_refund(opened: Opened) -> None:
    desk = opened(TEN_FROM_HUNDRED, BASE)
    anna = join(desk)
    bought = buy(desk, anna, ("coat", 1, 8_000), ("scarf", 1, 4_000))
    assert (bought["discount_minor"], bought["paid_minor"]) == (1_000, 11_000)
    back = bring_back(desk, bought, (2, 1))
    assert (back["refund_minor"], back["withheld_minor"]) == (3_000, 667)
    assert back["earned"] == {"points": -30}
    assert back["reasons"][0]["code"] == "unmet"
    rest = bring_back(desk, bought)
    assert (rest["refund_minor"], rest["earned"]) == (8_000, {"points": -80})


@pytest.mark.parametrize("line", [1, 2])
def test_without_its_pair_a_shoe_costs_its_price(opened: Opened, line: int) -> None:
    """Dear and cheap at 200 and 120: the cheap one cost 0.01. Whichever comes back, the other one
    costs what it costs alone, and never is money asked for."""
    desk = opened(SECOND_PAIR, BASE)
    anna = join(desk)
    bought = buy(desk, anna, ("boots", 1, 20_000), ("clogs", 1, 12_000))
    assert bought["paid_minor"] == 20_001
    back = bring_back(desk, bought, (line, 1))
    alone = {1: 12_000, 2: 20_000}[line]
    assert back["refund_minor"] == 20_001 - alone
    assert bring_back(desk, bought)["refund_minor"] == alone
    assert balance(desk, anna) == (0, 0, 0, 0)


def test_a_return_never_asks_for_money(opened: Opened) -> None:
    """What came back was free and broke the offer: nothing is refunded, and nothing more is asked;
    the rest of the goods make good for it when they come back too."""
    desk = opened(SECOND_PAIR)
    bought = buy(desk, join(desk), ("boots", 1, 10_000), ("clogs", 1, 10_000))
    assert bought["paid_minor"] == 10_001
    assert bring_back(desk, bought, (2, 1))["refund_minor"] == 1
    assert bring_back(desk, bought, (1, 1))["refund_minor"] == 10_000


def test_points_spent_before_the_return_are_owed_and_repaid_first(opened: Opened) -> None:
    desk = opened(BASE, **AT_ONCE)
    anna = join(desk)
    bought = buy(desk, anna, ("coat", 1, 10_000))
    spend(desk, anna, 90)
    bring_back(desk, bought)
    assert balance(desk, anna) == (0, 0, 0, 90)
    buy(desk, anna, ("bread", 1, 5_000))
    assert balance(desk, anna) == (0, 0, 0, 40)
    again = buy(desk, anna, ("bread", 1, 6_000))
    assert again["balances"]["points"] == {"available": 20}
    assert balance(desk, anna) == (0, 20, 0, 0)
    desk.verify()


def test_where_the_program_says_so_they_are_written_off(opened: Opened) -> None:
    desk = opened(BASE, **CLAMPED)
    anna = join(desk)
    bought = buy(desk, anna, ("coat", 1, 10_000))
    spend(desk, anna, 90)
    bring_back(desk, bought)
    assert balance(desk, anna) == (0, 0, 0, 0)
    buy(desk, anna, ("bread", 1, 5_000))
    assert balance(desk, anna) == (0, 50, 0, 0)
    written_off = desk.connection.execute(
        "select sum(amount) from posting where program_id = %s and against = 'written_off'",
        (desk.program_id,),
    ).fetchone()
    assert written_off == (90,)
    desk.verify()


def test_what_came_back_does_not_come_back_again(opened: Opened) -> None:
    desk = opened(BASE)
    bought = buy(desk, join(desk), ("bread", 2, 500), ("milk", 1, 300))
    with pytest.raises(NothingLeft):
        bring_back(desk, bought, (1, 3))
    with pytest.raises(NothingLeft):
        bring_back(desk, bought, (1, 2), (1, 1))
    bring_back(desk, bought, (1, 2))
    with pytest.raises(NothingLeft):
        bring_back(desk, bought, (1, 1))
    bring_back(desk, bought)
    with pytest.raises(NothingLeft):
        bring_back(desk, bought)
    desk.verify()


def test_a_refused_return_leaves_no_trace_in_its_batch(opened: Opened) -> None:
    desk = opened(BASE, **AT_ONCE)
    anna = join(desk)
    bought = buy(desk, anna, ("bread", 1, 1_000))
    first, second, third = desk.batch(
        returning(desk, bought), returning(desk, bought), buying(desk, anna, ("milk", 1, 700))
    )
    assert first.problem is None
    assert isinstance(second.problem, NothingLeft)
    assert third.problem is None
    assert balance(desk, anna) == (0, 7, 0, 0)
    desk.verify()


def test_returning_with_a_kept_reward_reprices_the_rest_by_its_own_revision(opened: Opened) -> None:
    """A purchase is judged, and its return judged again, by the revision of its own time, however
    the program has changed since."""
    desk = opened(TEN_FROM_HUNDRED, BASE, **AT_ONCE)
    anna = join(desk)
    bought = buy(desk, anna, ("coat", 1, 8_000), ("scarf", 1, 4_000))
    desk.wait(seconds=10)
    apply(desk, campaign("gift", points(7), lane="points"), **AT_ONCE)
    desk.wait(seconds=10)
    assert buy(desk, anna, ("milk", 1, 100))["earned"] == {"points": 7}
    back = bring_back(desk, bought, (2, 1))
    assert (back["refund_minor"], back["earned"]) == (3_000, {"points": -30})
    late = buy(desk, anna, ("bread", 1, 1_000), at=desk.now - 15)
    assert (late["revision"], late["earned"]) == (1, {"points": 10})


@examples(10, 200)
@given(parts=st.permutations([(1, 1), (1, 1), (2, 1), (3, 1)]), cash=st.integers(0, 3_000))
def test_money_goes_back_to_the_card_before_cash_is_given(
    desk: Desk, parts: list[tuple[int, int]], cash: int
) -> None:
    """However many returns there are, each means gets back what it paid and no more."""
    lines = (("bread", 2, 1_000), ("milk", 1, 700), ("tea", 1, 300))
    bought = buy(desk, None, *lines, tenders={"cash": cash, "card": 3_000 - cash})
    back: dict[str, int] = {}
    for part in parts:
        answer = bring_back(desk, bought, part)
        money = {one["tender"]: one["amount_minor"] for one in answer.get("money", [])}
        assert sum(money.values()) == answer["refund_minor"]
        if money.get("cash"):
            assert back.get("card", 0) + money.get("card", 0) == 3_000 - cash
        back = {kind: back.get(kind, 0) + money.get(kind, 0) for kind in {*back, *money}}
    assert back == {kind: n for kind, n in (("cash", cash), ("card", 3_000 - cash)) if n}


def test_what_nobody_told_a_means_for_is_money_of_no_means(desk: Desk) -> None:
    bought = buy(desk, None, ("bread", 1, 1_000), tenders={"card": 400})
    answer = bring_back(desk, bought)
    assert answer["money"] == [{"tender": "card", "amount_minor": 400}]
    assert "money" not in bring_back(desk, buy(desk, None, ("bread", 1, 1_000)))
