"""What each other kind of action is: the request it sends, and what the reference makes of it."""

from typing import Any
from uuid import UUID

from regulars.activities.operations import BringUpToDate
from regulars.referrals.operations import Enter
from regulars.referrals.wire import EnterIn
from regulars.vouchers.operations import RedeemVoucher, VoidUse
from regulars.vouchers.wire import UseVoidIn, VoucherRedeemIn
from tests.desk import Desk
from tests.households import home
from tests.points.counter import correct, donate, sell, send
from tests.simulation.actions import Action
from tests.simulation.buying import Buying, Deed
from tests.simulation.plain.ledger import Ledger, Refused
from tests.simulation.plain.tiers import Rule
from tests.simulation.plain.times import day

POOLED = {"points"}
MUG = {"points": 50, "stars": 2}


class Deeds(Buying):
    """What has happened to one seed's members so far, and what can happen next."""

    def __init__(
        self, desk: Desk, ledger: Ledger, members: list[str], ids: list[UUID], codes: list[str],
        tiers: Rule, on_short: str,
    ) -> None:  # fmt: skip
        super().__init__(desk, ledger, members, ids, tiers)
        self.codes, self.on_short = codes, on_short

    def of(self, action: Action) -> Deed | None:
        """None where it refers to something that did not come about."""
        found: Deed | None = getattr(self, f"_{action.what}")(action, *action.args)
        return found

    # Vouchers outside a basket, and friends.

    def _use(self, action: Action, who: int | None, last: int) -> Deed | None:
        code, at = self.voucher(last), self.desk.now
        if code is None:
            return None
        by = self.vouchers.all[code].who if who is None else who
        request = VoucherRedeemIn(member=self.members[by])
        return (
            lambda: RedeemVoucher(code, request, self.desk.caller, key=None, at=at),
            lambda _: self.vouchers.use(action.number, code, by, at),
        )

    def _unuse(self, action: Action, of: int) -> Deed | None:
        used = self.answers.get(of)
        if used is None or "use" not in used:
            return None
        use, at = UUID(used["use"]), self.desk.now
        return (
            lambda: VoidUse(use, UseVoidIn(), self.desk.caller, key=None, at=at),
            lambda _: self.vouchers.unuse(of),
        )

    def _sent(self, action: Action, friend: int, by: int) -> Deed:
        request, at = EnterIn(self.codes[by]), self.desk.now
        return (
            lambda: Enter(self.members[friend], request, self.desk.caller, key=None, at=at),
            lambda _: self.referrals.enter(
                friend, by, self.ledger.now, day(self.ledger.now),
                bought=self.purchases[friend] > 0, together=self.together(friend, by),
            ),
        )  # fmt: skip

    # Points that are used, given and corrected.

    def _redeem(self, action: Action, who: int, amount: int) -> Deed:
        amount = amount or self._all(who)
        return (
            lambda: home.take(self.desk, self.members[who], amount),
            lambda _: self.ledger.spend(self._shares(who, {"points": amount}), "redeemed"),
        )

    def _reward(self, action: Action, who: int, hold: bool) -> Deed:
        def apply(_: Any) -> None:
            shares = self._shares(who, MUG)
            if hold:
                self.ledger.hold(action.number, shares, self.ledger.now + 3_600)
            else:
                self.ledger.spend(shares, "redeemed")

        return lambda: home.reward(self.desk, self.members[who], hold=hold), apply

    def _hold(self, action: Action, who: int, amount: int, seconds: int) -> Deed:
        amount = amount or self._all(who)

        def apply(_: Any) -> None:
            shares = self._shares(who, {"points": amount})
            self.ledger.hold(action.number, shares, self.ledger.now + seconds)

        return (
            lambda: home.take(
                self.desk, self.members[who], amount, hold=True, lapses_in_seconds=seconds
            ),
            apply,
        )

    def _settle(self, action: Action, of: int) -> Deed | None:
        held = self.answers.get(of)
        if held is None or "cost" not in held or held.get("state") != "held":
            return None
        return lambda: home.settle(self.desk, held), lambda _: self.ledger.close(of, True)

    def _void(self, action: Action, of: int) -> Deed | None:
        held = self.answers.get(of)
        if held is None or "cost" not in held or held.get("state") != "held":
            return None
        return lambda: home.void(self.desk, held), lambda _: self.ledger.close(of, False)

    def _transfer(self, action: Action, who: int, to: int, amount: int) -> Deed:
        amount = amount or self._all(who)
        at = self.desk.now
        return (
            lambda: send(self.desk, self.members[who], self.members[to], amount),
            lambda _: self.ledger.transfer(who, to, "points", amount, at),
        )

    def _donate(self, action: Action, who: int, amount: int) -> Deed:
        amount = amount or self._all(who)
        shares = [(who, "points", amount)]
        return (
            lambda: donate(self.desk, self.members[who], amount),
            lambda _: self.ledger.spend(shares, "donated"),
        )

    def _sale(self, action: Action, who: int, amount: int) -> Deed:
        at = self.desk.now
        return (
            lambda: sell(self.desk, self.members[who], amount, amount * 5 // 2),
            lambda _: self.ledger.earn(
                who, "points", amount, at, None, purpose="sold", pending=False
            ),
        )

    def _credit(self, action: Action, who: int, amount: int) -> Deed:
        amount = amount or self._all(who)
        at = self.desk.now
        return (
            lambda: correct(self.desk, self.members[who], amount),
            lambda _: self.ledger.earn(
                who, "points", amount, at, None, purpose="corrected", pending=False
            ),
        )

    def _debit(self, action: Action, who: int, amount: int) -> Deed:
        amount = amount or self._all(who)
        return (
            lambda: correct(self.desk, self.members[who], -amount),
            lambda _: self.ledger.correct(who, "points", amount, self.on_short),
        )

    # Who belongs together is the product's to say; whose points are used then is compared.

    def _found(self, action: Action, who: int) -> Deed:
        def apply(answer: Any) -> None:
            if answer is None:
                raise Refused("refused")
            self.home[who] = answer["id"]
            self.homes.append(answer["id"])

        return lambda: home.found(self.desk, self.members[who]), apply

    def _invite(self, action: Action, by: int, who: int) -> Deed | None:
        if by not in self.home:
            return None
        where = self.home[by]
        return lambda: home.invite(self.desk, where, self.members[by], self.members[who]), _told

    def _accept(self, action: Action, who: int) -> Deed | None:
        if not self.homes:
            return None
        where = self.homes[-1]

        def apply(answer: Any) -> None:
            _told(answer)
            self.home[who] = where

        return lambda: home.accept(self.desk, where, self.members[who]), apply

    def _leave(self, action: Action, who: int) -> Deed | None:
        if who not in self.home:
            return None
        where = self.home[who]

        def apply(answer: Any) -> None:
            _told(answer)
            del self.home[who]

        return lambda: home.leave(self.desk, where, self.members[who]), apply

    def _tick(self, action: Action) -> Deed:
        return lambda: BringUpToDate(self.ids, now=self.desk.now), lambda _: None

    def _all(self, who: int) -> int:
        return max(1, self.ledger.available(who, "points"))

    def _shares(self, who: int, cost: dict[str, int]) -> list[tuple[int, str, int]]:
        here = self.home.get(who)
        others = [
            other for other in range(len(self.members))
            if other != who and here is not None and self.home.get(other) == here
        ]  # fmt: skip
        return self.ledger.shares(who, others, cost, POOLED)


def _told(answer: Any) -> None:
    if answer is None:
        raise Refused("refused")
