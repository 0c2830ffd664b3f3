"""The first unit by one rule, further units by another."""

from typing import ClassVar, Literal, Self

from pydantic import PositiveInt, model_validator

from regulars.engine.case import Case
from regulars.engine.cut import Cut
from regulars.engine.kinds import Effect, Texts
from regulars.engine.part import broken
from regulars.engine.program import Program
from regulars.engine.scope import Scope
from regulars.engine.sets import pile_of, take
from regulars.engine.units import Offs, units_of


class FirstThenMore(Effect):
    """The first unit gets one reduction, each further one another, up to a number of units; on each
    line by itself or among all of the scope. The dearest unit is the first."""

    sentence: ClassVar[Texts] = {
        "en": "{first}{more}{among}{on:with}{max_units}",
        "pl": "{first}{more}{among}{on:with}{max_units}",
        "bg": "{first}{more}{among}{on:with}{max_units}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "first": {
            "en": ", the first item: {first:cut}",
            "pl": ", pierwsza sztuka: {first:cut}",
            "bg": ", първият брой: {first:cut}",
        },
        "more": {
            "en": ", each further item: {more:cut}",
            "pl": ", każda następna sztuka: {more:cut}",
            "bg": ", всеки следващ брой: {more:cut}",
        },
        "among=line": {
            "en": ", on each line",
            "pl": ", na każdej pozycji",
            "bg": ", на всеки ред",
        },
        "max_units": {
            "en": ", {max_units:for_units}",
            "pl": ", {max_units:for_units}",
            "bg": ", {max_units:for_units}",
        },
    }
    kind: Literal["first_then_more"] = "first_then_more"
    first: Cut | None = None
    more: Cut | None = None
    on: Scope = Scope()
    among: Literal["line", "scope"] = "line"
    max_units: PositiveInt | None = None
    """At most so many units get cheaper, the first one included."""

    @model_validator(mode="after")
    def _gives_something(self) -> Self:
        if self.first is None and self.more is None:
            raise broken("some_of", "give first, more or both", names="first more")
        return self

    def discounts(self, case: Case) -> Offs:
        lines = case.lines(self.on)
        groups = [lines] if self.among == "scope" else [[i] for i in lines]
        return [off for group in groups for off in self._reduced(case, group)]

    def _reduced(self, case: Case, lines: list[int]) -> Offs:
        pile = pile_of(units_of(case, lines), dearest=True)
        count = sum(bunch.units for bunch in pile)
        count = count if self.max_units is None else min(count, self.max_units)
        taken = ((self.first, take(pile, min(1, count))), (self.more, take(pile, count - 1)))
        return [
            (u.line, u.units * cut.off(u.price_minor))
            for cut, units in taken
            if cut is not None
            for u in units
        ]

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.on)
