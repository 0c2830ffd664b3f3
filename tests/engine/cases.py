"""Cases written short: what the scenarios and the engine's tests are written in."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from regulars.engine.facts import Coupon, Facts, Line, Member
from regulars.engine.program import Program, compile_rules
from regulars.engine.rules import Rules
from regulars.kit.periods import day_number, local, zone

WARSAW = "Europe/Warsaw"
ANNA = Member("anna")


def program(*campaigns: Mapping[str, Any], **rules: Any) -> Program:
    """A program of these campaigns; each may leave out what a test does not care about."""
    document = {
        "currency": "PLN",
        "timezone": WARSAW,
        "campaigns": [
            {"id": f"c{number}", "then": [points(1)], **campaign}
            for number, campaign in enumerate(campaigns)
        ],
    }
    return compile_rules(Rules.model_validate(document | rules))


def points(number: int, **fields: Any) -> dict[str, Any]:
    return {"kind": "fixed_points", "points": number, **fields}


def percent(number: object, **fields: Any) -> dict[str, Any]:
    return {"kind": "percent_off", "percent": number, **fields}


def amount(off_minor: int, **fields: Any) -> dict[str, Any]:
    return {"kind": "amount_off", "off_minor": off_minor, **fields}


def over(at_least_minor: int, **fields: Any) -> dict[str, Any]:
    return {"kind": "basket_total", "at_least_minor": at_least_minor, **fields}


def facts(
    *lines: Iterable[Any],
    time: str = "2026-03-02 12:00",
    member: Member | None = ANNA,
    coupons: Iterable[Coupon | str] = (),
    **fields: Any,
) -> Facts:
    """A basket of (sku, quantity, line total, category, brand, floor) at a Warsaw wall time."""
    at = int(datetime.fromisoformat(time).replace(tzinfo=zone(WARSAW)).timestamp())
    return at_instant(
        at,
        lines=tuple(Line(*line) for line in lines),
        member=member,
        coupons=tuple(c if isinstance(c, Coupon) else Coupon(c) for c in coupons),
        **fields,
    )


def at_instant(at: int, **fields: Any) -> Facts:
    """Facts of an instant (seconds, UTC) with its local day, minute and weekday in Warsaw."""
    wall = local(at, WARSAW)
    return Facts(
        at=at,
        day=day_number(wall.date()),
        minute=wall.hour * 60 + wall.minute,
        weekday=wall.isoweekday(),
        **fields,
    )
