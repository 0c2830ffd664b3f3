"""Other requests at 32 clients, beside pgbench: read, rehearsed, or wanted by all at once.

The hot ones all touch one row: the account of one partner, the budget of one campaign.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

from bench.figures import Figure, compared, figure
from bench.imports import bring_in
from bench.load import LINES, PURCHASE, Load, Request, load, need_wrk
from bench.stage import Program, Stage, card, serving, twenty
from bench.yardstick import CLIENTS, Yardsticks
from regulars.kit.http import Caller
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.wire import LineIn, PurchaseIn

MEMBERS = 1_000
_ENOUGH_MINOR = 1_000_000_000
"""What everybody bought before, so that all can take rewards for as long as the bench runs."""


def run(
    stage: Stage, yardsticks: Yardsticks | None, *, repeats: int, seconds: float
) -> Iterator[Figure]:
    """Each repeat measures the yardsticks and every request once."""
    need_wrk()
    programs = {
        slug: stage.program(slug, members=MEMBERS, document=made)
        for slug, made in (
            ("few", twenty("few")), ("many", _many()), ("hot", _hot()), ("gifts", _gifts()),
        )
    }  # fmt: skip
    _fund(stage, programs["gifts"])
    one = f"card:{card(0)}"
    basket = '{"member":"card:{card}",' + LINES + "}"
    cases: dict[str, tuple[str, Request]] = {
        "quote, 20 campaigns": ("few", Request("POST", "/v1/quotes", basket)),
        "quote, 1,000 campaigns": ("many", Request("POST", "/v1/quotes", basket)),
        "balance": ("few", Request("GET", "/v1/members/card:{card}/balance")),
        "the same reward, taken by all": (
            "gifts",
            Request("POST", "/v1/redemptions", '{"member":"card:{card}","reward":"mug"}'),
        ),
        "purchases of one member": (
            "few", PURCHASE._replace(body=PURCHASE.body.replace("card:{card}", one))
        ),
        "purchases that all draw on one budget": ("hot", PURCHASE),
    }  # fmt: skip
    found: dict[str, list[Load]] = {name: [] for name in cases}
    with serving(stage.url, workers=1) as server:
        for slug, request in cases.values():
            load(stage, programs[slug], server, CLIENTS, 1, request)
        for _ in range(repeats):
            if yardsticks is not None:
                yardsticks.measure(seconds)
            for name, (slug, request) in cases.items():
                found[name].append(load(stage, programs[slug], server, CLIENTS, seconds, request))
    beside = yardsticks.figures() if yardsticks is not None else []
    yield from beside
    for name, loads in found.items():
        yield from compared(name, [each.rate for each in loads], "/s", beside)
        for field in ("p99_ms", "app_us", "database_us"):
            what, _, unit = field.rpartition("_")
            yield figure(
                f"  {what}", [getattr(each, field) for each in loads],
                "ms" if unit == "ms" else "us/request",
            )  # fmt: skip


def _many() -> dict[str, Any]:
    """The twenty, and 980 about other products."""
    made = twenty("many")
    made["campaigns"] += [
        {
            "id": f"other-{n}",
            "then": [{"kind": "percent_off", "percent": 10, "on": {"products": [f"other-{n}"]}}],
        }
        for n in range(980)
    ]
    return made


def _hot() -> dict[str, Any]:
    """One campaign with a budget that every purchase draws on."""
    made = twenty("hot")
    made["campaigns"][0]["limits"] = {"budget_points": 1_000_000_000}
    return made


def _gifts() -> dict[str, Any]:
    """Points that can be spent at once, on one reward."""
    made = twenty("gifts")
    made["assets"] = {"points": {}}
    made["rewards"] = {"mug": {"name": {"en": "Mug"}, "cost": {"points": 1}}}
    return made


def _fund(stage: Stage, program: Program) -> None:
    """Everybody buys once, and much."""
    lines = (LineIn("gold", amount_minor=_ENOUGH_MINOR),)
    operations = []
    for number in range(program.members):
        request = PurchaseIn(lines, member=f"card:{card(number)}")
        at = stage.now - MEMBERS + number
        operations.append(RecordPurchase(request, Caller("1", "2"), key=f"fund-{number}", at=at))
    asyncio.run(bring_in(stage, program, operations))
