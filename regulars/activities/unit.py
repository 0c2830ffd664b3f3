"""Unit of work: what a batch has loaded, as operations find it and change it, one after another.

State carries over in memory: the second purchase of a member in a batch sees the first. `flush`
turns what changed into one set-based statement (`writes.py`).
"""

from typing import Any
from uuid import UUID

from msgspec import Struct

from regulars.activities.bearers import GiftCard, RewardCode, VoucherLot
from regulars.activities.context import Attributes
from regulars.activities.households import Households
from regulars.activities.referrals import Referrals
from regulars.engine.progress import Progress
from regulars.engine.standing import Standing
from regulars.kit.ids import Ids
from regulars.kit.steps import Step
from regulars.ledger.book import Book
from regulars.ledger.records import NEVER, Account, Hold

SHARED = UUID(int=0)
"""The member under which a campaign's program-wide counters stand."""


class MemberState:
    """A locked member: profile, history by day, own counters and book."""

    __slots__ = (
        "attributes", "book", "changed", "counters", "days", "first_at", "id", "joined_at",
        "last_at", "profile_changed", "progress", "progress_changed", "purchases", "qualified",
        "registered", "segments", "spend_minor", "standing", "standing_changed", "status", "tier",
        "tier_changes", "tier_due_at", "told",
    )  # fmt: skip

    def __init__(self, id: UUID, book: Book, joined_at: int) -> None:
        self.id = id
        self.book = book
        self.joined_at = joined_at
        self.status = "active"
        self.attributes: dict[str, Any] = {}
        self.segments: tuple[str, ...] = ()
        self.tier = ""
        self.standing: Standing | None = None
        """Until when which tier is held; None where the program has no tiers."""
        self.standing_changed = False
        self.tier_due_at: int | None = None
        self.tier_changes: list[TierChange] = []
        self.told = 0
        """So many of the book's postings are already known to the tier."""
        self.qualified: dict[int, int] = {}
        """Points that count towards tiers, by local day."""
        self.purchases = 0
        self.spend_minor = 0
        self.first_at = NEVER
        self.last_at = NEVER
        self.days: dict[int, tuple[int, int]] = {}
        self.counters: dict[tuple[str, str, int], int] = {}
        self.registered = False
        self.progress = Progress()
        """Empty, unless the batch asked for it."""
        self.progress_changed = False
        self.changed = False
        self.profile_changed = False


class TierChange(Struct):
    """A change of the tier, to be written into its history."""

    id: UUID
    at: int
    tier: str
    before: str
    reason: str
    activity_id: UUID | None = None
    actor: str = ""
    note: str = ""
    given: str = ""
    """The tier that was given by hand."""
    until_at: int | None = None


class Voucher(Struct):
    """A voucher as locked; ``issued_by`` is the purchase that gave it."""

    code: str
    definition: str
    member_id: UUID | None
    uses_left: int | None
    """None: as often as one likes."""
    valid_from: int
    valid_until: int | None
    blocked: bool
    issued_by: UUID | None = None
    campaign: str = ""
    new: bool = False
    changed: bool = False
    blocked_at: int | None = None
    per_member: int | None = None
    """How often each member may use it."""
    lot: str = ""

    def use(self) -> None:
        """Count a use, where uses are counted."""
        if self.uses_left is not None:
            self.uses_left -= 1
            self.changed = True

    def unuse(self) -> None:
        """Give a use back."""
        if self.uses_left is not None:
            self.uses_left += 1
            self.changed = True


class Past(Struct, array_like=True):
    """A recorded activity a return refers to, or an earlier return of the same purchase."""

    id: UUID
    member_id: UUID | None
    kind: str
    occurred_at: int
    shop: str
    till: str
    receipt: str
    revision: int
    facts: str
    decision: str
    refers_to: UUID | None


class Quote(Struct):
    """A holding quote: what it promises is counted as used until it closes."""

    id: UUID
    member_id: UUID | None
    promised: str
    lapses_at: int
    outcome: str | None = None
    new: bool = False
    closed_at: int | None = None


class Record(Struct):
    """An activity to be written, with the facts and the decision that go with it."""

    id: UUID
    member_id: UUID | None
    kind: str
    occurred_at: int
    shop: str = ""
    till: str = ""
    receipt: str = ""
    revision: int = 0
    refers_to: UUID | None = None
    list_minor: int = 0
    paid_minor: int = 0
    facts: str = ""
    decision: str = ""
    answer: str = ""
    """What is kept of the answer: all of it, or what does not follow from facts and decision."""
    said: str = ""
    """The answer as told now, where it is not kept whole."""


class Stored(Struct, array_like=True):
    """What is kept of an activity that a repeated request recorded before."""

    digest: str
    id: UUID
    member_id: UUID | None
    revision: int
    facts: str
    decision: str
    answer: str
    detached: bool = False
    """Only its id is here: its month has been detached."""


