"""The summary: what the program gave and what it cost, read from the books."""

from collections import Counter
from typing import Any
from uuid import UUID

from msgspec import Struct

from regulars.engine.rules import Rules
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps

_SQL = statements("regulars.demo", "summary.sql")


class Asset(Struct, frozen=True):
    """One asset over the year."""

    issued: int
    spent: int
    expired: int
    pending: int
    available: int
    held: int
    owed: int


class CampaignFigures(Struct, frozen=True):
    """What one campaign did: how often it applied, money off, units of assets given."""

    id: str
    used: int
    off_minor: int
    given: int


class Summary(Struct, frozen=True):
    baskets: int
    returns: int
    members: int
    sales_minor: int
    discounts_minor: int
    assets: dict[str, Asset]
    tiers: dict[str, int]
    vouchers: dict[str, tuple[int, int, int]]
    """By definition: issued, used, withdrawn."""
    campaigns: list[CampaignFigures]
    liability_minor: int
    """What points not yet used or expired are worth to the members."""
    counts: dict[str, int]


def summarize(program_id: UUID, rules: Rules, counts: Counter[str]) -> Steps[Summary]:
    """Read the year from the books; which campaign gave what was counted on the way."""
    baskets, returns, members, _, paid, off = (yield Step(_SQL["totals"], (program_id,)))[0]
    assets = {}
    for name, *figures in (yield Step(_SQL["points"], (program_id,))):
        assets[name] = Asset(*figures)
    tiers = dict((yield Step(_SQL["tiers"], (program_id,))))
    vouchers: dict[str, Any] = {
        name: tuple(figures) for name, *figures in (yield Step(_SQL["vouchers"], (program_id,)))
    }
    liability = sum(
        (figures.pending + figures.available + figures.held) * rules.assets[name].worth_minor
        for name, figures in assets.items()
        if name in rules.assets
    )
    return Summary(
        baskets, returns, members, paid, off, assets, tiers, vouchers, _campaigns(rules, counts),
        liability, dict(sorted(counts.items())),
    )  # fmt: skip


def _campaigns(rules: Rules, counts: Counter[str]) -> list[CampaignFigures]:
    figures = [
        CampaignFigures(
            c.id, counts[f"used:{c.id}"], counts[f"off:{c.id}"], counts[f"given:{c.id}"]
        )
        for c in rules.campaigns
    ]
    return sorted(figures, key=lambda f: (-f.used, f.id))
