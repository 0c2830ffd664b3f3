"""A shop whose program has something of everything, and what its customers do.

Boots are shoes (the second pair for a grosz), coffee gives stamps, all else is just goods.
"""

import json
from typing import Any
from uuid import UUID

from regulars.members.operations import Join
from regulars.members.wire import JoinIn
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.quotes import MakeQuote
from regulars.purchases.returns import RecordReturn
from regulars.purchases.wire import LineIn, PurchaseIn, QuoteIn, ReturnIn, ReturnLineIn
from regulars.rewards.operations import Redeem
from regulars.rewards.wire import RedeemIn
from tests.corner import words
from tests.desk import Desk

CATEGORIES = {"boots": "shoes", "clogs": "shoes", "coffee": "drinks/hot"}
Lines = tuple[tuple[str, int, int], ...]


def campaign(id: str, *then: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": id, "name": words(id), "then": list(then), **more}


def off(minor: int) -> dict[str, Any]:
    return {"kind": "amount_off", "off_minor": minor}


def points(amount: int, asset: str = "points") -> dict[str, Any]:
    return {"kind": "fixed_points", "points": amount, "asset": asset}


BASE = campaign("base", {"kind": "points_per_spend", "per_minor": 100}, lane="points")
RICH: tuple[dict[str, Any], ...] = (  # with limits that no long run comes to
    campaign(
        "second-pair",
        {"kind": "nth_unit_price", "price_minor": 1, "among": "scope",
         "on": {"categories": ["shoes"]}},
        lane="shelf", limits={"per_member": 3, "total": 1_000_000},
    ),
    campaign(
        "five-percent", {"kind": "percent_off", "percent": 5}, lane="basket",
        when=[{"kind": "basket_total", "at_least_minor": 10_000}],
        limits={"budget_minor": 100_000_000_000, "per_day": 1_000_000},
    ),
    campaign(
        "gold", {"kind": "percent_off", "percent": 7}, lane="basket",
        when=[{"kind": "tier", "one_of": ["gold"]}],
    ),
    campaign(
        "five-off", off(500), lane="vouchers",
        when=[{"kind": "coupon_presented", "voucher": "five-off"}],
    ),
    campaign(
        "ten-off", off(1_000), lane="vouchers",
        when=[{"kind": "coupon_presented", "codes": ["TEN"]}], limits={"per_member": 1},
    ),
    campaign(
        "two-off", off(200), lane="vouchers",
        when=[{"kind": "coupon_presented", "voucher": "slip"}],
    ),
    campaign(
        "thanks", {"kind": "issue_voucher", "voucher": "five-off"}, lane="vouchers",
        when=[{"kind": "basket_total", "at_least_minor": 5_000}],
        limits={"per_member_per_day": 1},
    ),
    campaign(
        "slips", {"kind": "issue_voucher", "voucher": "slip", "count": 2}, lane="vouchers",
        when=[{"kind": "basket_contains", "of": {"products": ["paper"]}}],
    ),
    BASE,
    campaign(
        "welcome", points(25), lane="points", when=[{"kind": "first_purchase"}],
        limits={"per_member": 1, "budget_points": 100_000_000},
    ),
    campaign(
        "big-month", points(30), lane="points",
        when=[{"kind": "spend_in_window", "window": "month", "at_least_minor": 20_000,
               "including_this": True}],
    ),
    campaign(
        "third-visit", points(2, "stamps"), lane="points",
        when=[{"kind": "visits_in_window", "window": "days:7", "at_least": 3,
               "including_this": True}],
    ),
    campaign(
        "coffee",
        {"kind": "fixed_points", "points": 1, "asset": "stamps", "per": "unit",
         "on": {"categories": ["drinks"]}},
        lane="points",
    ),
    campaign("climb", {"kind": "qualifying_points", "per_minor": 100}, lane="points"),
)  # fmt: skip

IN_ANY_ORDER = (
    BASE,
    campaign("climb", {"kind": "qualifying_points", "per_minor": 100}, lane="points"),
    campaign("a-day", points(5), lane="points", limits={"per_member_per_day": 1}),
)
"""Campaigns that do not look at what came before."""


def shop(*campaigns: dict[str, Any], **changes: Any) -> str:
    """The program's document; with ``campaigns`` only those."""
    document = {
        "program": "shop",
        "name": words("Shop"),
        "currency": "PLN",
        "timezone": "Europe/Warsaw",
        "assets": {
            "points": {"name": words("points"), "pending_days": 2, "expires": {"days": 20},
                       "worth_minor": 1},
            "stamps": {"name": words("stamps"), "on_return": "clamp"},
            "qualifying": {"name": words("qualifying"), "spendable": False},
        },
        "tiers": ["silver", "gold"],
        "tiering": {"asset": "qualifying", "at_least": {"silver": 100, "gold": 300}},
        "vouchers": {
            "five-off": {"name": words("5 off"), "valid_days": 30, "automatic": True},
            "slip": {"name": words("2 off"), "valid_days": 30},
        },
        "lanes": [
            {"id": "shelf"}, {"id": "basket", "combine": "best"}, {"id": "vouchers"},
            {"id": "points"},
        ],
        "campaigns": list(campaigns or RICH),
        **changes,
    }  # fmt: skip
    return json.dumps(document)


def join(desk: Desk) -> str:
    """A new member with a new card; how requests name them."""
    answer = desk.do(Join(JoinIn(issue_card=True), desk.caller, key=None, at=desk.now))
    return f"card:{answer['card']}"


def lines_of(lines: Lines) -> tuple[LineIn, ...]:
    return tuple(LineIn(sku, n, price, category=CATEGORIES.get(sku)) for sku, n, price in lines)


def buying(
    desk: Desk, member: str | None, *lines: tuple[str, int, int], at: int | None = None,
    key: str | None = None, **more: Any,
) -> RecordPurchase:  # fmt: skip
    """A purchase of (article, quantity, unit price), to be carried out."""
    request = PurchaseIn(lines_of(lines), member, **more)
    return RecordPurchase(request, desk.caller, key=key, at=desk.now if at is None else at)


def buy(desk: Desk, member: str | None, *lines: tuple[str, int, int], **more: Any) -> Any:
    return desk.do(buying(desk, member, *lines, **more))


def returning(desk: Desk, purchase: Any, *lines: tuple[int, int]) -> RecordReturn:
    """A return of (line, quantity), to be carried out; of all that is left where none is named."""
    request = ReturnIn(UUID(purchase["id"]), tuple(ReturnLineIn(*line) for line in lines))
    return RecordReturn(request, desk.caller, key=None, at=desk.now)


def bring_back(desk: Desk, purchase: Any, *lines: tuple[int, int]) -> Any:
    return desk.do(returning(desk, purchase, *lines))


def quoting(desk: Desk, member: str | None, *lines: tuple[str, int, int], **more: Any) -> MakeQuote:
    """A quote that holds what it promises."""
    request = QuoteIn(lines_of(lines), member, hold=True, **more)
    return MakeQuote(request, desk.caller, key=desk.key(), at=desk.now)


def spend(desk: Desk, member: str, amount: int, asset: str = "points") -> Any:
    request = RedeemIn(member, asset=asset, amount=amount)
    return desk.do(Redeem(request, desk.caller, key=desk.key(), at=desk.now))


STATE = {
    "accounts": """select asset, pending, available, held, owed from account
                    where program_id = %(program)s and holder_id = %(member)s
                      and (pending, available, held, owed) <> (0, 0, 0, 0) order by 1""",
    "figures": """select purchases, spend_minor, tier, first_purchase_at, last_purchase_at
                    from member where program_id = %(program)s and id = %(member)s""",
    "days": """select day, visits, spend_minor from member_day
                where program_id = %(program)s and member_id = %(member)s
                  and (visits, spend_minor) <> (0, 0) order by 1""",
    "own counters": """select campaign, scope, day, used from counter
                        where program_id = %(program)s and member_id = %(member)s and used <> 0
                        order by 1, 2, 3""",
    "counters": """select campaign, scope, day, used from counter
                    where program_id = %(program)s and used <> 0
                      and member_id = '00000000-0000-0000-0000-000000000000' order by 1, 2, 3""",
    "vouchers": """select definition, uses_left, valid_from, valid_until from voucher
                    where program_id = %(program)s and member_id = %(member)s
                      and uses_left > 0 and blocked_at is null order by 1, 2, 3, 4""",
}


def state(desk: Desk, member: str, *without: str) -> dict[str, Any]:
    """Everything that purchases may change of a member and of the program, as the tables have it.

    A row of nothing counts as no row; a voucher nobody can use any more counts as none.
    """
    kind, value = member.split(":")
    found = desk.connection.execute(
        "select member_id from identifier where program_id = %s and kind = %s and value = %s",
        (desk.program_id, kind, value),
    ).fetchone()
    assert found is not None
    keys = {"program": desk.program_id, "member": found[0]}
    told = {
        name: desk.connection.execute(sql, keys).fetchall()
        for name, sql in STATE.items()
        if name not in without
    }
    desk.connection.commit()
    return told


def balance(desk: Desk, member: str, asset: str = "points") -> tuple[int, int, int, int]:
    """Pending, available, held, owed."""
    accounts = {name: figures for name, *figures in state(desk, member)["accounts"]}
    pending, available, held, owed = accounts.get(asset, (0, 0, 0, 0))
    return pending, available, held, owed
