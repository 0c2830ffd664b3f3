"""A percentage that grows with what the member has bought so far."""

from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PositiveInt

from regulars.engine.case import Case
from regulars.engine.cut import SpendStep
from regulars.engine.kinds import Effect, Texts
from regulars.engine.program import Program
from regulars.engine.scope import Scope
from regulars.engine.units import Offs, capped
from regulars.engine.windows import Span, gathered, spent
from regulars.kit.money import percent_of


class ProgressivePercent(Effect):
    """The progressive card: the percentage follows what the member spent in a window, or ever. In a
    calendar period one step up keeps until the period ends."""

    sentence: ClassVar[Texts] = {
        "en": "a discount that follows the spending {window:window}{including_this}{on:with}: "
        "{steps:steps}{max_minor}",
        "pl": "rabat zależny od sumy wydanej {window:window}{including_this}{on:with}: "
        "{steps:steps}{max_minor}",
        "bg": "отстъпка според похарченото {window:window}{including_this}{on:with}: "
        "{steps:steps}{max_minor}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "including_this": {
            "en": " (this purchase included)",
            "pl": " (łącznie z tym zakupem)",
            "bg": " (включително тази покупка)",
        },
        "max_minor": {
            "en": ", at most {max_minor:money}",
            "pl": ", najwyżej {max_minor:money}",
            "bg": ", най-много {max_minor:money}",
        },
    }
    kind: Literal["progressive_percent"] = "progressive_percent"
    steps: Annotated[tuple[SpendStep, ...], Field(min_length=1)]
    window: Span = "ever"
    including_this: bool = False
    on: Scope = Scope()
    max_minor: PositiveInt | None = None

    @cached_property
    def _ladder(self) -> list[tuple[int, int]]:
        """(basis points, from minor), from the greatest percentage down."""
        return sorted(
            ((int(step.percent * 100), step.from_minor) for step in self.steps), reverse=True
        )

    def discounts(self, case: Case) -> Offs:
        if case.facts.member is None:
            return []
        total = spent(case.facts, self.window)
        if self.including_this:
            total += sum(case.amounts)
        bp = next((bp for bp, least in self._ladder if total >= least), 0)
        offs = [(i, percent_of(case.amounts[i], bp)) for i in case.lines(self.on)]
        return capped(case, offs, self.max_minor)

    def needs(self) -> frozenset[str]:
        return gathered(self.window)

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
