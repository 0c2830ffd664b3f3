"""An amount off that grows with the basket."""

from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from regulars.engine.case import Case
from regulars.engine.cut import AmountStep, next_step
from regulars.engine.effects.amount_off import AmountOff
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope
from regulars.engine.units import Offs


class TieredAmount(Effect):
    """An amount off that grows with the total or the number of units: of the steps that are
    reached, the greatest one holds; shared by the matching lines, off each of them or each unit."""

    sentence: ClassVar[Texts] = {
        "en": "a discount that grows{per}{on:with}: {steps:steps}{counted}",
        "pl": "rosnący rabat{per}{on:with}: {steps:steps}{counted}",
        "bg": "растяща отстъпка{per}{on:with}: {steps:steps}{counted}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "per=line": {"en": " for each line", "pl": " na każdą pozycję", "bg": " за всеки ред"},
        "per=unit": {"en": " for each item", "pl": " na każdą sztukę", "bg": " за всеки брой"},
        "counted": {
            "en": ", measured by {counted:what}",
            "pl": ", według: {counted:what}",
            "bg": ", според: {counted:what}",
        },
    }
    kind: Literal["tiered_amount"] = "tiered_amount"
    steps: Annotated[tuple[AmountStep, ...], Field(min_length=1)]
    on: Scope = Scope()
    counted: Scope | None = None
    """What the thresholds are about, where not the lines that get cheaper."""
    basis: Literal["reduced", "list"] = "reduced"
    per: Literal["basket", "line", "unit"] = "basket"

    @cached_property
    def _ladder(self) -> list[tuple[AmountStep, AmountOff]]:
        """The steps from the greatest amount down, each with what it gives."""
        steps = sorted(self.steps, key=lambda step: -step.off_minor)
        return [
            (step, AmountOff(off_minor=step.off_minor, on=self.on, per=self.per)) for step in steps
        ]

    def discounts(self, case: Case) -> Offs:
        scope = self.on if self.counted is None else self.counted
        total, units = case.total(scope, self.basis), case.quantity(scope)
        for step, effect in self._ladder:
            if step.reached(total, units):
                return effect.discounts(case)
        return []

    def short(self, case: Case) -> dict[str, int] | None:
        scope = self.on if self.counted is None else self.counted
        total, units = case.total(scope, self.basis), case.quantity(scope)
        reached = (s.off_minor for s, _ in self._ladder if s.reached(total, units))
        best = next(reached, 0)
        return next_step([s for s, _ in self._ladder if s.off_minor > best], total, units)

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
