"""A prize each time an amount is passed."""

from collections.abc import Iterable, Mapping
from typing import ClassVar, Literal, Self

from pydantic import PositiveInt, model_validator

from regulars.engine.case import Case
from regulars.engine.decision import Award, Grant
from regulars.engine.earning import Earning
from regulars.engine.facts import Facts
from regulars.engine.kinds import Texts
from regulars.engine.part import broken
from regulars.engine.scope import Slug
from regulars.engine.windows import Span, first_day, gathered, spent


class PassedAmount(Earning):
    """A prize each time the member's spending passes another full amount in a calendar period, in
    some last days, or ever; this purchase counts with what is paid for it. What has been counted is
    not counted again, also where goods have come back since. ``max_times: 1`` makes it a prize for
    passing the amount once. In a rolling window spending counts from the campaign's start, and of
    several days the oldest is counted first."""

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
    window: Span = "ever"
    points: PositiveInt | None = None
    voucher: Slug | None = None
    max_times: PositiveInt | None = None
    """In the window; in a rolling one as long as something counted for it lies in the window."""

    @model_validator(mode="after")
    def _gives_something(self) -> Self:
        if self.points is None and self.voucher is None:
            raise broken("some_of", "give points, voucher or both", names="points voucher")
        return self

    @property
    def tally(self) -> str:
        return f"passed:{self.window}:{self.every_minor}"

    @property
    def rolling(self) -> bool:
        return self.window.startswith("days:")

    def awards(self, case: Case) -> Iterable[Award | Grant]:
        times = self._times(case.campaign, case.facts, sum(case.amounts))
        if not times:
            return []
        prizes: list[Award | Grant] = [*self.given(case, times * (self.points or 0))]
        if self.voucher is not None:
            prizes.append(Grant(case.campaign, self.voucher, times))
        return prizes

    def counts(self, campaign: str, facts: Facts, paid_minor: int) -> Iterable[tuple[int, int]]:
        times = self._times(campaign, facts, paid_minor)
        if not times or facts.member is None:
            return
        if not self.rolling:
            yield self._begins(facts.day), times
            return
        left = times * self.every_minor
        days = facts.member.uncounted.get(f"{campaign}/{self.tally}", ())
        for day, amount in sorted([*days, (facts.day, paid_minor)]):
            part = min(left, max(0, amount))
            left -= part
            if part:
                yield day, part

    def recalled(
        self, counted: Mapping[int, int], spent: Mapping[int, int], since: int, day: int
    ) -> tuple[int, tuple[tuple[int, int], ...] | None]:
        if not self.rolling:
            return counted.get(self._begins(day), 0), None
        begins = max(since, first_day(self.window, day))
        left = {on: spent[on] - counted.get(on, 0) for on in spent if begins <= on <= day}
        used = sum(amount for on, amount in counted.items() if begins <= on <= day)
        rest = tuple(sorted((on, minor) for on, minor in left.items() if minor))
        return -(-used // self.every_minor), rest

    def _begins(self, day: int) -> int:
        return 0 if self.window == "ever" else first_day(self.window, day)

    def _times(self, campaign: str, facts: Facts, paid_minor: int) -> int:
        """How often this purchase passes the amount."""
        if facts.member is None:
            return 0
        key = f"{campaign}/{self.tally}"
        given, days = facts.member.passed.get(key, 0), facts.member.uncounted.get(key)
        before = spent(facts, self.window) if days is None else sum(minor for _, minor in days)
        times = (before + paid_minor) // self.every_minor
        if not self.rolling:
            return max(0, self._most(times) - max(given, before // self.every_minor))
        return max(0, min(times, self._most(given + times) - given))

    def _most(self, times: int) -> int:
        return times if self.max_times is None else min(times, self.max_times)

    def needs(self) -> frozenset[str]:
        return gathered(self.window)

    def assets(self) -> frozenset[str]:
        return frozenset() if self.points is None else super().assets()

    def vouchers(self) -> frozenset[str]:
        return frozenset() if self.voucher is None else frozenset({self.voucher})
