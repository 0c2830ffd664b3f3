"""Referrals as a batch works on them: who was brought by whom, and by which code.

Whoever changes one locks both members and lets their versions grow; so whoever reads it beside the
lock of either sees that what was read is old.
"""

from collections import defaultdict
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct


class Side(Struct, array_like=True):
    """What one side was given: the cause of its lots and vouchers, and the assets."""

    prize: UUID
    assets: dict[str, int]


class Referral(Struct, array_like=True):
    """A friend who named who sent them.

    ``open`` until a purchase qualifies, then ``rewarded``; ``refused`` for good; ``closed`` where
    the purchase came back after a voucher of it had been used.
    """

    friend_id: UUID
    referrer_id: UUID
    code: str
    entered_at: int
    status: str = "open"
    purchase_id: UUID | None = None
    month: int = 0
    """The local month in which the referrer was rewarded, counted from 1970."""
    usable_at: int | None = None
    given: dict[str, Side] = {}
    together: bool = False
    """Whether both belong to one household now."""
    rewarded: list[tuple[int, int]] | None = None
    """Of the referrer: (month, how many friends were rewarded)."""
    changed: bool = False


class Code(Struct, array_like=True):
    """A code that names a referrer; who brought them, who brought that one, and so on up."""

    code: str
    member_id: UUID
    chosen: bool
    above: list[UUID] | None = None
    new: bool = False


_referrals = msgspec.json.Decoder(list[Referral])
_codes = msgspec.json.Decoder(tuple[list[tuple[UUID, str]] | None, list[Code] | None])


class Referrals:
    """Those that a batch has loaded, by friend; and codes."""

    __slots__ = ("codes", "emails", "of", "rewarded")

    def __init__(self) -> None:
        self.of: dict[UUID, Referral] = {}
        self.codes: dict[str, Code] = {}
        self.emails: dict[UUID, set[str]] = {}
        """Addresses of the members, to see who is the same person."""
        self.rewarded: dict[UUID, dict[int, int]] = {}
        """Of a referrer, how many friends by month."""

    def fill(self, referrals: str | None, codes: str | None) -> None:
        """Take up the answer of the load statement."""
        for one in _referrals.decode(referrals) if referrals else ():
            self.of[one.friend_id] = one
            if one.rewarded is not None:
                self.rewarded.setdefault(one.referrer_id, dict(one.rewarded))
        emails, known = _codes.decode(codes) if codes else (None, None)
        for member_id, email in emails or ():
            self.emails.setdefault(member_id, set()).add(email)
        for code in known or ():
            self.codes[code.code] = code

    def code_of(self, member_id: UUID, *, chosen: bool) -> Code | None:
        """The code of a member: drawn, or chosen."""
        found = (c for c in self.codes.values() if c.member_id == member_id)
        return next((code for code in found if code.chosen is chosen), None)

    def count(self, referrer_id: UUID, month: int, by: int) -> None:
        """One friend more (or less) for whom the referrer was rewarded."""
        months = self.rewarded.setdefault(referrer_id, {})
        months[month] = months.get(month, 0) + by

    def columns(self) -> dict[str, list[Any]]:
        """What changed, for the parts of `write.sql`."""
        rows: dict[str, list[Any]] = defaultdict(list)
        for code in self.codes.values():
            if code.new:
                rows["referral_code"].append((code.code, code.member_id, code.chosen))
        for one in self.of.values():
            if one.changed:
                rows["referral"].append((
                    one.friend_id, one.referrer_id, one.code, one.entered_at, one.status,
                    one.purchase_id, one.month, one.usable_at, "referrer" in one.given,
                    ",".join(str(side.prize) for side in one.given.values()),
                    msgspec.json.encode(one.given).decode(),
                ))  # fmt: skip
        return rows
