"""Caps: how much of an asset may be given at most. What is more is left out, the rest is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from regulars.engine.decision import Award

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regulars.engine.case import Case
    from regulars.engine.decision import Gift, Grant, Message
    from regulars.engine.program import Compiled
    from regulars.engine.rules import Caps

    Item = Award | Grant | Gift | Message

WHOLE_PROGRAM = ""
"""In place of a campaign: what is given by all campaigns together."""


class Cap(NamedTuple):
    """One cap of an asset. It is counted under ``campaign`` and ``name``, but for what one purchase
    may give, which needs no counter."""

    campaign: str
    name: str
    scope: str
    most: int

    @property
    def key(self) -> str:
        """Where `Facts.left` says what is left of it."""
        return f"{self.campaign}/{self.name}"


def caps_of(campaign: str, declared: Mapping[str, Caps | None]) -> dict[str, tuple[Cap, ...]]:
    """The caps of a campaign, or of the whole program, by asset."""
    return {
        asset: tuple(
            Cap(campaign, f"{asset}:{scope}", scope, most)
            for scope, most in caps
            if most is not None
        )
        for asset, caps in declared.items()
        if caps is not None
    }


def cut(
    case: Case, compiled: Compiled, items: Sequence[Item]
) -> tuple[list[Item], int]:  # fmt: skip
    """The awards of a campaign as far as caps allow, and how much was left out. What the program as
    a whole gives is known only when its campaigns are asked in the end, one after another."""
    kept: list[Item] = []
    over = 0
    for item in items:
        if not isinstance(item, Award):
            kept.append(item)
            continue
        room = _room(case, compiled.caps.get(item.asset, ()), kept, item)
        if case.settled:
            given = [*case.given, *kept]
            room = min(room, _room(case, case.program.caps.get(item.asset, ()), given, item))
        over += item.amount - room
        if room:
            kept.append(item if room == item.amount else replace(item, amount=room))
    return kept, over


def _room(case: Case, caps: Sequence[Cap], given: Sequence[Item], item: Award) -> int:
    """How much of an award the caps leave, after what is ``given`` already."""
    if not caps:
        return item.amount
    left = min(
        cap.most if cap.scope == "per_purchase" else case.facts.left.get(cap.key, cap.most)
        for cap in caps
    )
    had = sum(one.amount for one in given if isinstance(one, Award) and one.asset == item.asset)
    return max(0, min(item.amount, left - had))
