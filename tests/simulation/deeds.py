"""What each kind of action is: the request it sends, and what the reference makes of it."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from regulars.activities.operations import BringUpToDate
from regulars.giftcards.wire import CardPayIn
from tests.desk import Desk
from tests.households import home
from tests.points.counter import correct, donate, sell, send
from tests.purchases.shop import buying, returning
from tests.simulation.actions import Action
from tests.simulation.reference import Ledger, Refused

ASSETS = ("points", "stars")
POOLED = {"points"}
MUG = {"points": 50, "stars": 2}
Deed = tuple[Callable[[], Any], Callable[[Any], None]]
"""Builds the request, the same at each call; and does it in the reference, which is told what was
answered (None: refused) and raises `Refused` where it would not."""


class Differs(AssertionError):
    """The product and the reference do not say the same."""


class Bought:
    """A purchase as the reference sees it: what is kept, and what was refunded."""

    def __init__(self, who: int, lines: Sequence[tuple[int, int]]) -> None:
        self.who = who
        self.kept = [quantity for quantity, _ in lines]
        self.prices = [price for _, price in lines]
        self.paid = self.figures()[0]
        self.refunded = 0
        self.card: int | None = None
        self.by_card = 0
        """What the gift card paid and did not get back yet."""

    def figures(self) -> tuple[int, int, int]:
        """Paid, points and stars of what is kept: 10.00 off and 50 points more from 100.00, three
        stars from 20.00."""
        listed = sum(n * price for n, price in zip(self.kept, self.prices, strict=True))
        big = listed >= 10_000
        paid = listed - 1_000 * big
        return paid, paid // 100 + 50 * big, 3 * (listed >= 2_000)


class Deeds:
    """What has happened to one seed's members so far, and what can happen next."""

    def __init__(
        self, desk: Desk, ledger: Ledger, members: list[str], ids: list[UUID], on_short: str
    ) -> None:
        self.desk, self.ledger, self.members, self.ids = desk, ledger, members, ids
        self.on_short = on_short
        self.answers: dict[int, Any] = {}
        self.bought: dict[int, Bought] = {}
        self.home: dict[int, str] = {}
        self.homes: list[str] = []

    def of(self, action: Action) -> Deed | None:
        """None where it refers to something that did not come about."""
        found: Deed | None = getattr(self, f"_{action.what}")(action, *action.args)
        return found

    def _buy(self, action: Action, who: int, lines: Any, late: int, **more: Any) -> Deed:
        at = self.desk.now - late
        goods = tuple((f"article-{n}", *line) for n, line in enumerate(lines))

        def apply(answer: Any) -> None:
            bought = self.bought[action.number] = Bought(who, lines)
            paid, *amounts = bought.figures()
            earned = {asset: n for asset, n in zip(ASSETS, amounts, strict=True) if n}
            _same(action, answer, paid_minor=paid, earned=earned)
            for asset, amount in earned.items():
                self.ledger.earn(who, asset, amount, at, action.number)

        return lambda: buying(self.desk, self.members[who], *goods, at=at, **more), apply

    def _card(self, action: Action, who: int, amount: int) -> Deed:
        """A gift card is sold: it earns nothing."""
        at = self.desk.now

        def apply(answer: Any) -> None:
            _same(action, answer, paid_minor=amount, earned={})
            self.ledger.sell_card(action.number, amount, at)

        return lambda: buying(self.desk, self.members[who], ("GC", 1, amount), at=at), apply

    def _pay(self, action: Action, who: int, lines: Any, of: int, amount: int) -> Deed | None:
        """A purchase, as any other, of which a gift card pays a part."""
        if of not in self.ledger.cards:
            return None
        code = self.answers[of]["gift_cards"][0]["code"]
        cards = (CardPayIn(code, amount_minor=amount or "most"),)
        build, buy = self._buy(action, who, lines, 0, gift_cards=cards)

        def apply(answer: Any) -> None:
            taken = self.ledger.pay_with_card(of, amount, Bought(who, lines).paid)
            buy(answer)
            bought = self.bought[action.number]
            bought.card, bought.by_card = of, taken

        return build, apply

    def _return(self, action: Action, of: int, part: tuple[int, int] | None) -> Deed | None:
        purchase = self.answers.get(of)
        if purchase is None or of not in self.bought:
            return None
        bought = self.bought[of]
        asked = [] if part is None else [(part[0] + 1, part[1])]

        def apply(answer: Any) -> None:
            gone = dict(enumerate(bought.kept)) if part is None else dict([part])
            if not any(gone.values()) or any(
                n >= len(bought.kept) or bought.kept[n] < count for n, count in gone.items()
            ):
                raise Refused("there is not that much")
            before = bought.figures()
            for n, count in gone.items():
                bought.kept[n] -= count
            after = bought.figures()
            refund = max(0, bought.paid - after[0] - bought.refunded)
            bought.refunded += refund
            _same(action, answer, refund_minor=refund)
            if bought.card is not None:
                back = min(refund, bought.by_card)
                bought.by_card -= back
                self.ledger.cards[bought.card] += back
            for asset, was, now in zip(ASSETS, before[1:], after[1:], strict=True):
                if was != now:
                    self.ledger.take_back(bought.who, asset, was - now, of)

        return lambda: returning(self.desk, purchase, *asked), apply

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


def _same(action: Action, answer: Any, **expected: Any) -> None:
    """What was answered, where it was not refused."""
    for name, value in expected.items():
        said = None if answer is None else answer.get(name, {} if name == "earned" else 0)
        if answer is not None and said != value:
            raise Differs(f"{action}\n  {name} {said}, but the reference says {value}")
