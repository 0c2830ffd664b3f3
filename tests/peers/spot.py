"""Spot: where an effect of a case stands, and what its translators share."""

from dataclasses import dataclass, field
from typing import Any

from tests.peers.cases import Data
from tests.peers.draft import Draft
from tests.peers.scopes import NO_DISCOUNT, scope, without
from tests.peers.words import Fields

Effects = list[Data]

PER = {"unit": "unit", "line": "line", "matching_lines_shared": "basket"}
"""What a reduction is given for."""


@dataclass(frozen=True)
class Spot:
    """Where an effect stands: its draft, whether its campaign leaves alone what is cheaper already,
    and its conditions."""

    draft: Draft
    unreduced: bool = False
    conditions: list[Data] = field(default_factory=list)

    def on(self, spec: Data | None, *, role: str = "") -> Data:
        found = scope(self.draft, spec, role=role)
        if role:
            return found
        lines = self.draft.case.input.get("lines") or ()
        if any(line.get("discountable") is False for line in lines):
            found = without(self.draft, found, {"labels": [NO_DISCOUNT]})
        return {**found, "unreduced": True} if self.unreduced else found

    def counted(self) -> tuple[int, Data]:
        """Units and scope of the condition on a quantity, which sets are counted by."""
        for condition in self.conditions:
            if condition["type"] == "basket_quantity" and condition.get("op", ">=") == ">=":
                return condition["qty"], condition.get("scope") or {}
        return 1, {}


def cut(fields: Fields) -> Data:
    """What becomes of a unit's price: a percentage or an amount off, or a price."""
    if (percent := fields.take("percent")) is not None:
        return {"percent": str(percent)}
    if (amount := fields.take("amount", fields.take("fixed"))) is not None:
        return {"off_minor": amount}
    if (price := fields.take("price")) is not None:
        return {"price_minor": price}
    return {"percent": "100"}


def clean(**fields: Any) -> Data:
    return {name: value for name, value in fields.items() if value is not None}
