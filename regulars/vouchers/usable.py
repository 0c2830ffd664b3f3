"""When a voucher can be used, and the one answer to all that cannot (T16)."""

from collections.abc import Iterable
from uuid import UUID

from regulars.activities.unit import MemberState, Voucher
from regulars.activities.wants import Wants
from regulars.kit.codes import looks_mistyped, normalize
from regulars.kit.problems import NotFound


class NoSuchVoucher(NotFound):
    """Wrong, used up, expired, not begun, blocked, another's: all the same, word for word (T16)."""

    code = "no_such_voucher"
    title = "This code cannot be used"

    def __init__(self, code: str = "") -> None:
        """``code`` as it was asked for: of one that is made like ours and has a character wrong,
        that is said. It follows from the code alone and tells nothing of what there is."""
        mistyped = {"mistyped": True} if looks_mistyped(code) else {}
        super().__init__(
            "Check the code and, for a voucher of a member, whose it is. It may also be used up, "
            "expired or blocked.",
            **mistyped,
        )


class UnknownLot(NotFound):
    code = "unknown_lot"
    title = "The program has no such lot of codes"


CounterKey = tuple[str, str, int]

SLOW_CLOCK_SECONDS = 300
"""So far a till's clock may be behind ours without harm to a voucher that was only just issued."""


def want_codes(wants: Wants, codes: Iterable[str]) -> None:
    """Ask for what was shown: the vouchers, and how often the member has used each."""
    for code in map(normalize, codes):
        wants.vouchers.add(code)
        wants.member_campaigns.add(use_key(code)[0])


def use_key(code: str) -> CounterKey:
    """The counter of a member's uses of a code that each may use so often only."""
    return (f"code:{code}", "per_member", 0)


def used_by(member: MemberState | None, code: str) -> int:
    """How often the member has used such a code."""
    return 0 if member is None else member.counters.get(use_key(code), 0)


def usable(voucher: Voucher, member_id: UUID | None, at: int, used: int = 0) -> bool:
    """Whether it can be used at this instant by this member, who has used it so often, or by nobody
    known. What each member may use so often only, nobody unknown can use."""
    return (
        (voucher.uses_left is None or voucher.uses_left > 0)
        and (voucher.per_member is None or (member_id is not None and used < voucher.per_member))
        and not voucher.blocked
        and voucher.valid_from <= at
        and (voucher.valid_until is None or at < voucher.valid_until)
        and (voucher.member_id is None or voucher.member_id == member_id)
    )


def usable_at_till(
    voucher: Voucher, member_id: UUID | None, at: int, now: int, used: int = 0
) -> bool:
    """Whether it could be used when the till says that it was. What was issued a moment before
    would not have begun yet by a clock that is a little slow, so up to ``SLOW_CLOCK_SECONDS`` are
    added, though never beyond ``now``."""
    known_at = min(now, at + SLOW_CLOCK_SECONDS)
    return any(usable(voucher, member_id, moment, used) for moment in (at, known_at))
