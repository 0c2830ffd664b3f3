"""Wants: what a batch asks the one load statement for. Operations add to it first of all."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

from regulars.kit.arrays import array, read_as_text
from regulars.kit.periods import day_number, day_of
from regulars.kit.sql import statements
from regulars.kit.steps import Step
from regulars.ledger.records import NEVER

_PARTS = statements("regulars.activities", "load.sql")
for _more in ("referrals.sql", "rewards.sql"):
    _PARTS = _PARTS | statements("regulars.activities", _more)
COLUMNS = (
    "named", "locked", "holds", "quotes", "vouchers", "voucher_lots", "counters", "past", "issued",
    "known", "products", "households", "prices", "referrals", "referral_codes", "gift_cards",
    "reward_codes",
)  # fmt: skip
"""Columns of the answer, in the order in which rows are locked. One not asked for is null."""
BESIDE = ("days", "own_counters", "standing", "qualified", "progress")
"""What stands beside a member and is null where it is not asked for."""


class Wants:
    """Keys of everything a batch must load and lock. Filled by `Operation.wants`."""

    __slots__ = (
        "activities", "automatic", "card_ids", "cards", "code_rewards", "coded", "codes_of_holds",
        "counters", "gift_cards", "holds",
        "households", "housemates", "identifiers", "keys", "locks", "lot_assets",
        "member_campaigns", "members", "now", "oldest_day", "prices", "prices_since",
        "prices_until", "progress", "qualified_asset", "qualified_day", "quotes", "recent_day",
        "referral_codes", "referrals", "skus", "standing", "voucher_lots", "vouchers",
    )  # fmt: skip

    def __init__(self, now: int, *, locks: bool = True) -> None:
        self.now = now
        self.locks = locks
        """False where nothing will be written: one snapshot is read, and nobody has to wait."""
        self.keys: set[str] = set()
        self.identifiers: dict[tuple[str, str], bool] = {}
        """(kind, value) to whether the member's lots are needed."""
        self.coded: set[str] = set()
        """Numbers of cards of which the secret is needed."""
        self.members: dict[UUID, bool] = {}
        self.activities: set[UUID] = set()
        """Purchases to be returned; brings their earlier returns, lots, vouchers and member."""
        self.holds: set[UUID] = set()
        """Redemptions to be settled or voided; brings their holds and the member with lots."""
        self.households: set[UUID] = set()
        """Households by id, with all who belong to them."""
        self.housemates: bool | None = None
        """Whether the households of the members come along, and the lots of all who belong to them
        too (True), so that they can be used together."""
        self.lot_assets: set[str] = set()
        """Assets that will be taken from; ``*`` for any."""
        self.quotes: set[UUID] = set()
        self.vouchers: set[str] = set()
        self.cards: set[str] = set()
        """Gift cards by code."""
        self.card_ids: set[UUID] = set()
        """Holders that may be gift cards."""
        self.gift_cards = False
        """Whether the activities and holds wanted may be about gift cards."""
        self.code_rewards: dict[str, int] = {}
        """Rewards of which so many free codes are needed."""
        self.codes_of_holds = False
        """Whether the redemptions at hand may have codes."""
        self.voucher_lots: set[str] = set()
        """Lots of codes by name."""
        self.automatic: set[str] = set()
        """Definitions whose vouchers a member need not show: they apply by themselves."""
        self.counters: set[tuple[str, str, int]] = set()
        """(campaign, scope, day) shared by all members."""
        self.member_campaigns: set[str] = set()
        """Campaigns of which each member's own counters are needed."""
        self.progress = False
        """Whether what the members have done for challenges and the like is needed."""
        self.referrals = False
        """Whether who brought the members is needed, and that one is locked too."""
        self.referral_codes: set[str] | None = None
        """Codes with the members they name; and, unless None, the codes the members have."""
        self.skus: set[str] = set()
        self.prices: set[tuple[str, str]] = set()
        """(article, shop) of which the list prices between two instants are needed."""
        self.prices_since, self.prices_until = NEVER, 0
        self.oldest_day: int | None = None
        self.recent_day: int = 0
        self.standing = False
        """Whether the program has tiers, so that each member's standing is needed."""
        self.qualified_asset = ""
        self.qualified_day: int | None = None

    def member(
        self, ref: "UUID | tuple[str, str]", *, lots: bool = False, assets: Iterable[str] = ("*",)
    ) -> None:
        """Ask for a member by id or identifier; with ``lots`` to be able to take from those of the
        ``assets``."""
        if lots:
            self.standing = True  # whoever spends must still be allowed to
            self.lot_assets.update(assets)
        if isinstance(ref, UUID):
            self.members[ref] = self.members.get(ref, False) or lots
        else:
            self.identifiers[ref] = self.identifiers.get(ref, False) or lots
            if ref.__class__ is not tuple:  # shown with a rotating code
                self.coded.add(ref[1])

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

    def qualified_since(self, asset: str, oldest: int) -> None:
        """Ask for the members' points that count towards tiers, by day since ``oldest``."""
        self.qualified_asset = asset
        known = oldest if self.qualified_day is None else self.qualified_day
        self.qualified_day = min(known, oldest)

    @property
    def may_grow(self) -> bool:
        """Whether who must be locked depends on what others may change meanwhile."""
        return bool(self.households) or self.housemates is not None

    def step(self, program_id: UUID) -> Step:
        """The load statement with its parameters."""
        beside = {
            "days": self.oldest_day is not None,
            "own_counters": bool(self.member_campaigns),
            "standing": self.standing,
            "qualified": self.qualified_day is not None,
            "progress": self.progress,
        }
        sql, names = _statement(
            tuple(self._columns()), tuple(name for name in beside if beside[name]), self.locks
        )
        return Step(sql, [self._parameter(name, program_id) for name in names])

    def _columns(self) -> Iterable[str]:
        """Those of `COLUMNS` that this batch needs."""
        if self.identifiers or self.members or self.activities or self.holds or self.households:
            yield from ("named", "locked")
        for name in ("holds", "quotes"):
            if getattr(self, name):
                yield name
        if self.vouchers or self.automatic or self.quotes:
            yield "vouchers"
        if self.voucher_lots:
            yield "voucher_lots"
        if self.counters:
            yield "counters"
        if self.activities:
            yield from ("past", "issued")
        if self.keys:
            yield "known"
        if self.skus:
            yield "products"
        if self.may_grow:
            yield "households"
        if self.prices:
            yield "prices"
        if self.referrals:
            yield "referrals"
        if self.referral_codes is not None:
            yield "referral_codes"
        if self.cards or self.card_ids or self.gift_cards:
            yield "gift_cards"
        if self.code_rewards or (self.codes_of_holds and self.holds):
            yield "reward_codes"

    def _parameter(self, name: str, program_id: UUID) -> Any:
        match name:
            case "program":
                return program_id
            case "kinds":
                return array([kind for kind, _ in self.identifiers])
            case "values":
                return array([value for _, value in self.identifiers])
            case "named_lots":
                return array(self.identifiers.values())
            case "member_lots":
                return array(self.members.values())
            case "campaigns" | "scopes" | "days":
                number = ("campaigns", "scopes", "days").index(name)
                return array([counter[number] for counter in sorted(self.counters)])
            case "code_rewards":
                return array(sorted(self.code_rewards))
            case "code_counts":
                return array([self.code_rewards[name] for name in sorted(self.code_rewards)])
            case "referral_codes":
                return array(self.referral_codes or ())
            case "share_lots":
                return bool(self.housemates)
            case "price_skus" | "price_shops":
                number = ("price_skus", "price_shops").index(name)
                return array([price[number] for price in sorted(self.prices)])
            case "now" | "oldest_day" | "recent_day" | "prices_since" | "prices_until":
                return getattr(self, name)
            case "qualified_asset" | "qualified_day":
                return getattr(self, name)
        return array(getattr(self, name))


