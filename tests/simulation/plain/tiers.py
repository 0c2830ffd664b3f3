"""Tiers: what a member has, or did within some days, makes the level; nothing is kept of it, it is
worked out anew whenever it is asked for."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.simulation.plain.ledger import Ledger


@dataclass(frozen=True)
class Rule:
    """``by`` the balance of an asset; ``by`` spend in a calendar month, held to the end of the
    next; or ``by`` visits within ``days``, today being the last."""

    by: str
    silver: int
    gold: int
    asset: str = ""
    days: int = 0


@dataclass
class Day:
    visits: int = 0
    spent: int = 0


@dataclass
class Tiers:
    rule: Rule
    ledger: Ledger
    days: dict[tuple[int, date], Day] = field(default_factory=lambda: defaultdict(Day))

    def count(self, who: int, day: date, visits: int, spent: int) -> None:
        """A purchase counts on its own day; with minus what was brought back of it."""
        self.days[who, day].visits += visits
        self.days[who, day].spent += spent

    def tier(self, who: int, today: date) -> str:
        best = max(self._figures(who, today))
        if best >= self.rule.gold:
            return "gold"
        return "silver" if best >= self.rule.silver else ""

    def _figures(self, who: int, today: date) -> list[int]:
        """The best of them counts."""
        if self.rule.by == "balance":
            pending, available, held, owed = self.ledger.state(who, self.rule.asset)
            return [pending + available + held - owed]
        if self.rule.by == "visits":
            first = today - timedelta(self.rule.days - 1)
            return [sum(d.visits for day, d in self._of(who) if first <= day <= today)]
        last = today.replace(day=1) - timedelta(1)
        months = [(today.year, today.month), (last.year, last.month)]
        return [
            sum(d.spent for day, d in self._of(who) if (day.year, day.month) == month)
            for month in months
        ]

    def _of(self, who: int) -> list[tuple[date, Day]]:
        return [(day, figures) for (whose, day), figures in self.days.items() if whose == who]
