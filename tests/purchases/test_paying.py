"""Paying with points: a payment and no discount, taken from lots, given back by returns."""

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.kit.problems import Problem
from regulars.ledger.book import InsufficientFunds
from regulars.purchases.paying import CannotPay, PaymentRefused
from regulars.purchases.queries import explanation
from tests.corner import words
from tests.desk import Desk, Give, open_desk, plain, refusals
from tests.lengths import examples
from tests.purchases.shop import (
    BASE,
    IN_ANY_ORDER,
    RICH,
    balance,
    bring_back,
    buy,
    buying,
    campaign,
    join,
    quoting,
    shop,
    state,
)

Opened = Callable[..., Desk]
CROWD = 64


def assets(**pays: Any) -> dict[str, Any]:
    """Points that pay on these terms, beside stamps."""
    return {
        "points": {"name": words("points"), "pays": {"minor": 1, **pays}},
        "stamps": {"name": words("stamps"), "pays": {"points": 3, "minor": 100}},
        "qualifying": {"name": words("qualifying"), "spendable": False},
    }


def has(desk: Desk, amount: int, asset: str = "points", **terms: int) -> str:
    """A member who has so many."""
    member = join(desk)
    give(desk, member, amount, asset, **terms)
    return member


def give(desk: Desk, member: str, amount: int, asset: str = "points", **terms: int) -> None:
    kind, _, value = member.partition(":")
    plain(desk.batch(Give((kind, value), asset, amount, **terms))[0])


def refusal(desk: Desk, *args: Any, **more: Any) -> Problem:
    with pytest.raises(Problem) as refused:
        buy(desk, *args, **more)
    return refused.value


def test_points_pay_a_part(opened: Opened) -> None:
    desk = opened(BASE, assets=assets(minor=5))
    anna = has(desk, 100)
    bought = buy(desk, anna, ("bread", 1, 1_000), pay_with={"points": 80})
    assert (bought["paid_minor"], bought["discount_minor"]) == (1_000, 0)
    assert bought["payments"] == [
        {"tender": "points", "amount_minor": 400, "asset": "points", "units": 80}
    ]
    assert bought["to_pay_minor"] == 600
    assert balance(desk, anna)[1] == 100 - 80 + 10
    desk.verify()


def test_t7_points_are_a_payment_and_earn_nothing_where_the_program_says_so(opened: Opened) -> None:
    everything = {"kind": "points_per_spend", "per_minor": 100}
    desk = opened(
        campaign("money", everything | {"without_tenders": ["points"]}, lane="points"),
        campaign("all", everything | {"asset": "qualifying"}, lane="points"),
        assets=assets(),
    )
    anna = has(desk, 1_000)
    bought = buy(desk, anna, ("bread", 1, 1_000), pay_with={"points": "most"}, tenders={"card": 0})
    assert bought["to_pay_minor"] == 0
    assert bought["earned"] == {"qualifying": 10}


def test_only_what_was_paid_by_card(opened: Opened) -> None:
    only = {"kind": "points_per_spend", "per_minor": 100, "tenders": ["card"]}
    no_gifts = {"kind": "points_per_spend", "per_minor": 100, "asset": "stamps",
                "without_tenders": ["gift_card", "points"]}  # fmt: skip
    desk = opened(
        campaign("card", only, lane="points"),
        campaign("no-gifts", no_gifts, lane="points"),
        assets=assets(),
    )
    anna = join(desk)
    paid = {"card": 700, "gift_card": 200, "cash": 100}
    assert buy(desk, anna, ("bread", 1, 1_000), tenders=paid)["earned"] == {
        "points": 7, "stamps": 8,
    }  # fmt: skip
    assert buy(desk, anna, ("bread", 1, 1_000))["earned"] == {"stamps": 10}


def test_gift_cards_earn_by_default(opened: Opened) -> None:
    desk = opened(BASE, assets=assets())
    told = buy(desk, join(desk), ("bread", 1, 1_000), tenders={"gift_card": 1_000})
    assert told["earned"] == {"points": 10}


@pytest.mark.parametrize(
    ("terms", "units", "problem", "says"),
    [
        ({}, 1_001, InsufficientFunds, "1000 are available"),
        ({"least": 500}, 400, PaymentRefused, "At least 500"),
        ({"step": 50}, 120, PaymentRefused, "steps of 50"),
        ({"most": 300}, 301, PaymentRefused, "At most 300"),
        ({"most_percent": 50}, 501, PaymentRefused, "At most 500"),
        ({"points": 10}, 5, PaymentRefused, "smallest coin"),
    ],
)
def test_what_cannot_be_used_is_said(
    opened: Opened, terms: dict[str, int], units: int, problem: type[Problem], says: str
) -> None:
    desk = opened(BASE, assets=assets(**terms))
    anna = has(desk, 1_000)
    refused = refusal(desk, anna, ("bread", 1, 1_000), pay_with={"points": units})
    assert isinstance(refused, problem)
    assert says in refused.detail
    assert balance(desk, anna) == (0, 1_000, 0, 0)


