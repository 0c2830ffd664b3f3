"""The basket, or part of it, comes to an amount."""

from typing import ClassVar, Literal

from pydantic import PositiveInt

from regulars.engine.case import Case
from regulars.engine.kinds import Condition, Texts, Unmet
from regulars.engine.program import Program
from regulars.engine.scope import Scope


class BasketTotal(Condition):
    """The matching lines come to at least an amount, on prices as reduced so far or at list."""

    sentence: ClassVar[Texts] = {
        "en": "the basket{of:of} comes to at least {at_least_minor:money}",
        "pl": "koszyk{of:of} wynosi co najmniej {at_least_minor:money}",
        "bg": "кошницата{of:of} е поне {at_least_minor:money}",
    }
    unmet: ClassVar[Texts] = {
        "en": "{missing_minor:money} more is needed{of:with}",
        "pl": "brakuje {missing_minor:money}{of:with}",
        "bg": "не достигат {missing_minor:money}{of:with}",
    }
    unmet_member: ClassVar[Texts] = {
        "en": "spend {missing_minor:money} more{of:on}",
        "pl": "brakuje Ci {missing_minor:money}{of:with}",
        "bg": "не Ви достигат {missing_minor:money}{of:with}",
    }
    kind: Literal["basket_total"] = "basket_total"
    at_least_minor: PositiveInt
    basis: Literal["reduced", "list", "net", "gross"] = "reduced"
    """``net`` and ``gross``: the reduced price without or with tax."""
    of: Scope = Scope()

    @property
    def buyable(self) -> bool:
        return True

    def check(self, case: Case) -> Unmet | None:
        total = case.total(self.of, self.basis)
        if total >= self.at_least_minor:
            return None
        return Unmet(self.kind, {"missing_minor": self.at_least_minor - total})

    def keys(self, program: Program) -> frozenset[str] | None:
        return program.scope_keys(self.of)
