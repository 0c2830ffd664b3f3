"""Buying all and returning all leaves things as if never bought; many small returns are one large
one, to the cent (T2). For random baskets, on real operations and a real database."""

from random import Random
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from regulars.activities.operations import BringUpToDate
from tests.desk import Desk, plain
from tests.lengths import examples
from tests.purchases.shop import (
    Lines,
    balance,
    bring_back,
    buy,
    buying,
    join,
    returning,
    spend,
    state,
)

PRICES = st.sampled_from([0, 1, 99, 333, 1_001, 4_999, 5_000, 9_950, 19_999])
SKUS = st.sampled_from(["boots", "clogs", "coffee", "paper", "bread", "milk"])
baskets = st.lists(
    st.tuples(SKUS, st.integers(1, 4), PRICES), min_size=1, max_size=5
).map(tuple)  # fmt: skip
several = st.lists(baskets, min_size=1, max_size=4)
orders = st.randoms(use_true_random=False)


@examples(50, 1_000)
@given(several, orders, st.booleans())
def test_all_that_was_bought_comes_back(
    desk: Desk, purchases: list[Lines], order: Random, with_code: bool
) -> None:
    anna = join(desk)
    buy(desk, anna, ("milk", 2, 333))
    before = state(desk, anna)
    made = []
    for lines in purchases:
        made.append(buy(desk, anna, *lines, codes=("TEN",) if with_code else ()))
        desk.wait(seconds=60)
    order.shuffle(made)
    refunds = [bring_back(desk, purchase)["refund_minor"] for purchase in made]
    assert refunds == [purchase["paid_minor"] for purchase in made]
    assert state(desk, anna) == before


@examples(50, 1_000)
@given(several)
def test_in_one_batch_too(desk: Desk, purchases: list[Lines]) -> None:
    anna = join(desk)
    before = state(desk, anna)
    for lines in purchases:
        bought = plain(desk.batch(buying(desk, anna, *lines))[0])
        other, *back = desk.batch(
            buying(desk, None, ("milk", 1, 100)), returning(desk, bought, (1, 1)),
            *([returning(desk, bought)] if sum(line[1] for line in lines) > 1 else []),
        )  # fmt: skip
        assert plain(other)["paid_minor"] == 100
        assert sum(plain(part)["refund_minor"] for part in back) == bought["paid_minor"]
    assert state(desk, anna) == before


@examples(50, 1_000)
@given(baskets, orders, st.data())
def test_many_partial_returns_are_one(
    desk: Desk, lines: Lines, order: Random, data: st.DataObject
) -> None:
    """The kept goods have one price, however the others came back, and the same is taken back.

    Money that was refunded is never asked for again: where the kept goods cost less on the way than
    in the end, the most that was due on the way stays refunded.
    """
    units = [(number, 1) for number, line in enumerate(lines, 1) for _ in range(line[1])]
    kept = data.draw(st.integers(0, len(units) - 1), label="kept units")
    order.shuffle(units)
    brought = units[kept:]
    at_once = tuple((n, brought.count((n, 1))) for n in sorted({n for n, _ in brought}))
    one, many = join(desk), join(desk)
    told = []
    for member, parts in ((one, [at_once]), (many, [(unit,) for unit in brought])):
        bought = buy(desk, member, *lines)
        answers = [bring_back(desk, bought, *part) for part in parts]
        prices = [_paid(answer) for answer in answers]
        refunds = sum(answer["refund_minor"] for answer in answers)
        assert refunds == max(0, bought["paid_minor"] - min(prices))
        told.append((prices[-1], answers[-1].get("kept"), _taken(answers)))
    assert told[0] == told[1]
    assert state(desk, one, "counters") == state(desk, many, "counters")


def _paid(answer: Any) -> int:
    """What the goods cost that are kept."""
    return sum(line.get("paid_minor", 0) for line in answer.get("kept", []))


def _taken(answers: list[Any]) -> dict[str, int]:
    """What was taken back of each asset, together."""
    taken: dict[str, int] = {}
    for answer in answers:
        for asset, amount in answer.get("earned", {}).items():
            taken[asset] = taken.get(asset, 0) + amount
    return {asset: amount for asset, amount in taken.items() if amount}


@examples(30, 500)
@given(baskets, st.integers(0, 100), st.integers(0, 30))
def test_points_spent_or_expired_meanwhile_are_no_gain(
    desk: Desk, lines: Lines, percent: int, days: int
) -> None:
    """What was spent before the return is owed after it; nobody gains and nothing is lost twice."""
    anna = join(desk)
    bought = buy(desk, anna, *lines)
    desk.wait(days=days)
    desk.batch(BringUpToDate([UUID(bought["member"])]))
    spent = balance(desk, anna)[1] * percent // 100
    if spent:
        spend(desk, anna, spent)
    bring_back(desk, bought)
    assert balance(desk, anna) == (0, 0, 0, spent)
