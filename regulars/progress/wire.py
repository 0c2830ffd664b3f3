"""What callers are told about progress, and what they send."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct, field

from regulars.engine.progress import Step
from regulars.members.wire import PRINTABLE, Place

IDLE = frozenset({"nothing", "not_begun", "ended", "not_joined", "again"}) | frozenset(
    {"too_small", "out_of_time"}
)
"""Codes that say why nothing happened; they stand in the explanation and not in the answer."""

DisplayName = Annotated[str, Meta(min_length=2, max_length=40, pattern=PRINTABLE)]


class StepOut(Struct, frozen=True, omit_defaults=True):
    """What became of a challenge, a streak, a stamp card or a badge."""

    of: str
    """`challenge`, `streak`, `stamp_card` or `badge`."""
    id: str
    code: str
    """`moved`, `completed`, `done`, `reached`, `full`, `given`, `reopened`, `owed`,
    `taken_back`."""
    figures: dict[str, Any] = field(default_factory=dict)
    """What was given (`assets`, `voucher`, `gift`), how far it is (`goals`, `length`)."""


class StepToldOut(Struct, frozen=True):
    """The same in words, and why nothing happened where nothing did."""

    of: str
    id: str
    name: str
    code: str
    text: str


class CardOut(Struct, frozen=True, omit_defaults=True):
    """A stamp card: how many of its places are filled, and how many cards were full before."""

    id: str
    name: str
    stamps: int
    size: int
    text: str
    full: int = 0
    owed: int = 0


class GoalOut(Struct, frozen=True):
    """One goal: so much of it is done."""

    id: str
    name: str
    done: int
    of: int
    text: str


class ChallengeOut(Struct, frozen=True, omit_defaults=True):
    """A challenge as it stands for the member.

    `state` is `open`, `done` (nothing more to complete in this period), `not_begun`, `not_joined`
    or `ended`.
    """

    id: str
    name: str
    state: str
    text: str
    completed: int = 0
    """How often in all."""
    goals: list[GoalOut] = field(default_factory=list)
    first_day: date | None = None
    last_day: date | None = None


class StreakOut(Struct, frozen=True, omit_defaults=True):
    """A streak: how long it is, and until when the next purchase keeps it alive."""

    id: str
    name: str
    length: int
    longest: int
    text: str
    counted: bool = False
    """Whether this day, week or month counts already."""
    freezes_left: int = 0
    next: int | None = None
    """The next length that is rewarded."""
    last_day: date | None = None


class BadgeOut(Struct, frozen=True):
    """A badge the member holds."""

    id: str
    name: str
    since_at: datetime


class ProgressOut(Struct, frozen=True):
    """What the member has done for each card, challenge, streak and badge."""

    member: UUID
    stamp_cards: list[CardOut]
    challenges: list[ChallengeOut]
    streaks: list[StreakOut]
    badges: list[BadgeOut]


class TakeUpIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where the challenge was taken up."""

    shop: Place | None = None


class TakenUpOut(Struct, frozen=True):
    """From when on a challenge counts for the member."""

    challenge: str
    since_at: datetime


class PlayerIn(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How a member is to be called on leaderboards; nothing: not at all any more."""

    display_name: DisplayName | None = None


class PlayerOut(Struct, frozen=True):
    display_name: str | None


class PlaceOut(Struct, frozen=True):
    """One place of a leaderboard; who has the same amount shares it."""

    place: int
    display_name: str
    amount: int


class LeaderboardOut(Struct, frozen=True):
    """Those who wished to be seen, most first."""

    asset: str
    first_day: date
    last_day: date
    places: list[PlaceOut]


def steps_out(steps: Iterable[Step]) -> list[StepOut]:
    """What happened, without what did not."""
    return [
        StepOut(step.of, step.id, step.code, step.figures)
        for step in steps
        if step.code not in IDLE
    ]
