"""Vouchers: each is a member's, can be used once, and within its days."""

from dataclasses import dataclass
from typing import Any

from tests.simulation.plain.ledger import Refused
from tests.simulation.plain.times import day_start

VALID_DAYS = 10
SLOW_CLOCK = 300
"""A till's clock may be so many seconds behind without harm to what was just given."""


@dataclass
class Voucher:
    who: int
    source: Any
    """What it was given for."""
    begins: int
    ends: int
    used: bool = False
    withdrawn: bool = False

    @property
    def open(self) -> bool:
        return not self.used and not self.withdrawn

    def usable(self, who: int, *moments: int) -> bool:
        return self.open and self.who == who and any(self.begins <= m < self.ends for m in moments)


class Vouchers:
    """By code, which the product draws."""

    def __init__(self) -> None:
        self.all: dict[str, Voucher] = {}
        self.uses: dict[Any, str] = {}
        """Uses outside a basket that were not given back."""

    def give(self, code: str, who: int, source: Any, at: int, after_days: int = 0) -> None:
        begins = day_start(at, after_days) if after_days else at
        self.all[code] = Voucher(who, source, begins, day_start(at, after_days + VALID_DAYS))

    def shown(self, code: str, who: int, at: int, now: int) -> bool:
        """Whether it counts in a basket; if not, the basket is bought without it."""
        return self.all[code].usable(who, at, min(now, at + SLOW_CLOCK))

    def use(self, name: Any, code: str, who: int, at: int) -> None:
        """Outside a basket."""
        if not self.all[code].usable(who, at):
            raise Refused("not usable")
        self.all[code].used = True
        self.uses[name] = code

    def unuse(self, name: Any) -> None:
        """It did not come about; said twice it is said once."""
        code = self.uses.pop(name, None)
        if code is not None:
            self.all[code].used = False

    def withdraw(self, source: Any) -> int:
        """What it was given for came back; how many of these vouchers were used already."""
        found = [v for v in self.all.values() if v.source == source and not v.withdrawn]
        for voucher in found:
            voucher.withdrawn = True
        return sum(voucher.used for voucher in found)
