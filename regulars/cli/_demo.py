"""How the demonstration's summary is shown: tables for people, one object for programs."""

from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from regulars.cli import _words
from regulars.kit import words
from regulars.kit.money import format_minor

CURRENCY = "USD"


def say(code: str, /, **figures: object) -> str:
    """A sentence of the demonstration: ``demo.toml``."""
    return words.say("regulars.cli", "demo.toml", code, words.language(), **figures)


def show(loaded: Any, *, as_json: bool) -> None:
    """Show the summary; with ``as_json`` one object on the last line."""
    if as_json:
        print(msgspec.json.encode(_object(loaded)).decode(), flush=True)
        return
    console = Console()
    summary = loaded.summary
    console.print(_figures(loaded))
    console.print(_assets(summary))
    console.print(_campaigns(summary))
    console.print(say("demo_source"))
    fault = loaded.fault
    verdict = "verify_clean" if fault is None else "verify_fault"
    console.print(_words.say(verdict, fault=fault))


def _object(loaded: Any) -> dict[str, Any]:
    summary = loaded.summary
    points = summary.assets.get("points")
    return {
        "baskets": summary.baskets,
        "members": summary.members,
        "returns": summary.returns,
        "redemptions": summary.counts.get("redemptions", 0),
        "sales_minor": summary.sales_minor,
        "points": {
            "issued": points.issued if points else 0,
            "spent": points.spent if points else 0,
            "expired": points.expired if points else 0,
            "pending": points.pending if points else 0,
            "available": points.available if points else 0,
        },
        "discounts_minor": summary.discounts_minor,
        "liability_minor": summary.liability_minor,
        "tiers": {tier or "none": count for tier, count in summary.tiers.items()},
        "campaigns": {c.id: [c.used, c.off_minor, c.given] for c in summary.campaigns},
        "verify": "clean" if loaded.fault is None else loaded.fault,
        "seconds": round(loaded.seconds, 2),
        "purchases_per_second": round(loaded.purchases_per_second, 1),
    }


def _figures(loaded: Any) -> Table:
    summary = loaded.summary
    table = Table(title=say("demo_title"), show_header=False)
    tiers = ", ".join(f"{tier or '-'} {count:,}" for tier, count in summary.tiers.items())
    vouchers = ", ".join(
        f"{name} {issued:,}/{used:,}" for name, (issued, used, _) in summary.vouchers.items()
    )
    rows = {
        "demo_members": f"{summary.members:,}",
        "demo_baskets": f"{summary.baskets:,}",
        "demo_returns": f"{summary.returns:,}",
        "demo_sales": format_minor(summary.sales_minor, CURRENCY),
        "demo_discounts": format_minor(summary.discounts_minor, CURRENCY),
        "demo_redemptions": f"{summary.counts.get('redemptions', 0):,}",
        "demo_vouchers": vouchers,
        "demo_tiers": tiers,
        "demo_liability": format_minor(summary.liability_minor, CURRENCY),
        "demo_rate": f"{loaded.purchases_per_second:,.0f}/s ({loaded.seconds:,.1f} s)",
    }
    for word, text in rows.items():
        table.add_row(say(word), text)
    return table


def _assets(summary: Any) -> Table:
    names = ("asset", "issued", "spent", "expired", "pending", "available", "owed")
    table = Table(*(say(f"demo_{word}") for word in names))
    for name, asset in summary.assets.items():
        figures = (getattr(asset, word) for word in names[1:])
        table.add_row(name, *(f"{figure:,}" for figure in figures))
    return table


def _campaigns(summary: Any) -> Table:
    table = Table(*(say(f"demo_{word}") for word in ("campaign", "used", "off", "given")))
    for campaign in summary.campaigns:
        if campaign.used:
            off = format_minor(campaign.off_minor, CURRENCY) if campaign.off_minor else ""
            table.add_row(
                campaign.id, f"{campaign.used:,}", off,
                f"{campaign.given:,}" if campaign.given else "",
            )  # fmt: skip
    return table
