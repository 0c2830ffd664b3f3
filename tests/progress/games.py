"""A program with a card, challenges, streaks and badges, and what its customers do."""

import json
from typing import Any
from uuid import UUID

from regulars.purchases.operations import RecordActivity
from regulars.purchases.wire import ActivityIn
from tests.corner import words
from tests.desk import Desk
from tests.purchases.shop import state


def games(**changes: Any) -> str:
    document = {
        "program": "games",
        "name": words("Games"),
        "currency": "PLN",
        "timezone": "Europe/Sofia",
        "assets": {
            "points": {"name": words("points"), "worth_minor": 1},
            "stamps": {"name": words("stamps"), "expires": {"days": 30}},
            "qualifying": {"name": words("qualifying"), "spendable": False},
        },
        "tiers": ["silver", "gold"],
        "tiering": {"asset": "qualifying", "at_least": {"silver": 100, "gold": 300}},
        "vouchers": {
            "coffee": {"name": words("Coffee"), "valid_days": 30},
            "cake": {"name": words("Cake"), "valid_days": 30},
        },
        "stamp_cards": {
            "coffee": {
                "name": words("Coffee card"), "asset": "stamps", "size": 5,
                "gives": {"voucher": "coffee", "assets": {"points": 10}},
            },
        },
        "challenges": {
            "spring": {
                "name": words("Spring"), "starts": "2026-03-01", "ends": "2026-05-31",
                "goals": [
                    {"id": "coffees", "count": "units", "at_least": 3,
                     "on": {"categories": ["drinks"]}},
                    {"id": "spent", "count": "spend", "at_least": 5_000},
                ],
                "gives": {"assets": {"points": 100}, "voucher": "cake"},
            },
            "weekly": {
                "name": words("Weekly"), "every": "week", "times": 2,
                "goals": [{"id": "visits", "count": "purchases", "at_least": 2}],
                "gives": {"assets": {"points": 7}},
            },
            "round-trip": {
                "name": words("Round trip"), "times": 3,
                "goals": [{"id": "shops", "count": "shops", "at_least": 2}],
                "gives": {"assets": {"points": 20}},
            },
            "critic": {
                "name": words("Critic"), "counts_from": "opt_in", "within_days": 7,
                "goals": [
                    {"id": "reviews", "count": "activities", "activity": "review", "at_least": 1},
                    {"id": "bread", "count": "purchases", "at_least": 1,
                     "on": {"products": ["bread"]}},
                ],
                "gives": {"assets": {"points": 50}},
            },
            "welcome": {
                "name": words("Welcome"), "counts_from": "join", "within_days": 3,
                "goals": [{"id": "visits", "count": "purchases", "at_least": 2}],
                "gives": {"gift": "mug"},
            },
        },
        "streaks": {
            "daily": {
                "name": words("Daily"), "each": "day", "least_minor": 100, "freezes": 1,
                "gives": [{"length": 3, "assets": {"points": 30}},
                          {"length": 2, "again": True, "assets": {"points": 1}}],
            },
            "monthly": {
                "name": words("Monthly"), "each": "month",
                "gives": [{"length": 2, "voucher": "cake"}],
            },
        },
        "badges": {
            "gardener": {"name": words("Gardener"), "challenge": "spring"},
            "faithful": {"name": words("Faithful"), "streak": "daily", "at_least": 3},
            "golden": {"name": words("Golden"), "tier": "gold"},
            "drinker": {"name": words("Drinker"), "card": "coffee", "at_least": 2},
            "third": {"name": words("Third"), "at_least": 3},
            "souvenir": {"name": words("Souvenir"), "at_least": 2, "on_return": "keep"},
        },
        "lanes": [{"id": "prices"}, {"id": "points"}],
        "campaigns": [
            {"id": "free-coffee", "name": words("Free coffee"),
             "when": [{"kind": "coupon_presented", "voucher": "coffee"}],
             "then": [{"kind": "percent_off", "percent": 100, "max_units": 1,
                       "on": {"categories": ["drinks"]}}]},
            {"id": "free-cake", "name": words("Free cake"),
             "when": [{"kind": "coupon_presented", "voucher": "cake"}],
             "then": [{"kind": "amount_off", "off_minor": 300}]},
            {"id": "base", "name": words("Base"), "lane": "points",
             "then": [{"kind": "points_per_spend", "per_minor": 100},
                      {"kind": "qualifying_points", "per_minor": 100}]},
            {"id": "stamp", "name": words("Stamp"), "lane": "points",
             "then": [{"kind": "fixed_points", "asset": "stamps", "points": 1, "per": "unit",
                       "on": {"categories": ["drinks"]}}]},
        ],
        **changes,
    }  # fmt: skip
    return json.dumps(document)


def does(desk: Desk, member: str, kind: str) -> Any:
    request = ActivityIn(kind, member)
    return desk.do(RecordActivity(request, desk.caller, key=None, at=desk.now))


def moved(answer: Any, of: str, id: str) -> list[Any]:
    """What an answer tells of one mechanic: (code, figures)."""
    return [
        (step["code"], step.get("figures", {}))
        for step in answer.get("progress", [])
        if (step["of"], step["id"]) == (of, id)
    ]


def whole(desk: Desk, member: str) -> dict[str, Any]:
    """Everything purchases may change, with what is remembered of the member."""
    kind, value = member.split(":")
    rows = desk.connection.execute(
        """select p.state::jsonb, p.badges from progress p
             join identifier i on i.program_id = p.program_id and i.member_id = p.member_id
            where i.program_id = %s and i.kind = %s and i.value = %s""",
        (desk.program_id, kind, value),
    ).fetchall()
    desk.connection.commit()
    parts, badges = rows[0] if rows else ([], [])
    remembered = [*parts, *([{}] * 5 + [[]])[len(parts) :]]
    given = sorted((g[0], g[1], str(g[3:4]), g[5:6] == [True]) for g in remembered[5])
    return {
        **state(desk, member), "remembered": remembered[:5], "given": given,
        "badges": sorted(badges),
    }  # fmt: skip


def badges(desk: Desk, member: str) -> list[str]:
    found: list[str] = whole(desk, member)["badges"]
    return found


def member_id(desk: Desk, member: str) -> UUID:
    kind, value = member.split(":")
    row = desk.connection.execute(
        "select member_id from identifier where program_id = %s and kind = %s and value = %s",
        (desk.program_id, kind, value),
    ).fetchone()
    desk.connection.commit()
    assert row is not None
    found: UUID = row[0]
    return found
