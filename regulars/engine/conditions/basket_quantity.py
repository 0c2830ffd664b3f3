"""The basket, or part of it, holds a number of units."""

from typing import ClassVar, Literal

from pydantic import PositiveInt

from regulars.engine.case import Case
from regulars.engine.kinds import Condition, Texts, Unmet
from regulars.engine.program import Program
from regulars.engine.scope import Scope


class BasketQuantity(Condition):
    """The matching lines hold at least a number of units, of whatever products."""

    sentence: ClassVar[Texts] = {
        "en": "the basket holds {at_least:units_at_least}{of:with}",
        "pl": "koszyk liczy {at_least:units_at_least}{of:with}",
        "bg": "кошницата съдържа {at_least:units_at_least}{of:with}",
    }
    unmet: ClassVar[Texts] = {
        "en": "{missing:units_missing}{of:with}",
        "pl": "{missing:units_missing}{of:with}",
        "bg": "{missing:units_missing}{of:with}",
    }
    kind: Literal["basket_quantity"] = "basket_quantity"
    at_least: PositiveInt
    of: Scope = Scope()

    @property
    def buyable(self) -> bool:
        return True

    def check(self, case: Case) -> Unmet | None:
        missing = self.at_least - case.quantity(self.of)
        return None if missing <= 0 else Unmet(self.kind, {"missing": missing})

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.of)
