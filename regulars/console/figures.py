"""Today's figures for the first page: few statements, from projections and balances."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_decimal
from msgspec import json

from regulars.console.alerts import alerts, asked
from regulars.kit.pages import Desk, tongue, words_of
from regulars.kit.parts import Bars, money
from regulars.kit.periods import zone
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps, side_by_side

DAYS = 30

SQL = statements(__package__ or "", "figures.sql")
say = words_of(__package__ or "")


def figures(desk: Desk) -> Steps[dict[str, Any]]:
    """Cards and the chart of the last days, as far as this person may know."""
    local = desk.now.astimezone(zone(desk.program.timezone))
    begins = datetime(local.year, local.month, local.day, tzinfo=local.tzinfo)
    if desk.shops:
        return (yield from _of_shops(desk, begins))
    days = yield Step(
        SQL["days"], (desk.program.id, begins.date() - timedelta(DAYS - 1), begins.date())
    )
    members = Step(SQL["members"], (desk.program.id, begins))
    counts = yield side_by_side(members, asked(desk))
    today = {kind: (number, paid) for day, kind, number, paid in days if day == begins.date()}
    cards = [_purchases(desk, today.get("purchase", (0, 0))), _members(counts[0][:3])]
    if desk.may("figures"):
        assets = yield Step(SQL["assets"], (desk.program.id, begins, desk.now))
        cards += _assets(desk, assets)
    bought = {day: (number, paid) for day, kind, number, paid in days if kind == "purchase"}
    chart = _chart(bought, begins.date())
    return {"cards": cards, "charts": [chart], "alerts": alerts(desk, counts[0][3:])}


def _of_shops(desk: Desk, begins: datetime) -> Steps[dict[str, Any]]:
    values = (desk.program.id, _first_id(begins), list(desk.shops), begins)
    rows = yield side_by_side(Step(SQL["shops_today"], values), asked(desk))
    number, paid, members, *more = rows[0]
    card = {"label": say("members_today"), "value": _number(members), "icon": "group"}
    return {"cards": [_purchases(desk, (number, paid)), card], "alerts": alerts(desk, more)}


def _purchases(desk: Desk, today: tuple[int, int]) -> dict[str, Any]:
    number, paid = today
    note = say("worth", amount=money(paid, desk.program.currency)) if desk.may("figures") else ""
    return {
        "label": say("purchases_today"),
        "value": _number(number),
        "note": note,
        "icon": "shopping_bag",
    }


def _members(counts: tuple[int, int, int]) -> dict[str, Any]:
    everybody, joined, bought = counts
    return {
        "label": say("members"),
        "value": _number(everybody),
        "note": say("members_note", joined=_number(joined), bought=_number(bought)),
        "icon": "group",
    }


def _assets(desk: Desk, rows: list[Any]) -> list[dict[str, Any]]:
    """A card for each asset that can be spent, and what all of them owe in money."""
    cards, owed = [], 0
    for _, text, balance, issued, redeemed in rows:
        asset = json.decode(text)
        owed += balance * asset.get("worth_minor", 0)
        if not asset.get("spendable", True):
            continue
        cards.append(
            {
                "label": _plural(asset["name"]),
                "value": _number(balance),
                "note": say("asset_note", issued=_number(issued), redeemed=_number(redeemed)),
                "icon": "toll",
            }
        )
    if owed:
        amount = money(owed, desk.program.currency)
        cards.append({
            "label": say("liability"), "value": amount, "note": say("liability_note"),
            "icon": "account_balance",
        })  # fmt: skip
    return cards


def days_until(today: date) -> list[date]:
    """The days of a chart, the last of them today."""
    return [today - timedelta(back) for back in reversed(range(DAYS))]


def on_days(days: list[date]) -> list[str]:
    return [format_date(day, "d MMM", locale=tongue()) for day in days]


def _chart(bought: dict[date, tuple[int, int]], today: date) -> Bars:
    days = days_until(today)
    values = [bought.get(day, (0, 0))[0] for day in days]
    told = say("chart_told", days=DAYS, total=_number(sum(values)))
    return Bars(
        say("chart"), on_days(days), [(say("chart_purchases"), values)], told=told, say=_number,
        wide=True, first=say("day"), opens=say("as_table"), bare=True,
    )  # fmt: skip


def _number(number: int) -> str:
    return format_decimal(number, locale=tongue())


def _plural(name: dict[str, str]) -> str:
    """The second form of a name in the reader's language: point|points, punkt|punkty|punktów."""
    return name[tongue()].split("|")[:2][-1].capitalize()


def _first_id(at: datetime) -> UUID:
    """No id made at or after an instant is smaller (UUIDv7)."""
    return UUID(int=int(at.astimezone(UTC).timestamp() * 1000) << 80)
