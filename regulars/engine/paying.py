"""Paying: how many points a basket may be paid with, and what each way of paying paid for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regulars.engine.case import Case
from regulars.kit.money import allocate, half_up

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from regulars.engine.facts import Facts, Tender
    from regulars.engine.program import Program
    from regulars.engine.rules import Pays

POINTS = "points"
"""The kind of every payment with an asset of the program's own."""


def worth(pays: Pays, units: int) -> int:
    """What so many points pay, in minor units; a fraction of a cent is left out.

    >>> from regulars.engine.rules import Pays
    >>> worth(Pays(points=100, minor=500), 1000), worth(Pays(points=3, minor=1), 5)
    (5000, 1)
    """
    return units * pays.minor // pays.points


def most_units(pays: Pays, cap_minor: int, available: int) -> int:
    """The most points that can be used to pay up to ``cap_minor``; none where that is less than the
    least. More points than the same money needs are not taken.

    >>> from regulars.engine.rules import Pays
    >>> most_units(Pays(minor=150, step=3), 10_000, 10)
    9
    """
    units = ((cap_minor + 1) * pays.points - 1) // pays.minor
    units = min(units, available, units if pays.most is None else pays.most)
    units = units // pays.step * pays.step
    needed = -(-worth(pays, units) * pays.points // pays.minor)
    units = -(-needed // pays.step) * pays.step
    return units if units >= pays.least else 0


def used_up(facts: Facts, asset: str) -> int:
    """How many of an asset the basket is paid with."""
    return sum(tender.units for tender in facts.tenders if tender.asset == asset)


class Basket:
    """A basket at its final prices, as payments find it."""

    def __init__(self, program: Program, facts: Facts, paid: Sequence[int]) -> None:
        self.case = Case(program, facts)
        self.case.reprice(paid)

    def payable(self, pays: Pays) -> int:
        """What the lines cost that an asset may pay for."""
        return self.case.total(pays.on)

    def cap(self, pays: Pays) -> int:
        """The most it may pay, beside the tenders that are in the facts already."""
        taken = paid_by(self.case, lambda kind: True)
        room = sum(self.case.amounts[i] - taken[i] for i in self.case.lines(pays.on))
        return min(self.payable(pays) * pays.most_percent // 100, room)


def kept_of(tender: Tender, now_minor: int) -> int:
    """What a tender pays of goods that cost ``now_minor`` where it has paid for all of them; half a
    cent goes back."""
    gone = max(0, tender.of_minor - now_minor)
    return tender.amount_minor - given_back(tender, gone)


def given_back(tender: Tender, gone_minor: int) -> int:
    """The share of a tender in goods of ``gone_minor`` that came back."""
    return half_up(tender.amount_minor * gone_minor, tender.of_minor) if tender.of_minor else 0


def paid_by(case: Case, wanted: Callable[[str], bool]) -> list[int]:
    """How much of each line was paid by tenders of the kinds that are ``wanted``. Every tender pays
    its lines in proportion to what is left to pay of them, to the cent."""
    room, found = list(case.amounts), [0] * len(case.amounts)
    for tender in case.facts.tenders:
        pays = case.program.paying.get(tender.asset)
        lines = list(range(len(room))) if pays is None else case.lines(pays.on)
        left = [room[i] for i in lines]
        part = min(kept_of(tender, sum(case.amounts[i] for i in lines)), sum(left))
        for i, amount in zip(lines, allocate(part, left), strict=True):
            room[i] -= amount
            found[i] += amount if wanted(tender.kind) else 0
    return found
