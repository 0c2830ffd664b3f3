"""What a decision costs, beside decoding its request and encoding its answer (same run).

    python -m bench.engine

Prints microseconds and ratios; the ratios hold on any machine. The aims: a basket of 5 lines under
20 campaigns of which 10 match at most 6 times the decoding and encoding; 1,000 campaigns of which
10 match at most twice that; 5,000 units on a line, and 100,000 live codes, as none.
"""

import time
from collections.abc import Callable
from typing import Any

import msgspec

from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Coupon, Facts, Line, Member
from regulars.engine.program import Program, compile_rules
from regulars.engine.rules import Rules
from regulars.engine.storage import pack, unpack

UNIT = "decode a request, encode its answer"
BASE = "20 campaigns, 10 match"

BASKET = [
    {"sku": "juice", "quantity": 2, "amount_minor": 998, "category": "drinks/juice"},
    {"sku": "milk", "quantity": 3, "amount_minor": 1047, "category": "food/dairy/milk"},
    {"sku": "bread", "quantity": 1, "amount_minor": 549, "category": "food/bakery"},
    {"sku": "coffee", "quantity": 1, "amount_minor": 2999, "category": "drinks/coffee"},
    {"sku": "soap", "quantity": 4, "amount_minor": 1996, "category": "home/soap"},
]


class RequestLine(msgspec.Struct):
    sku: str
    quantity: int
    amount_minor: int
    category: str = ""
    brand: str = ""


class Request(msgspec.Struct):
    receipt: str
    shop: str
    at: str
    identifier: str
    lines: list[RequestLine]
    coupons: list[str] = []


def matching() -> list[dict[str, Any]]:
    """Ten campaigns of which each gives something for the basket."""
    over = {"kind": "basket_total", "at_least_minor": 1000}
    dairy, drinks = {"categories": ["food/dairy"]}, {"categories": ["drinks"]}
    return [
        {"then": [{"kind": "points_per_spend", "per_minor": 100}]},
        {"when": [over], "then": [{"kind": "fixed_points", "points": 10}]},
        {"then": [{"kind": "percent_off", "percent": 5, "on": dairy}]},
        {"then": [{"kind": "points_per_spend", "per_minor": 100, "on": drinks}]},
        {"then": [{"kind": "nth_unit_price", "price_minor": 1, "on": {"products": ["juice"]}}]},
        {
            "when": [{"kind": "tier", "one_of": ["gold"]}],
            "then": [{"kind": "percent_off", "percent": 2}],
        },
        {
            "when": [{"kind": "segment", "any_of": ["parents"]}],
            "then": [{"kind": "fixed_points", "points": 5}],
        },
        {
            "when": [{"kind": "basket_contains", "of": {"products": ["coffee"]}}],
            "then": [{"kind": "fixed_points", "asset": "stamps", "points": 1}],
        },
        {
            "when": [{"kind": "weekday_and_hours", "days": [1, 2, 3]}],
            "then": [{"kind": "qualifying_points", "per_minor": 100}],
        },
        {"when": [over], "then": [{"kind": "give_tickets", "per_minor": 2000}]},
    ]


def waiting() -> list[dict[str, Any]]:
    """Ten campaigns that are considered and miss something."""
    gift = [{"kind": "fixed_points", "points": 100}]
    return [
        {"when": [{"kind": "basket_total", "at_least_minor": 10_000 * n}], "then": gift}
        for n in range(1, 6)
    ] + [
        {"when": [{"kind": "visits_in_window", "window": "month", "at_least": n}], "then": gift}
        for n in range(4, 9)
    ]


def elsewhere(count: int) -> list[dict[str, Any]]:
    """Campaigns about products, categories, shops and codes that are not in this basket."""
    ways: list[Callable[[int], dict[str, Any]]] = [
        lambda n: {"then": [tenth({"products": [f"sku{n}"]})]},
        lambda n: {"then": [tenth({"categories": [f"c/{n}"]})]},
        lambda n: {"when": [{"kind": "shop", "one_of": [f"s{n}"]}], "then": [points(n)]},
        lambda n: {"when": [{"kind": "coupon_presented", "codes": [f"k{n}"]}], "then": [points(n)]},
    ]
    return [ways[n % len(ways)](n) for n in range(count)]


