"""The n-th purchase of a member."""

from collections.abc import Iterable
from typing import ClassVar, Literal, Self

from pydantic import PositiveInt, model_validator

from regulars.engine.case import Case
from regulars.engine.kinds import Bound, Condition, Texts, Unmet
from regulars.engine.part import broken


class PurchaseNumber(Condition):
    """Which purchase of the member in this program it is, this one counted: one of some numbers,
    every n-th, or within bounds."""

    sentence: ClassVar[Texts] = {
        "en": "it is the member's purchase{one_of}{every}{at_least}{at_most}",
        "pl": "to zakup uczestnika{one_of}{every}{at_least}{at_most}",
        "bg": "това е покупка на участника{one_of}{every}{at_least}{at_most}",
    }
    unmet: ClassVar[Texts] = {
        "en": "not for purchase number {number}",
        "pl": "nie dla zakupu nr {number}",
        "bg": "не за покупка № {number}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "one_of": {
            "en": " number {one_of:names}",
            "pl": " nr {one_of:names}",
            "bg": " № {one_of:names}",
        },
        "every": {
            "en": ", one in every {every}",
            "pl": ", jeden na każde {every}",
            "bg": ", една на всеки {every}",
        },
        "at_least": {
            "en": ", from number {at_least} on",
            "pl": ", począwszy od nr {at_least}",
            "bg": ", от № {at_least} нататък",
        },
        "at_most": {
            "en": ", up to number {at_most}",
            "pl": ", najdalej nr {at_most}",
            "bg": ", най-много до № {at_most}",
        },
    }
    kind: Literal["purchase_number"] = "purchase_number"
    one_of: tuple[PositiveInt, ...] = ()
    every: PositiveInt | None = None
    """5 = the fifth, the tenth ..."""
    at_least: PositiveInt | None = None
    at_most: PositiveInt | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.one_of and self.every is self.at_least is self.at_most is None:
            raise broken(
                "some_of",
                "give one_of, every, at_least or at_most",
                names="one_of every at_least at_most",
            )
        return self

    def bounds(self) -> Iterable[Bound]:
        least, most = self.at_least or 1, float("inf") if self.at_most is None else self.at_most
        values = frozenset(n for n in self.one_of if self.every is None or n % self.every == 0)
        yield Bound("purchase number", least, most, values if self.one_of else None)

    def check(self, case: Case) -> Unmet | None:
        member = case.facts.member
        number = 0 if member is None else member.purchases + 1
        holds = (
            number > 0
            and (not self.one_of or number in self.one_of)
            and (self.every is None or number % self.every == 0)
            and (self.at_least is None or number >= self.at_least)
            and (self.at_most is None or number <= self.at_most)
        )
        return None if holds else Unmet(self.kind, {"number": number})
