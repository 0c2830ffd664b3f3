"""A message to the member."""

from collections.abc import Iterable
from typing import ClassVar, Literal, Self

from pydantic import PositiveInt, model_validator

from regulars.engine.case import Case
from regulars.engine.decision import Award, Message
from regulars.engine.kinds import Effect, Texts
from regulars.engine.part import broken
from regulars.engine.paying import used_up
from regulars.engine.scope import Slug


class MessageGiven(Effect):
    """A text for the receipt or the screen: always, or when the balance of an asset reaches an
    amount by what the campaigns before this one gave. What is pending counts, what paid for this
    basket is gone. To be told only of the highest of several amounts, put such campaigns into a
    lane of their own, ``combine: first``, the highest first."""

    sentence: ClassVar[Texts] = {
        "en": "a message{reaches}",
        "pl": "wiadomość{reaches}",
        "bg": "съобщение{reaches}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "reaches": {
            "en": " when the balance reaches {reaches:asset}",
            "pl": ", gdy saldo osiągnie {reaches:asset}",
            "bg": ", когато салдото достигне {reaches:asset}",
        },
    }
    multiplies: ClassVar[bool] = True
    kind: Literal["message"] = "message"
    text: Texts
    """By language: pl, bg, en."""
    asset: Slug = "points"
    reaches: PositiveInt | None = None
    """The balance that has to be reached from below."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any(text.strip() for text in self.text.values()):
            raise broken("no_text", "write a text")
        return self

    def awards(self, case: Case) -> Iterable[Message]:
        if self.reaches is not None:
            member = case.facts.member
            before = 0 if member is None else member.balances.get(self.asset, 0)
            given = sum(
                one.amount
                for one in case.given
                if isinstance(one, Award) and one.asset == self.asset
            )
            after = before + given - used_up(case.facts, self.asset)
            if member is None or not before < self.reaches <= after:
                return []
        return [Message(case.campaign, self.text)]

    def assets(self) -> frozenset[str]:
        return frozenset() if self.reaches is None else frozenset({self.asset})

    def watches(self) -> frozenset[str]:
        return self.assets()