def tenth(on: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "percent_off", "percent": 10, "on": on}


def points(number: int) -> dict[str, Any]:
    return {"kind": "fixed_points", "points": number + 1}


def program(campaigns: list[dict[str, Any]]) -> Program:
    named = [{"id": f"campaign-{n}", **campaign} for n, campaign in enumerate(campaigns)]
    document = {"currency": "PLN", "timezone": "Europe/Warsaw", "campaigns": named}
    return compile_rules(Rules.model_validate(document))


def basket(**changes: Any) -> Facts:
    member = Member("m1", tier="gold", segments=("parents",), windows={"month": (3, 20_000)})
    lines = tuple(Line(**{**line, **changes}) for line in BASKET)
    return Facts(1_772_449_200, 20_514, 720, 1, shop="wola", lines=lines, member=member)


def microseconds(works: dict[str, Callable[[], object]], rounds: int = 9) -> dict[str, float]:
    """The best of several rounds for each; the rounds alternate, so that noise meets all alike."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, work in works.items():
            times, started = 0, time.process_time()
            while (spent := time.process_time() - started) < 0.02:
                for _ in range(10):
                    work()
                times += 10
            best[name] = min(best.get(name, float("inf")), 1e6 * spent / times)
    return best


def wire(decision: Any) -> Callable[[], object]:
    """Decode the request and encode the answer, as the till does."""
    body = msgspec.json.encode(
        {
            "receipt": "2026/03/02/0001",
            "shop": "wola",
            "at": "2026-03-02T12:00:00+01:00",
            "identifier": "2900000000018",
            "lines": BASKET,
        }
    )
    decoder = msgspec.json.Decoder(Request)
    return lambda: (decoder.decode(body), msgspec.json.encode(decision))


def main() -> None:
    twenty = program(matching() + waiting())
    thousand = program(matching() + elsewhere(990))
    coded = program([*matching(), *waiting(), hundred_thousand_codes()])
    facts = basket()
    decision = evaluate(twenty, facts)
    assert len(decision.used) == 10, decision.trace
    assert len(evaluate(thousand, facts).used) == 10
    many, few = (basket(quantity=n, amount_minor=500 * n) for n in (5000, 5))
    shown = msgspec.structs.replace(facts, coupons=(Coupon("code99999"),))
    packed = pack(twenty, decision)
    cost = microseconds(
        {
            UNIT: wire(decision),
            BASE: lambda: evaluate(twenty, facts),
            "1,000 campaigns, 10 match": lambda: evaluate(thousand, facts),
            "20 campaigns, 5 units a line": lambda: evaluate(twenty, few),
            "20 campaigns, 5,000 units a line": lambda: evaluate(twenty, many),
            "20 campaigns and 100,000 codes": lambda: evaluate(coded, shown),
            "1,000 campaigns, each asked why": lambda: evaluate(thousand, facts, full=True),
            "pack": lambda: pack(twenty, decision),
            "unpack": lambda: unpack(twenty, packed),
        }
    )
    print(f"{'':36}       us  x unit  x base")
    for name, each in cost.items():
        print(f"{name:36} {each:8.1f} {each / cost[UNIT]:7.2f} {each / cost[BASE]:7.2f}")
    print(f"stored: {len(packed)} bytes; as plain JSON {len(msgspec.json.encode(decision))}")


def hundred_thousand_codes() -> dict[str, Any]:
    codes = [f"CODE{n:05d}" for n in range(100_000)]
    return {"when": [{"kind": "coupon_presented", "codes": codes}], "then": [points(0)]}


if __name__ == "__main__":
    main()
