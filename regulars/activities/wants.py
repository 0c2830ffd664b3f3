"""Wants: what a batch asks the one load statement for. Operations add to it first of all."""

from uuid import UUID

from regulars.kit.periods import day_number, day_of
from regulars.kit.sql import statements
from regulars.kit.steps import Step

_LOAD = statements("regulars.activities", "load.sql")["load"]


class Wants:
    """Keys of everything a batch must load and lock. Filled by `Operation.wants`."""

    __slots__ = (
        "activities", "automatic", "counters", "day", "holds", "identifiers", "keys",
        "member_campaigns", "members", "now", "oldest_day", "quotes", "recent_day", "skus",
        "vouchers",
    )  # fmt: skip

    def __init__(self, now: int) -> None:
        self.now = now
        self.keys: set[str] = set()
        self.identifiers: dict[tuple[str, str], bool] = {}
        """(kind, value) to whether the member's lots are needed."""
        self.members: dict[UUID, bool] = {}
        self.activities: set[UUID] = set()
        """Purchases to be returned; brings their earlier returns, lots, vouchers and member."""
        self.holds: set[UUID] = set()
        """Redemptions to be settled or voided; brings their holds and the member with lots."""
        self.quotes: set[UUID] = set()
        self.vouchers: set[str] = set()
        self.automatic: set[str] = set()
        """Definitions whose vouchers a member need not show: they apply by themselves."""
        self.counters: set[tuple[str, str, int]] = set()
        """(campaign, scope, day) shared by all members."""
        self.member_campaigns: set[str] = set()
        """Campaigns of which each member's own counters are needed."""
        self.skus: set[str] = set()
        self.oldest_day: int | None = None
        self.recent_day: int = 0

    def member(self, ref: "UUID | tuple[str, str]", *, lots: bool = False) -> None:
        """Ask for a member by id or identifier; with ``lots`` to be able to take from them."""
        if isinstance(ref, UUID):
            self.members[ref] = self.members.get(ref, False) or lots
        else:
            self.identifiers[ref] = self.identifiers.get(ref, False) or lots

    def days_since(self, oldest: int | None, rolling: int | None) -> None:
        """Ask for the members' days since ``oldest``; before the month of ``rolling`` by month."""
        if oldest is None:
            return
        recent = oldest if rolling is None else rolling
        first_of_month = day_number(day_of(recent).replace(day=1))
        if self.oldest_day is None:
            self.oldest_day, self.recent_day = oldest, first_of_month
        else:
            self.oldest_day = min(self.oldest_day, oldest)
            self.recent_day = min(self.recent_day, first_of_month)

    def step(self, program_id: UUID) -> Step:
        """The load statement with its parameters."""
        counters = sorted(self.counters)
        return Step(
            _LOAD,
            (
                program_id,
                list(self.keys),
                [kind for kind, _ in self.identifiers],
                [value for _, value in self.identifiers],
                list(self.identifiers.values()),
                list(self.members),
                list(self.members.values()),
                self.now,
                self.oldest_day,
                self.recent_day,
                list(self.member_campaigns),
                list(self.holds),
                list(self.activities),
                list(self.vouchers),
                [campaign for campaign, _, _ in counters],
                [scope for _, scope, _ in counters],
                list(self.quotes),
                [day for _, _, day in counters],
                list(self.skus),
                list(self.automatic),
            ),
        )
