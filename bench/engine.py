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
        lambda n: {
            "then": [{"kind": "percent_off", "percent": 10, "on": {"products": [f"sku{n}"]}}]
        },
        lambda n: {
            "then": [{"kind": "percent_off", "percent": 10, "on": {"categories": [f"c/{n}"]}}]
        },
        lambda n: {"when": [{"kind": "shop", "one_of": [f"s{n}"]}], "then": [points(n)]},
        lambda n: {"when": [{"kind": "coupon_presented", "codes": [f"k{n}"]}], "then": [points(n)]},
    ]
    return [ways[n % len(ways)](n) for n in range(count)]


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


def microseconds(work: Callable[[], object], rounds: int = 7) -> float:
    """The best of several rounds of about 20 ms each."""
    started = time.perf_counter()
    work()
    times = max(1, int(0.02 / (time.perf_counter() - started + 1e-9)))
    best = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        for _ in range(times):
            work()
        best = min(best, (time.perf_counter() - started) / times)
    return best * 1e6


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
    coded = program(matching() + waiting() + [hundred_thousand_codes()])
    facts = basket()
    decision = evaluate(twenty, facts)
    assert len(decision.used) == 10, decision.trace
    assert len(evaluate(thousand, facts).used) == 10
    many = basket(quantity=5000, amount_minor=2_500_000)
    few = basket(quantity=5, amount_minor=2_500)
    packed = pack(twenty, decision)
    unit = microseconds(wire(decision))
    base = microseconds(lambda: evaluate(twenty, facts))
    show("decode the request, encode the answer", unit, unit)
    show("20 campaigns, 10 match", base, unit)
    show("1,000 campaigns, 10 match", microseconds(lambda: evaluate(thousand, facts)), unit, base)
    five = microseconds(lambda: evaluate(twenty, few))
    show("5 units a line", five, unit)
    show("5,000 units a line", microseconds(lambda: evaluate(twenty, many)), unit, five)
    with_code = Facts(*[getattr(facts, f) for f in facts.__struct_fields__])
    with_code = msgspec.structs.replace(with_code, coupons=(Coupon("code99999"),))
    show("100,000 codes", microseconds(lambda: evaluate(coded, with_code)), unit, base)
    show("all 1,000 asked why", microseconds(lambda: evaluate(thousand, facts, full=True)), unit)
    show("pack", microseconds(lambda: pack(twenty, decision)), unit)
    show("unpack", microseconds(lambda: unpack(twenty, packed)), unit)
    print(f"packed {len(packed)} bytes, as JSON {len(msgspec.json.encode(decision))}")


def hundred_thousand_codes() -> dict[str, Any]:
    codes = [f"CODE{n:05d}" for n in range(100_000)]
    return {"when": [{"kind": "coupon_presented", "codes": codes}], "then": [points(0)]}


def show(what: str, cost: float, unit: float, base: float | None = None) -> None:
    beside = "" if base is None else f", x {cost / base:.2f} of the one above it is held to"
    print(f"{what:40} {cost:8.1f} us, x {cost / unit:.2f} of decode+encode{beside}")


if __name__ == "__main__":
    main()
