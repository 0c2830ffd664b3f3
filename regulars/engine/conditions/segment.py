"""The member's segments."""

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from regulars.engine.case import Case
from regulars.engine.kinds import Condition, Texts, Unmet
from regulars.engine.part import broken
from regulars.engine.program import Program
from regulars.engine.scope import Slug


class Segment(Condition):
    """The member is in any of some segments, or in none of some others."""

    sentence: ClassVar[Texts] = {
        "en": "{any_of}{none_of}",
        "pl": "{any_of}{none_of}",
        "bg": "{any_of}{none_of}",
    }
    unmet: ClassVar[Texts] = {
        "en": "the member is not among those it is for",
        "pl": "uczestnik nie należy do grupy, dla której jest przeznaczona",
        "bg": "участникът не е от групата, за която е предназначена",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        "any_of": {
            "en": ", the member is in the segment {any_of:names}",
            "pl": ", uczestnik jest w segmencie {any_of:names}",
            "bg": ", участникът е в сегмент {any_of:names}",
        },
        "none_of": {
            "en": ", the member is not in the segment {none_of:names}",
            "pl": ", uczestnika nie ma w segmencie {none_of:names}",
            "bg": ", участникът не е в сегмент {none_of:names}",
        },
    }
    unmet_member: ClassVar[Texts] = {
        "en": "it is for other customers",
        "pl": "jest przeznaczona dla innych klientów",
        "bg": "предназначена е за други клиенти",
    }
    kind: Literal["segment"] = "segment"
    any_of: tuple[Slug, ...] = ()
    none_of: tuple[Slug, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.any_of and not self.none_of:
            raise broken(
                "some_of", "name a segment in any_of or in none_of", names="any_of none_of"
            )
        return self

    def check(self, case: Case) -> Unmet | None:
        member = case.facts.member
        if member is None:
            return Unmet(self.kind, {})
        segments = set(member.segments)
        inside = not self.any_of or not segments.isdisjoint(self.any_of)
        return None if inside and segments.isdisjoint(self.none_of) else Unmet(self.kind, {})

    def keys(self, program: Program) -> frozenset[str] | None:
        return frozenset(f"g:{name}" for name in self.any_of) or None
