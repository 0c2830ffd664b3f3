"""A percentage that grows with the basket."""

from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveInt

from regulars.engine.case import Case
from regulars.engine.cut import PercentStep, next_step
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope
from regulars.engine.units import Offs, by_line, capped, pick, units_of
from regulars.kit.money import percent_of


class TieredPercent(Effect):
    """A percentage that grows with the total or the number of units: of the steps that are reached,
    the greatest one holds for all of the matching lines."""

    sentence: ClassVar[Texts] = {
        "en": "a discount that grows{on:with}: {steps:steps}{counted}{in_groups_of}{max_minor}",
        "pl": "rosnący rabat{on:with}: {steps:steps}{counted}{in_groups_of}{max_minor}",
        "bg": "растяща отстъпка{on:with}: {steps:steps}{counted}{in_groups_of}{max_minor}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "counted": {
            "en": ", measured by {counted:what}",
            "pl": ", według: {counted:what}",
            "bg": ", според: {counted:what}",
        },
        "in_groups_of": {
            "en": ", in full groups of {in_groups_of:units}",
            "pl": ", w pełnych grupach po {in_groups_of:units}",
            "bg": ", в пълни групи по {in_groups_of:units}",
        },
        "max_minor": {
            "en": ", at most {max_minor:money}",
            "pl": ", najwyżej {max_minor:money}",
            "bg": ", най-много {max_minor:money}",
        },
    }
    kind: Literal["tiered_percent"] = "tiered_percent"
    steps: Annotated[tuple[PercentStep, ...], Field(min_length=1)]
    on: Scope = Scope()
    counted: Scope | None = None
    """What the thresholds are about, where not the lines that get cheaper."""
    basis: Literal["reduced", "list"] = "reduced"
    """Whether thresholds see prices as reduced so far."""
    in_groups_of: PositiveInt | None = None
    """Only the units that make full groups, the cheapest first, count and get cheaper."""
    max_minor: PositiveInt | None = None

    @cached_property
    def _ladder(self) -> list[tuple[int, PercentStep]]:
        """The steps from the greatest percentage down."""
        steps = [(int(step.percent * 100), step) for step in self.steps]
        return sorted(steps, key=lambda step: -step[0])

    def discounts(self, case: Case) -> Offs:
        if self.in_groups_of is None:
            prices = {i: case.amounts[i] for i in case.lines(self.on)}
            scope = self.on if self.counted is None else self.counted
            bp = self._reached(case.total(scope, self.basis), case.quantity(scope))
        else:
            units = units_of(case, case.lines(self.on))
            count = sum(bunch.units for bunch in units)
            full = count - count % self.in_groups_of
            prices = by_line(pick(units, full))
            bp = self._reached(sum(prices.values()), full)
        offs = [(i, percent_of(price, bp)) for i, price in prices.items()]
        return capped(case, offs, self.max_minor)

    def short(self, case: Case) -> dict[str, int] | None:
        if self.in_groups_of is not None:
            return None
        scope = self.on if self.counted is None else self.counted
        total, units = case.total(scope, self.basis), case.quantity(scope)
        reached = self._reached(total, units)
        steps = [step for bp, step in self._ladder if bp > reached]
        return next_step(steps, total, units)

    def _reached(self, total_minor: int, units: int) -> int:
        """The basis points of the best step reached."""
        return next((bp for bp, step in self._ladder if step.reached(total_minor, units)), 0)

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