@lru_cache(maxsize=256)
def _statement(
    wanted: tuple[str, ...], beside: tuple[str, ...], locks: bool
) -> tuple[str, tuple[str, ...]]:
    """The load statement of these columns, and the names of its parameters in their order.

    Most batches ask for few of them, and what is not in a statement is not prepared to be run.
    """
    columns = [f"({_PARTS[name]})::text" if name in wanted else "null" for name in COLUMNS]
    also = [_PARTS[f"also_of_{name}"] for name in _ALSO if name in wanted]
    sql = (_PARTS["members"] + "\nselect " + ",\n".join(columns)).replace("{also}", "\n".join(also))
    more = [_PARTS["also_automatic"], _PARTS["also_promised"] if "quotes" in wanted else ""]
    sql = sql.replace("{more}", "\n".join(more))
    sql = sql.replace("{own_lots}", _PARTS["own_lots"] if "past" in wanted else "")
    for name in BESIDE:
        sql = sql.replace(f"{{{name}}}", _PARTS[name] if name in beside else "null")
    for part in ("own_prize_lots", "prize_vouchers"):
        known = "progress" in beside and "past" in wanted
        sql = sql.replace(f"{{{part}}}", _PARTS[part] if known else "")
    for part in ("own_referral_lots", "referral_vouchers"):
        known = "referrals" in wanted and "past" in wanted
        sql = sql.replace(f"{{{part}}}", _PARTS[part] if known else "")
    if not locks:
        sql = _LOCK.sub("", sql)
    names: dict[str, int] = {}
    numbered = _NAMED.sub(lambda found: f"${names.setdefault(found[1], len(names) + 1)}", sql)
    return read_as_text(numbered), tuple(names)


_ALSO = ("holds", "past", "households", "referrals")
"""Columns that bring members along."""
_LOCK = re.compile(r" for update( of \w+)?\b")
_NAMED = re.compile(r"\$([a-z_]+)")
