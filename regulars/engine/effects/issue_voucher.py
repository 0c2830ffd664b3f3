"""A voucher for later."""

from collections.abc import Iterable
from typing import ClassVar, Literal

from pydantic import PositiveInt

from regulars.engine.case import Case
from regulars.engine.decision import Grant
from regulars.engine.kinds import Effect, Texts
from regulars.engine.scope import Slug


class IssueVoucher(Effect):
    """Vouchers of a definition, for another time; their codes are drawn as the purchase is
    recorded."""

    sentence: ClassVar[Texts] = {
        "en": "{count:vouchers} ({voucher:voucher}) for another time",
        "pl": "{count:vouchers} ({voucher:voucher}) na później",
        "bg": "{count:vouchers} ({voucher:voucher}) за друг път",
    }
    kind: Literal["issue_voucher"] = "issue_voucher"
    voucher: Slug
    count: PositiveInt = 1

    def awards(self, case: Case) -> Iterable[Grant]:
        return [Grant(case.campaign, self.voucher, self.count)]

    def vouchers(self) -> frozenset[str]:
        return frozenset({self.voucher})
