"""The member's tier."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from regulars.engine.case import Case
from regulars.engine.kinds import Bound, Condition, Texts, Unmet
from regulars.engine.program import Program
from regulars.engine.scope import Slug


class Tier(Condition):
    """The member holds one of these tiers as the basket is judged; this purchase does not count
    towards it yet."""

    sentence: ClassVar[Texts] = {
        "en": "the member's tier is {one_of:names}",
        "pl": "poziom uczestnika to {one_of:names}",
        "bg": "нивото на участника е {one_of:names}",
    }
    unmet: ClassVar[Texts] = {
        "en": "only for the tier {one_of:names}",
        "pl": "tylko dla poziomu {one_of:names}",
        "bg": "само за ниво {one_of:names}",
    }
    unmet_member: ClassVar[Texts] = {
        "en": "only with the tier {one_of:names}",
        "pl": "tylko na poziomie {one_of:names}",
        "bg": "само с ниво {one_of:names}",
    }
    kind: Literal["tier"] = "tier"
    one_of: Annotated[tuple[Slug, ...], Field(min_length=1)]

    def bounds(self) -> Iterable[Bound]:
        yield Bound("tier", values=frozenset(self.one_of))

    def check(self, case: Case) -> Unmet | None:
        member = case.facts.member
        if member is not None and member.tier in self.one_of:
            return None
        return Unmet(self.kind, {})

    def keys(self, program: Program) -> frozenset[str]:
        return frozenset(f"l:{tier}" for tier in self.one_of)
