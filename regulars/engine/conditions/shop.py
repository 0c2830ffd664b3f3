"""The shop."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from regulars.engine.case import Case
from regulars.engine.kinds import Bound, Condition, Texts, Unmet
from regulars.engine.program import Program


class Shop(Condition):
    """It happens in one of these shops."""

    sentence: ClassVar[Texts] = {
        "en": "the shop is {one_of:names}",
        "pl": "sklep to {one_of:names}",
        "bg": "магазинът е {one_of:names}",
    }
    unmet: ClassVar[Texts] = {
        "en": "not in this shop",
        "pl": "nie w tym sklepie",
        "bg": "не в този магазин",
    }
    kind: Literal["shop"] = "shop"
    one_of: Annotated[tuple[str, ...], Field(min_length=1)]

    def bounds(self) -> Iterable[Bound]:
        yield Bound("shop", values=frozenset(self.one_of))

    def check(self, case: Case) -> Unmet | None:
        return None if case.facts.shop in self.one_of else Unmet(self.kind, {})

    def keys(self, program: Program) -> frozenset[str]:
        return frozenset(f"h:{shop}" for shop in self.one_of)