def test_an_asset_that_does_not_pay(opened: Opened) -> None:
    desk = opened(BASE, assets=assets())
    anna = has(desk, 10, "qualifying")
    for pay in ({"qualifying": 5}, {"nothing": 5}):
        assert isinstance(refusal(desk, anna, ("bread", 1, 100), pay_with=pay), CannotPay)
    assert isinstance(refusal(desk, None, ("bread", 1, 100), pay_with={"points": 5}), CannotPay)


def test_tenders_pay_no_more_than_there_is_to_pay(opened: Opened) -> None:
    desk = opened(BASE, assets=assets())
    anna = has(desk, 500)
    refused = refusal(
        desk, anna, ("bread", 1, 1_000), pay_with={"points": 500}, tenders={"cash": 501}
    )
    assert refused.extra == {"tenders_minor": 501, "to_pay_minor": 500}
    assert balance(desk, anna)[1] == 500


def test_some_goods_cannot_be_paid_so(opened: Opened) -> None:
    no_wine = {"exclude": {"products": ["wine"]}}
    desk = opened(BASE, assets=assets(on=no_wine))
    anna = has(desk, 10_000)
    bought = buy(desk, anna, ("wine", 1, 5_000), ("bread", 1, 1_000), pay_with={"points": "most"})
    assert bought["to_pay_minor"] == 5_000
    assert bought["earned"] == {"points": 60}
    back = bring_back(desk, bought, (1, 1))
    assert (back["refund_minor"], back["to_refund_minor"]) == (5_000, 5_000)
    back = bring_back(desk, bought)
    assert (back["refund_minor"], back["to_refund_minor"]) == (1_000, 0)
    assert balance(desk, anna) == (0, 10_000, 0, 0)


def test_a_quote_tells_the_most(opened: Opened) -> None:
    desk = opened(BASE, assets=assets(minor=3, step=10, most_percent=50))
    anna = has(desk, 1_000)
    give(desk, anna, 7, "stamps")
    told = desk.do(quoting(desk, anna, ("bread", 1, 1_000)))
    assert told["payable"] == {
        "points": {"units": 160, "amount_minor": 480},
        "stamps": {"units": 7, "amount_minor": 233},
    }
    bought = buy(desk, anna, ("bread", 1, 1_000), pay_with={"points": "most", "stamps": "most"})
    assert [payment["units"] for payment in bought["payments"]] == [160, 7]


def test_a_quote_holds_the_points_for_its_purchase(opened: Opened) -> None:
    desk = opened(BASE, assets=assets())
    anna = has(desk, 500)
    quote = desk.do(quoting(desk, anna, ("bread", 1, 1_000), pay_with={"points": 500}))
    assert balance(desk, anna) == (0, 0, 500, 0)
    assert isinstance(
        refusal(desk, anna, ("bread", 1, 1_000), pay_with={"points": 1}), InsufficientFunds
    )
    buy(desk, anna, ("bread", 1, 1_000), pay_with={"points": 400}, quote=UUID(quote["id"]))
    assert balance(desk, anna) == (0, 110, 0, 0)
    quote = desk.do(quoting(desk, anna, ("bread", 1, 1_000), pay_with={"points": 100}))
    desk.wait(seconds=901)
    buy(desk, anna, ("milk", 1, 10), pay_with={"points": 1})
    assert balance(desk, anna) == (0, 109, 0, 0)
    desk.verify()


def test_repeated_it_is_said_again_and_paid_once(opened: Opened) -> None:
    desk = opened(BASE, assets=assets())
    anna = has(desk, 500)
    first, second = (
        buy(desk, anna, ("bread", 1, 1_000), pay_with={"points": 300}, key="again")
        for _ in range(2)
    )
    assert first == second
    assert balance(desk, anna)[1] == 500 - 300 + 10


def test_t1_the_last_points_pay_once(opened: Opened) -> None:
    desk = opened(BASE, assets=assets())
    anna = has(desk, 1_000)
    answers = desk.at_once(
        [buying(desk, anna, ("bread", 1, 10), pay_with={"points": 10}) for _ in range(CROWD * 2)]
    )
    problems = Counter(type(problem).__name__ for problem in refusals(answers))
    assert problems == {"InsufficientFunds": CROWD * 2 - 100}
    assert balance(desk, anna) == (0, 0, 0, 0)
    desk.verify()


def test_lots_get_back_what_was_taken_from_them(opened: Opened) -> None:
    """Earliest expiry is used first and restored last; what has expired meanwhile is gone."""
    desk = opened(BASE, assets=assets())
    anna = has(desk, 100, expires_at=desk.now + 5 * 86_400)
    give(desk, anna, 100, expires_at=desk.now + 50 * 86_400)
    bought = buy(desk, anna, ("bread", 15, 10), pay_with={"points": 150})
    desk.wait(days=10)
    bring_back(desk, bought, (1, 10))
    assert balance(desk, anna) == (0, 100, 0, 0)
    bring_back(desk, bought)
    assert balance(desk, anna) == (0, 100, 0, 0)
    desk.verify()


