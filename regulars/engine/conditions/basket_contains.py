"""The basket contains certain products."""

from typing import Any, ClassVar, Literal

from pydantic import PositiveInt

from regulars.engine.case import Case
from regulars.engine.kinds import Condition, Texts, Unmet
from regulars.engine.program import Program
from regulars.engine.scope import Scope


class BasketContains(Condition):
    """Products of a scope are in the basket: so many units, and so many different ones."""

    sentence: ClassVar[Texts] = {
        "en": "the basket contains {units:units_at_least}{distinct}{of:with}",
        "pl": "koszyk zawiera {units:units_at_least}{distinct}{of:with}",
        "bg": "кошницата съдържа {units:units_at_least}{distinct}{of:with}",
    }
    unmet: ClassVar[Texts] = {
        "en": "{missing}{missing_distinct}{of:with}",
        "pl": "{missing}{missing_distinct}{of:with}",
        "bg": "{missing}{missing_distinct}{of:with}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "distinct": {
            "en": ", {distinct:products_at_least}",
            "pl": ", {distinct:products_at_least}",
            "bg": ", {distinct:products_at_least}",
        },
        "missing": {
            "en": ", {missing:units_missing}",
            "pl": ", {missing:units_missing}",
            "bg": ", {missing:units_missing}",
        },
        "missing_distinct": {
            "en": ", {missing_distinct:products_missing}",
            "pl": ", {missing_distinct:products_missing}",
            "bg": ", {missing_distinct:products_missing}",
        },
    }
    kind: Literal["basket_contains"] = "basket_contains"
    of: Scope
    units: PositiveInt = 1
    distinct: PositiveInt | None = None
    """At least so many different products."""

    @property
    def buyable(self) -> bool:
        return True

    def check(self, case: Case) -> Unmet | None:
        lines = [case.facts.lines[i] for i in case.lines(self.of)]
        figures: dict[str, Any] = {}
        units = sum(line.quantity for line in lines)
        if units < self.units:
            figures["missing"] = self.units - units
        if self.distinct is not None:
            different = len({line.sku for line in lines if line.quantity > 0})
            if different < self.distinct:
                figures["missing_distinct"] = self.distinct - different
        return Unmet(self.kind, figures) if figures else None

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.of)
