"""Referrals: who sent whom, and when both are rewarded for it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.simulation.plain.ledger import Refused

ENTER_DAYS = 30
LEAST_SPENT = 2_000
RETURN_DAYS = 3
MOST_FRIENDS = 1
"""So many friends are rewarded; those who come after get their own part only."""


@dataclass
class Referral:
    by: int
    at: int
    state: str = "open"
    purchase: Any = None
    rewarded: list[str] = field(default_factory=list)
    """Who got something: the friend, the referrer."""


class Referrals:
    def __init__(self, joined: date) -> None:
        self.joined = joined
        self.of: dict[int, Referral] = {}
        """By friend."""

    def enter(
        self, friend: int, by: int, now: int, today: date, *, bought: bool, together: bool
    ) -> None:
        """A member says who sent them: soon after joining, before buying, once."""
        if friend in self.of or bought or (today - self.joined).days >= ENTER_DAYS:
            raise Refused("said before, or too late")
        if friend == by or friend in self._above(by) or together:
            raise Refused("oneself, a ring, or one household")
        self.of[friend] = Referral(by, now)

    def reward(self, friend: int, purchase: Any, at: int, spent: int, *, together: bool) -> None:
        """The friend's first purchase that is large enough is for both."""
        found = self.of.get(friend)
        if found is None or found.state != "open" or at < found.at or spent < LEAST_SPENT:
            return
        if together:
            found.state = "refused"
            return
        others = [r for r in self.of.values() if r.by == found.by and "referrer" in r.rewarded]
        found.state, found.purchase = "rewarded", purchase
        found.rewarded = ["friend"] + ["referrer"] * (len(others) < MOST_FRIENDS)

    def came_back(self, friend: int, purchase: Any, spent: int) -> list[str]:
        """Who loses what was got, where the kept goods would not have been enough."""
        found = self.of.get(friend)
        if found is None or found.purchase != purchase or spent >= LEAST_SPENT:
            return []
        lost, found.rewarded = found.rewarded, []
        found.state, found.purchase = "open", None
        return lost

    def _above(self, who: int) -> set[int]:
        above: set[int] = set()
        while who in self.of:
            who = self.of[who].by
            above.add(who)
        return above
