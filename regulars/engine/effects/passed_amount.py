"""A prize each time an amount is passed."""

from collections.abc import Iterable
from typing import ClassVar, Literal, Self

from pydantic import PositiveInt, model_validator

from regulars.engine.case import Case
from regulars.engine.decision import Award, Grant
from regulars.engine.earning import Earning
from regulars.engine.kinds import Texts
from regulars.engine.scope import Slug
from regulars.engine.windows import gathered, spent


class PassedAmount(Earning):
    """A prize each time the member's spending passes another full amount in a calendar period, or
    ever; this purchase counts with what is paid for it. What has been counted is not counted again.
    ``max_times: 1`` makes it a prize for passing the amount once."""

    sentence: ClassVar[Texts] = {
        "en": "{points}{voucher} each time another {every_minor:money} is spent{window}"
        "{max_times}{pending_days}{valid_days}",
        "pl": "{points}{voucher} za każde kolejne {every_minor:money} wydane{window}"
        "{max_times}{pending_days}{valid_days}",
        "bg": "{points}{voucher} за всеки следващи {every_minor:money}, похарчени{window}"
        "{max_times}{pending_days}{valid_days}",
    }
    clauses: ClassVar[dict[str, Texts]] = {
        **Earning.terms,
        "points": {
            "en": ", {points:asset}",
            "pl": ", {points:asset}",
            "bg": ", {points:asset}",
        },
        "voucher": {
            "en": ", a voucher ({voucher:voucher})",
            "pl": ", bon ({voucher:voucher})",
            "bg": ", ваучер ({voucher:voucher})",
        },
        "window": {
            "en": " {window:window}",
            "pl": " {window:window}",
            "bg": " {window:window}",
        },
        "max_times": {
            "en": ", at most {max_times:times_over}",
            "pl": ", najwyżej {max_times:times_over}",
            "bg": ", най-много {max_times:times_over}",
        },
    }
    kind: Literal["passed_amount"] = "passed_amount"
    every_minor: PositiveInt
    window: Literal["month", "quarter", "year", "ever"] = "ever"
    points: PositiveInt | None = None
    voucher: Slug | None = None
    max_times: PositiveInt | None = None
    """In the window."""

    @model_validator(mode="after")
    def _gives_something(self) -> Self:
        if self.points is None and self.voucher is None:
            raise ValueError("give points, voucher or both")
        return self

    def awards(self, case: Case) -> Iterable[Award | Grant]:
        before = spent(case.facts, self.window)
        times = self._times(before + sum(case.amounts)) - self._times(before)
        if times <= 0 or case.facts.member is None:
            return []
        prizes: list[Award | Grant] = [*self.given(case, times * (self.points or 0))]
        if self.voucher is not None:
            prizes.append(Grant(case.campaign, self.voucher, times))
        return prizes

    def _times(self, total_minor: int) -> int:
        times = total_minor // self.every_minor
        return times if self.max_times is None else min(times, self.max_times)

    def needs(self) -> frozenset[str]:
        return gathered(self.window)

    def assets(self) -> frozenset[str]:
        return frozenset() if self.points is None else super().assets()

    def vouchers(self) -> frozenset[str]:
        return frozenset() if self.voucher is None else frozenset({self.voucher})