class Maker:
    """Makes ids as of the operation at hand. Books hold it and not the unit, so that a batch leaves
    no circle of references behind for the garbage collector."""

    __slots__ = ("ids", "now")

    def __init__(self, ids: Ids, now: int) -> None:
        self.ids = ids
        self.now = now

    def make(self) -> UUID:
        return self.ids.make(self.now * 1000)


class Unit:
    """Everything a batch works on."""

    def __init__(self, program_id: UUID, now: int, ids: Ids) -> None:
        self.program_id = program_id
        self.maker = Maker(ids, now)
        self.make_id = self.maker.make
        self.recorded_at = now
        self.members: dict[UUID, MemberState] = {}
        self.identifiers: dict[tuple[str, str], tuple[str, UUID]] = {}
        self.holds: dict[UUID, UUID] = {}
        self.households = Households()
        self.referrals = Referrals()
        self.vouchers: dict[str, Voucher] = {}
        self.voucher_codes: dict[UUID, list[str]] = {}
        self.cards: dict[UUID, GiftCard] = {}
        self.card_codes: dict[str, UUID] = {}
        self.new_loads: list[tuple[UUID, int, UUID, int]] = []
        """(purchase, line, card, amount)"""
        self.voucher_lots: dict[str, VoucherLot] = {}
        self.free_codes: dict[str, list[RewardCode]] = {}
        """By reward, partners' codes that nobody has."""
        self.codes_of: dict[UUID, RewardCode] = {}
        """By redemption."""
        self.redemption_steps: dict[UUID, tuple[str, int, str, str]] = {}
        """What became of redemptions of rewards: state, instant, carrier, tracking number."""
        self.counters: dict[tuple[str, str, int], int] = {}
        self.past: dict[UUID, Past] = {}
        self.returns: dict[UUID, list[Past]] = {}
        self.quotes: dict[UUID, Quote] = {}
        self.known: dict[str, Stored] = {}
        self.repeated: dict[str, tuple[str, UUID]] = {}
        """Keys found to be known: the digest of what was asked, and the activity."""
        self.put_away: dict[UUID, str] = {}
        """Activities that were not found, and the detached month they would be in."""
        """What earlier requests with these idempotency keys recorded."""
        self.products: dict[str, Attributes] = {}
        self.prices: dict[tuple[str, str], list[tuple[int, int]]] = {}
        """(instant, list price) of (article, shop), the oldest first."""
        self.told_prices: dict[tuple[str, str, int], int] = {}
        """By article, shop and instant, to be kept where they are new."""
        self.last_told: dict[tuple[str, str], tuple[int, int | None]] = {}
        self.records: list[Record] = []
        self.stock: dict[tuple[str, str], str] = {}
        """Cards of a batch that nobody holds: `made`, `active`, `blocked` or `lost`."""
        self.secrets: dict[str, bytes] = {}
        """What the rotating codes of electronic cards are made from, where they were asked for."""
        self.code_tolerance_seconds = 0
        self.codes_required = False
        self.card_rows: dict[str, list[tuple[Any, ...]]] = {}
        """Rows for the parts `card_...` of what is written."""
        self.new_keys: list[tuple[str, bytes, UUID]] = []
        self.new_members: list[MemberState] = []
        self.new_identifiers: list[tuple[str, str, UUID]] = []
        self.identifier_changes: list[tuple[str, str, str, str]] = []
        self.day_changes: dict[tuple[UUID, int], list[int]] = {}
        self.qualified_changes: dict[tuple[UUID, str, int], int] = {}
        """Points that count towards tiers, by member, asset and local day."""
        self.unvisited: set[UUID] = set()
        """Members of whom a whole purchase came back: was it their first or their last?"""
        self.players: dict[UUID, str | None] = {}
        """By which name members wish to be seen on leaderboards; None = no longer."""
        self.counter_changes: set[tuple[UUID, str, str, int]] = set()
        self.counter_deltas: dict[tuple[UUID, str, str, int], int] = {}
        self.voucher_deltas: dict[str, int] = {}
        self.after: list[Step] = []
        """Statements of rare operations, run when all the rest is written."""
        self.changes = 0
        """Grows with every change, so that a refusal after a change can be noticed."""

    @property
    def now(self) -> int:
        """As of when the operation at hand is carried out."""
        return self.maker.now

    @now.setter
    def now(self, now: int) -> None:
        self.maker.now = now

    def member(self, ref: "UUID | tuple[str, str] | None") -> MemberState | None:
        """The member of an id or an active identifier, or None where there is none."""
        if isinstance(ref, tuple):
            found = self.identifiers.get(ref)
            if found is None or found[0] != "active":
                return None
            return self.members.get(found[1])
        return None if ref is None else self.members.get(ref)

    def count(self, member: UUID, campaign: str, scope: str, day: int, by: int) -> None:
        """Add to a campaign's counter: of one member, or of all (`SHARED`)."""
        counters = self.counters if member == SHARED else self.members[member].counters
        key = (campaign, scope, day)
        counters[key] = max(0, counters.get(key, 0) + by)
        self.counter_changes.add((member, *key))
        if member != SHARED:
            self.members[member].changed = True
        self.changes += 1

    def adjust(self, member: UUID, campaign: str, scope: str, day: int, by: int) -> None:
        """Change a counter that may not be loaded, as a return does."""
        state = self.members.get(member)
        loaded = self.counters if member == SHARED else state.counters if state else {}
        if (campaign, scope, day) in loaded:
            self.count(member, campaign, scope, day, by)
            return
        key = (member, campaign, scope, day)
        self.counter_deltas[key] = self.counter_deltas.get(key, 0) + by
        self.changes += 1

    def give_back(self, code: str) -> None:
        """Give a use of a voucher back, loaded or not."""
        voucher = self.vouchers.get(code)
        if voucher is None:
            self.voucher_deltas[code] = self.voucher_deltas.get(code, 0) + 1
        else:
            voucher.unuse()
        self.changes += 1

    def visit(self, member: MemberState, day: int, visits: int, spend_minor: int) -> None:
        """Add a visit (or take one back) to the member's history by day."""
        had = member.days.get(day, (0, 0))
        member.days[day] = (had[0] + visits, had[1] + spend_minor)
        change = self.day_changes.setdefault((member.id, day), [0, 0])
        change[0] += visits
        change[1] += spend_minor
        member.changed = True
        self.changes += 1

    def tell_price(self, sku: str, shop: str, at: int, price_minor: int) -> None:
        """Keep a list price from an instant on; nothing happens where it is in force already."""
        last_at, last_minor = self.last_told.get((sku, shop), (at, None))
        if price_minor == last_minor and at >= last_at:
            return
        self.last_told[(sku, shop)] = (at, price_minor)
        self.told_prices[(sku, shop, at)] = price_minor
        self.changes += 1

    def qualify(self, member: MemberState, asset: str, day: int, points: int) -> None:
        """Add points that count towards tiers to the day they belong to (or take them back)."""
        member.qualified[day] = member.qualified.get(day, 0) + points
        key = (member.id, asset, day)
        self.qualified_changes[key] = self.qualified_changes.get(key, 0) + points
        member.changed = True
        self.changes += 1

    def record(self, record: Record) -> None:
        """Keep an activity, and let later ones of the batch refer to it."""
        self.records.append(record)
        past = Past(
            record.id, record.member_id, record.kind, record.occurred_at, record.shop, record.till,
            record.receipt, record.revision, record.facts, record.decision, record.refers_to,
        )  # fmt: skip
        if record.refers_to is None:
            self.past[record.id] = past
        else:
            self.returns.setdefault(record.refers_to, []).append(past)
        self.changes += 1

    def vouchers_of(self, member_id: UUID) -> list[Voucher]:
        """The loaded or just issued vouchers of a member, oldest validity first."""
        codes = self.voucher_codes.get(member_id)
        if codes is None:
            return []
        return sorted(
            (self.vouchers[code] for code in codes),
            key=lambda v: (v.valid_until or NEVER, v.valid_from, v.definition, v.code),
        )

    def add_voucher(self, voucher: Voucher) -> None:
        """Take up a loaded or a just issued voucher."""
        self.vouchers[voucher.code] = voucher
        if voucher.member_id is not None:
            self.voucher_codes.setdefault(voucher.member_id, []).append(voucher.code)
        if voucher.new:
            self.changes += 1

    def add_card(self, card: GiftCard) -> None:
        """Take up a loaded or a just sold gift card."""
        self.cards[card.id] = card
        self.card_codes[card.code] = card.id
        if card.new:
            self.changes += 1

    def new_member(self, member: MemberState) -> None:
        self.members[member.id] = member
        self.new_members.append(member)
        self.changes += 1


def account_from(row: list[Any]) -> Account:
    asset, pending, available, held, owed, as_of, next_due, later = row
    due = NEVER if next_due is None else next_due
    return Account(
        asset, pending, available, held, owed, as_of, due, NEVER if later is None else later
    )


def hold_from(row: list[Any]) -> Hold:
    id_, activity, asset, amount, lots, amounts, lapses_at, outcome, *more = row
    reward, taken_by = more or ("", None)
    hold = Hold(
        UUID(id_), UUID(activity), asset, amount, [UUID(lot) for lot in lots], amounts, lapses_at,
        outcome, reward=reward,
    )  # fmt: skip
    hold.taken_by = None if taken_by is None else UUID(taken_by)
    return hold
