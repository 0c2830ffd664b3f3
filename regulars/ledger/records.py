"""The rows of the ledger as a member's book holds them while a transaction works on it.

Instants are whole seconds since 1970 (UTC); `NEVER` stands for "no such instant". Amounts are
integer units of the asset.
"""

from uuid import UUID

from msgspec import Struct

NEVER = 1 << 62
AWAITED = 253_370_764_800
"""The year 9999: from when a lot is usable that waits for an activity and not for a day."""


class Account:
    """What a member has of one asset. Balance = pending + available + held - owed."""

    __slots__ = (
        "as_of", "asset", "available", "changed", "held", "later", "next_due", "owed", "pending",
    )  # fmt: skip

    def __init__(
        self,
        asset: str,
        pending: int = 0,
        available: int = 0,
        held: int = 0,
        owed: int = 0,
        as_of: int = 0,
        next_due: int = NEVER,
        later: int = NEVER,
    ) -> None:
        self.asset = asset
        self.pending = pending
        self.available = available
        self.held = held
        self.owed = owed
        self.as_of = as_of
        self.next_due = next_due
        self.later = later
        """When the next of the lots falls due that were not loaded (never, where all are)."""
        self.changed = False

    @property
    def balance(self) -> int:
        return self.pending + self.available + self.held - self.owed


class Lot(Struct, array_like=True, gc=False):
    """One credit, named like its posting: what is left of it, from when and until when.

    A record that is read from JSON as it stands: a regular member has dozens of lots.
    """

    id: UUID
    asset: str
    activity_id: UUID
    amount: int
    remaining: int
    available_at: int
    expires_at: int
    expired: int = 0
    new: bool = False
    changed: bool = False

    @property
    def order(self) -> tuple[int, int, int]:
        """Earliest expiry first, undated last, older first."""
        return (self.expires_at, self.available_at, self.id.int)


class Hold:
    """Assets reserved for an open redemption, and the lots they were taken from."""

    __slots__ = (
        "activity_id", "amount", "amounts", "asset", "closed_at", "id", "lapses_at", "lots", "new",
        "outcome", "reward", "taken_by",
    )  # fmt: skip

    def __init__(
        self,
        id: UUID,
        activity_id: UUID,
        asset: str,
        amount: int,
        lots: list[UUID],
        amounts: list[int],
        lapses_at: int,
        outcome: str | None = None,
        new: bool = False,
        reward: str = "",
    ) -> None:
        self.reward = reward
        """Of a reward that may run out: given back to its stock unless settled."""
        self.taken_by: UUID | None = None
        """The member who redeems, where that is another one of the household."""
        self.id = id
        self.activity_id = activity_id
        self.asset = asset
        self.amount = amount
        self.lots = lots
        self.amounts = amounts
        self.lapses_at = lapses_at
        self.outcome = outcome
        self.closed_at = NEVER
        self.new = new


class Posting:
    """One bookkeeping event: ``amount`` of an asset to the member (negative: from the member), and
    as much from (to) the program's account ``against``. Two entries that balance by construction.
    """

    __slots__ = ("activity_id", "against", "amount", "asset", "at", "id", "kind")

    def __init__(
        self, id: UUID, kind: str, at: int, activity_id: UUID, asset: str, amount: int, against: str
    ) -> None:
        self.id = id
        self.kind = kind
        self.at = at
        self.activity_id = activity_id
        self.asset = asset
        self.amount = amount
        self.against = against
