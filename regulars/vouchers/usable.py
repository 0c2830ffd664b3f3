"""When a voucher can be used, and the one answer to all that cannot (T16)."""

from uuid import UUID

from regulars.activities.unit import Voucher
from regulars.kit.problems import NotFound


class NoSuchVoucher(NotFound):
    """Wrong, used up, expired, not begun, blocked, another's: all the same, word for word (T16)."""

    code = "no_such_voucher"
    title = "This code cannot be used"

    def __init__(self) -> None:
        super().__init__(
            "Check the code and, for a voucher of a member, whose it is. It may also be used up, "
            "expired or blocked."
        )


def usable(voucher: Voucher, member_id: UUID | None, at: int) -> bool:
    """Whether it can be used at this instant by this member, or by nobody known."""
    return (
        voucher.uses_left > 0
        and not voucher.blocked
        and voucher.valid_from <= at
        and (voucher.valid_until is None or at < voucher.valid_until)
        and (voucher.member_id is None or voucher.member_id == member_id)
    )
