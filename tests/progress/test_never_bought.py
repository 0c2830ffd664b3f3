"""Buying all and returning all restores counts, stamps, badges and prizes; many partial returns are
one (T2). For random purchases, on real operations and a real database."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.desk import Desk
from tests.lengths import examples
from tests.progress.games import whole
from tests.purchases.shop import Lines, bring_back, buy, join

PRICES = st.sampled_from([0, 99, 100, 333, 1_001, 4_999, 19_999])
SKUS = st.sampled_from(["coffee", "coffee", "bread", "milk"])
baskets = st.lists(
    st.tuples(SKUS, st.integers(1, 6), PRICES), min_size=1, max_size=3
).map(tuple)  # fmt: skip
visits = st.lists(
    st.tuples(baskets, st.sampled_from(["north", "south"]), st.sampled_from([0, 1, 2, 25])),
    min_size=1,
    max_size=6,
)
orders = st.randoms(use_true_random=False)


@examples(12, 500)
@given(visits, visits, orders)
def test_all_that_was_bought_comes_back(
    desk: Desk,
    first: list[tuple[Lines, str, int]],
    more: list[tuple[Lines, str, int]],
    order: Random,
) -> None:
    """Two members do the same; one of them also buys more, in between, and brings it all back."""
    anna, ben = join(desk), join(desk)
    stays = [(visit, False) for visit in first] + [(visit, True) for visit in more]
    order.shuffle(stays)
    made = []
    for (lines, shop, days), goes in stays:
        if goes:
            made.append(buy(desk, ben, *lines, shop=shop))
        else:
            buy(desk, anna, *lines, shop=shop)
            buy(desk, ben, *lines, shop=shop)
        desk.wait(days=days if days < 25 else 0, seconds=60)
    order.shuffle(made)
    for purchase in made:
        bring_back(desk, purchase)
    kept = [whole(desk, member) for member in (anna, ben)]
    for found in kept:
        found["badges"] = [name for name in found["badges"] if name != "souvenir"]
        found["remembered"][4] = sorted(found["remembered"][4].keys() - {"souvenir"})
        found.pop("vouchers")
    assert kept[0] == kept[1]


@examples(12, 500)
@given(visits, orders, st.data())
def test_many_partial_returns_are_one(
    desk: Desk, done: list[tuple[Lines, str, int]], order: Random, data: st.DataObject
) -> None:
    one, many = join(desk), join(desk)
    made = []
    for lines, shop, days in done:
        made.append([buy(desk, member, *lines, shop=shop) for member in (one, many)])
        desk.wait(days=days if days < 25 else 0, seconds=60)
    parts = []
    for number, (lines, _, _) in enumerate(done):
        units = [(number, n) for n, line in enumerate(lines, 1) for _ in range(line[1])]
        parts += units[: data.draw(st.integers(0, len(units)), label="brought")]
    for number in sorted({number for number, _ in parts}):
        lines = [n for which, n in parts if which == number]
        bring_back(desk, made[number][0], *[(n, lines.count(n)) for n in sorted(set(lines))])
    order.shuffle(parts)
    for number, line in parts:
        bring_back(desk, made[number][1], (line, 1))
    assert whole(desk, one) == whole(desk, many)
