"""What a decision costs, beside decoding its request and encoding its answer (same run).

Both are the till's own: the purchase as it comes over the wire and the answer as it is given, with
its reasons. Processor time, so that other work on the machine hardly counts.
"""

import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any
from uuid import UUID

import msgspec

from bench.figures import Figure, figure
from regulars.engine.decision import Decision
from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Coupon, Facts, Line, Member
from regulars.engine.program import Program, compile_rules
from regulars.engine.rules import Rules
from regulars.engine.storage import pack, unpack
from regulars.purchases.answers import decision_out
from regulars.purchases.wire import Extras, PurchaseIn

UNIT = "decode a request, encode its answer"
BASE = "20 campaigns, 10 match"
THOUSAND = "1,000 campaigns, 10 match"
FEW = "20 campaigns, 5 units a line"

BASKET = [
    {"sku": "juice", "quantity": 2, "amount_minor": 998, "category": "drinks/juice"},
    {"sku": "milk", "quantity": 3, "amount_minor": 1047, "category": "food/dairy/milk"},
    {"sku": "bread", "quantity": 1, "amount_minor": 549, "category": "food/bakery"},
    {"sku": "coffee", "quantity": 1, "amount_minor": 2999, "category": "drinks/coffee"},
    {"sku": "soap", "quantity": 4, "amount_minor": 1996, "category": "home/soap"},
]


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


def costs(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Microseconds of each, in rounds that alternate, so that noise meets all alike."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times, started = 0, time.process_time()
            while (spent := time.process_time() - started) < 0.02:
                for _ in range(10):
                    work()
                times += 10
            found[name].append(1e6 * spent / times)
    return found


def wire(facts: Facts, decision: Decision) -> Callable[[], object]:
    """Decode the request and encode the answer, as the till does."""
    body = msgspec.json.encode({
        "receipt_number": "2026/03/02/0001",
        "occurred_at": "2026-03-02T12:00:00+01:00",
        "member": "card:2900000000018",
        "lines": [{**line, "brand": "A brand"} for line in BASKET],
    })  # fmt: skip
    extras = Extras({"points": (1210, 96, 0, 0), "stamps": (3, 0, 0, 0)}, [], [], None)
    answer = decision_out(UUID(int=1), 1, facts, decision, UUID(int=2), extras)
    decoder = msgspec.json.Decoder(PurchaseIn)
    return lambda: (decoder.decode(body), msgspec.json.encode(answer).decode())


def run(*, repeats: int) -> Iterator[Figure]:
    """Every figure beside decoding and encoding, or beside the base where that is its aim."""
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
    works: dict[str, tuple[Callable[[], object], str, str]] = {
        UNIT: (wire(facts, decision), "", ""),
        BASE: (lambda: evaluate(twenty, facts), UNIT, "aim 6 at most"),
        THOUSAND: (lambda: evaluate(thousand, facts), BASE, "aim 2 at most"),
        FEW: (lambda: evaluate(twenty, few), BASE, ""),
        "20 campaigns, 5,000 units a line": (lambda: evaluate(twenty, many), FEW, "aim: as 5"),
        "20 campaigns and 100,000 codes": (lambda: evaluate(coded, shown), BASE, "aim: as none"),
        "1,000 campaigns, each asked why": (
            lambda: evaluate(thousand, facts, full=True), BASE, "an explanation"
        ),
        "pack": (lambda: pack(twenty, decision), UNIT, f"{len(packed)} bytes are stored"),
        "unpack": (lambda: unpack(twenty, packed), UNIT, ""),
    }  # fmt: skip
    found = costs({name: work for name, (work, _, _) in works.items()}, max(9, repeats))
    figures = {name: figure(name, values, "us") for name, values in found.items()}
    for name, (_, beside, note) in works.items():
        # Of each round its own ratio: what slows the machine slows both halves of a round.
        one = figure(name, found[name], "us", beside=figures.get(beside), note=note)
        if beside:
            pairs = zip(found[name], found[beside], strict=True)
            one.ratio = median(mine / other for mine, other in pairs)
        yield one


def hundred_thousand_codes() -> dict[str, Any]:
    codes = [f"CODE{n:05d}" for n in range(100_000)]
    return {"when": [{"kind": "coupon_presented", "codes": codes}], "then": [points(0)]}
