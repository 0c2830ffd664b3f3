"""The first purchase of a member."""

from collections.abc import Iterable
from typing import ClassVar, Literal

from regulars.engine.case import Case
from regulars.engine.kinds import Bound, Condition, Texts, Unmet


class FirstPurchase(Condition):
    """The member has bought nothing before in this program."""

    sentence: ClassVar[Texts] = {
        "en": "it is the member's first purchase",
        "pl": "to pierwszy zakup uczestnika",
        "bg": "това е първата покупка на участника",
    }
    unmet: ClassVar[Texts] = {
        "en": "only for the first purchase",
        "pl": "tylko przy pierwszym zakupie",
        "bg": "само при първата покупка",
    }
    unmet_member: ClassVar[Texts] = {
        "en": "only for your first purchase",
        "pl": "tylko przy Twoim pierwszym zakupie",
        "bg": "само при първата Ви покупка",
    }
    kind: Literal["first_purchase"] = "first_purchase"

    def bounds(self) -> Iterable[Bound]:
        yield Bound("purchase number", 1, 1)

    def check(self, case: Case) -> Unmet | None:
        member = case.facts.member
        return None if member is not None and not member.purchases else Unmet(self.kind, {})