@pytest.fixture(scope="module")
def steady(database_url: str) -> Iterator[Desk]:
    """Where what is kept never costs more or less because something else came back."""
    terms = {"points": 3, "minor": 7, "on": {"exclude": {"products": ["paper"]}}}
    changed = assets() | {"points": {"name": words("points"), "pays": terms}}
    with open_desk(database_url, shop(*IN_ANY_ORDER, assets=changed)) as desk:
        yield desk
        desk.verify()


@pytest.fixture(scope="module")
def paying(database_url: str) -> Iterator[Desk]:
    terms = {"points": 3, "minor": 7, "on": {"exclude": {"products": ["paper"]}}}
    points = {"name": words("points"), "pays": terms}
    stamps = {"name": words("stamps"), "pays": {"minor": 150}, "on_return": "clamp"}
    qualifying = {"name": words("qualifying"), "spendable": False}
    changed = {"points": points, "stamps": stamps, "qualifying": qualifying}
    with open_desk(database_url, shop(*RICH, assets=changed)) as desk:
        yield desk
        desk.verify()


PRICES = st.sampled_from([0, 1, 99, 333, 1_001, 4_999, 5_000, 9_950, 19_999])
SKUS = st.sampled_from(["boots", "clogs", "coffee", "paper", "bread", "milk"])
baskets = st.lists(
    st.tuples(SKUS, st.integers(1, 4), PRICES), min_size=1, max_size=5
).map(tuple)  # fmt: skip
MOST = {"points": "most", "stamps": "most"}


@examples(40, 800)
@given(baskets, st.randoms(use_true_random=False), st.integers(0, 9_000))
def test_t2_all_comes_back_however_it_was_paid(
    paying: Desk, lines: Any, order: Random, held: int
) -> None:
    anna = has(paying, held + 1)
    give(paying, anna, 4, "stamps")
    before = state(paying, anna)
    bought = buy(paying, anna, *lines, pay_with=MOST, tenders={"cash": 0})
    units = [(number, 1) for number, line in enumerate(lines, 1) for _ in range(line[1])]
    order.shuffle(units)
    answers = [bring_back(paying, bought, unit) for unit in units]
    for answer in answers:
        points = sum(p["amount_minor"] for p in answer.get("payments", []))
        money = answer.get("to_refund_minor", answer["refund_minor"])
        assert money >= 0
        assert money + points == answer["refund_minor"]
    money = sum(a.get("to_refund_minor", a["refund_minor"]) for a in answers)
    assert money == bought.get("to_pay_minor", bought["paid_minor"])
    assert state(paying, anna) == before


@examples(40, 800)
@given(baskets, st.randoms(use_true_random=False), st.integers(0, 9_000), st.data())
def test_t2_many_partial_returns_share_as_one_does(
    steady: Desk, lines: Any, order: Random, held: int, data: st.DataObject
) -> None:
    units = [(number, 1) for number, line in enumerate(lines, 1) for _ in range(line[1])]
    kept = data.draw(st.integers(0, len(units) - 1), label="kept units")
    order.shuffle(units)
    brought = units[kept:]
    at_once = tuple((n, brought.count((n, 1))) for n in sorted({n for n, _ in brought}))
    told = []
    for parts in ([at_once], [(unit,) for unit in brought]):
        anna = has(steady, held + 1)
        bought = buy(steady, anna, *lines, pay_with=MOST)
        answers = [bring_back(steady, bought, *part) for part in parts]
        refund = sum(answer["refund_minor"] for answer in answers)
        back = sum(p.get("units", 0) for a in answers for p in a.get("payments", []))
        told.append((refund, back, state(steady, anna, "counters", "vouchers")))
    assert told[0] == told[1]


def test_it_explains_itself_and_comes_out_the_same(opened: Opened) -> None:
    reached = {"kind": "message", "text": words("Reached"), "reaches": 101}
    passed = {"kind": "passed_amount", "every_minor": 500, "points": 3, "window": "days:30"}
    capped = BASE | {"caps": {"points": {"per_member_per_day": 4}}}
    desk = opened(
        capped, campaign("passed", passed, lane="points"),
        campaign("told", reached, lane="points"), assets=assets(),
    )  # fmt: skip
    anna = has(desk, 100)
    bought = buy(desk, anna, ("bread", 1, 1_000), pay_with={"points": 5}, tenders={"card": 5})
    assert bought["earned"] == {"points": 10}
    assert bought["messages"] == [{"campaign": "told", "text": words("Reached")}]
    for language in ("pl", "bg", "en"):
        told = desk.read(
            explanation(desk.program_id, UUID(bought["id"]), desk.context.revisions, language)
        )
        assert told.identical
        assert all(campaign.why for campaign in told.campaigns)
