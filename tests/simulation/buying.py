"""Buying and bringing back: the requests, and what the reference makes of them."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from regulars.giftcards.wire import CardPayIn
from tests.desk import Desk
from tests.purchases.shop import buying, returning
from tests.simulation.actions import Action
from tests.simulation.plain.ledger import Ledger, Refused
from tests.simulation.plain.referrals import RETURN_DAYS, Referrals
from tests.simulation.plain.tiers import Rule, Tiers
from tests.simulation.plain.times import day
from tests.simulation.plain.vouchers import Vouchers

ASSETS = ("points", "stars")
POINT_MINOR = 10
"""What a point pays."""
REGULAR = 15
"""Points for each purchase of somebody who holds a tier."""
PRIZES = {"friend": {"points": 40}, "referrer": {"points": 60, "stars": 1}}
"""Of a referral; the friend gets a voucher besides."""
Deed = tuple[Callable[[], Any], Callable[[Any], None]]
"""Builds the request, the same at each call; and does it in the reference, which is told what was
answered (None: refused) and raises `Refused` where it would not."""


class Differs(AssertionError):
    """The product and the reference do not say the same."""


class Figures(NamedTuple):
    """What the kept goods of a purchase cost and give."""

    paid: int
    points: int
    stars: int
    slip: bool
    """They give a voucher."""
    coupon: bool
    """The voucher that was shown takes something off."""


class Bought:
    """A purchase as the reference sees it: what is kept, and what was refunded."""

    def __init__(
        self, who: int, lines: Sequence[tuple[int, int]], at: int, tier: str = "", code: str = ""
    ) -> None:
        self.who, self.at, self.tier, self.code = who, at, tier, code
        self.kept = [quantity for quantity, _ in lines]
        self.prices = [price for _, price in lines]
        self.by_points = self.used_points = 0
        """What points paid, and how many they were."""
        self.back_minor = self.back_points = 0
        """What of that came back."""
        self.paid = self.figures().paid
        self.refunded = 0
        self.card: int | None = None
        self.by_card = 0
        """What the gift card paid and did not get back yet."""

    def figures(self) -> Figures:
        """10.00 off and 50 points more from 100.00, 3.00 off by voucher from 10.00, a voucher from
        30.00, three stars from 20.00, more points for those who hold a tier. What points pay for
        earns none."""
        listed = sum(n * price for n, price in zip(self.kept, self.prices, strict=True))
        big, coupon = listed >= 10_000, bool(self.code) and listed >= 1_000
        paid = listed - 1_000 * big - 300 * coupon
        points = (paid - self._still_by_points(paid)) // 100 + 50 * big
        points += REGULAR * bool(self.tier and listed)
        return Figures(paid, points, 3 * (listed >= 2_000), listed >= 3_000, coupon)

    def _still_by_points(self, paid: int) -> int:
        """Points paid for the goods that are kept as they did for all of them."""
        if not self.by_points:
            return 0
        gone = max(0, self.paid - paid)
        return min(paid, self.by_points - _half_up(self.by_points * gone, self.paid))

    def pay_with_points(self, amount: int) -> None:
        self.used_points, self.by_points = amount, amount * POINT_MINOR

    def refund_points(self) -> tuple[int, int]:
        """Of what is refunded in all, points are the share they had in paying: how many come back
        now, and the money they stood for."""
        if not self.by_points:
            return 0, 0
        minor = _half_up(self.by_points * self.refunded, self.paid)
        points = _half_up(self.used_points * minor, self.by_points)
        now = points - self.back_points, minor - self.back_minor
        self.back_points, self.back_minor = points, minor
        return now


def _half_up(part: int, whole: int) -> int:
    return (2 * part + whole) // (2 * whole)


class Buying:
    """What was bought, and what it gave."""

    def __init__(
        self, desk: Desk, ledger: Ledger, members: list[str], ids: list[UUID], tiers: Rule
    ) -> None:
        self.desk, self.ledger, self.members, self.ids = desk, ledger, members, ids
        self.vouchers, self.tiers = Vouchers(), Tiers(tiers, ledger)
        self.referrals = Referrals(day(desk.now))
        self.answers: dict[int, Any] = {}
        self.bought: dict[int, Bought] = {}
        self.purchases = [0] * len(members)
        """How many each has made and not brought back whole."""
        self.home: dict[int, str] = {}
        self.homes: list[str] = []

    def together(self, one: int, other: int) -> bool:
        return one in self.home and self.home[one] == self.home.get(other)

    def tier(self, who: int) -> str:
        return self.tiers.tier(who, day(self.ledger.now))

    # Buying.

    def _buy(
        self, action: Action, who: int, lines: Any, late: int, code: str = "",
        pays: int | None = None, **more: Any,
    ) -> Deed:  # fmt: skip
        at = self.desk.now - late
        goods = tuple((f"article-{n}", *line) for n, line in enumerate(lines))

        def apply(answer: Any) -> None:
            used = bool(code) and self.vouchers.shown(code, who, at, self.ledger.now)
            bought = Bought(who, lines, at, self.tier(who), code if used else "")
            if pays is not None:
                self._pay_with_points(action, bought, pays)
            self.bought[action.number] = bought
            self._count(action, answer, bought)

        return lambda: buying(self.desk, self.members[who], *goods, at=at, **more), apply

    def _count(self, action: Action, answer: Any, bought: Bought) -> None:
        """What a purchase earns, in the order in which it does."""
        who, at, number = bought.who, bought.at, action.number
        found = bought.figures()
        earned = {a: n for a, n in zip(ASSETS, found[1:3], strict=True) if n}
        same(action, answer, paid_minor=found.paid, earned=earned)
        if found.coupon:
            self.vouchers.all[bought.code].used = True
        for asset, amount in earned.items():
            self.ledger.earn(who, asset, amount, at, number)
        given = [(number, 0)] if found.slip else []
        given += self._visited(who, number, at, found.paid)
        codes = [voucher["code"] for voucher in (answer or {}).get("vouchers", [])]
        if len(codes) != len(given):
            raise Differs(f"{action}\n  vouchers {codes}, but the reference says {given}")
        for code, (source, days) in zip(codes, given, strict=True):
            self.vouchers.give(code, who, source, at, days)

    def _visited(self, who: int, number: int, at: int, spent: int) -> list[tuple[Any, int]]:
        """It counts towards a tier and for who sent the member; vouchers that are given for it."""
        self.purchases[who] += 1
        self.tiers.count(who, day(at), 1, spent)
        sent = self.referrals.of.get(who)
        if sent is None:
            return []
        self.referrals.reward(who, number, at, spent, together=self.together(who, sent.by))
        if sent.purchase != number:
            return []
        for side in sent.rewarded:
            for asset, amount in PRIZES[side].items():
                member = who if side == "friend" else sent.by
                self.ledger.earn(member, asset, amount, at, (side, number), least_days=RETURN_DAYS)
        return [(("friend", number), RETURN_DAYS)]

    def _card(self, action: Action, who: int, amount: int) -> Deed:
        """A gift card is sold: a visit, but its money is not spent yet and earns nothing."""
        at = self.desk.now

        def apply(answer: Any) -> None:
            regular = {"points": REGULAR} if self.tier(who) else {}
            same(action, answer, paid_minor=amount, earned=regular)
            self.ledger.sell_card(action.number, amount, at)
            for asset, points in regular.items():
                self.ledger.earn(who, asset, points, at, action.number)
            self._visited(who, action.number, at, 0)

        return lambda: buying(self.desk, self.members[who], ("GC", 1, amount), at=at), apply

    def _pay(self, action: Action, who: int, lines: Any, of: int, amount: int) -> Deed | None:
        """A purchase, as any other, of which a gift card pays a part."""
        if of not in self.ledger.cards:
            return None
        code = self.answers[of]["gift_cards"][0]["code"]
        cards = (CardPayIn(code, amount_minor=amount or "most"),)
        build, buy = self._buy(action, who, lines, 0, gift_cards=cards)

        def apply(answer: Any) -> None:
            taken = self.ledger.pay_with_card(of, amount, Bought(who, lines, 0).paid)
            buy(answer)
            bought = self.bought[action.number]
            bought.card, bought.by_card = of, taken

        return build, apply

    def _points(self, action: Action, who: int, lines: Any, amount: int) -> Deed:
        """A purchase of which points pay a part; 0 is as much as possible."""
        pay_with = {"points": amount or "most"}
        return self._buy(action, who, lines, 0, pays=amount, pay_with=pay_with)

    def _pay_with_points(self, action: Action, bought: Bought, amount: int) -> None:
        there = self.ledger.available(bought.who, "points")
        most = min(there, bought.paid // POINT_MINOR)
        if amount > most:
            raise Refused("not that many there, or more than is to be paid")
        if amount or most:
            self.ledger.pay(action.number, bought.who, "points", amount or most)
            bought.pay_with_points(amount or most)

    def _show(self, action: Action, who: int | None, lines: Any, last: int) -> Deed | None:
        """A purchase with a voucher, one's own or not, that can be used or not."""
        code = self.voucher(last)
        if code is None:
            return None
        who = self.vouchers.all[code].who if who is None else who
        return self._buy(action, who, lines, 0, code, codes=(code,))

    def voucher(self, last: int) -> str | None:
        """The one that was given last, or so many before."""
        return next(islice(reversed(self.vouchers.all), last, None), None)

    # Bringing back.

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
            refund = max(0, bought.paid - after.paid - bought.refunded)
            bought.refunded += refund
            same(action, answer, refund_minor=refund)
            self._refund(action, answer, bought, of, refund)
            for asset, was, now in zip(ASSETS, before[1:3], after[1:3], strict=True):
                if was > now:
                    self.ledger.take_back(bought.who, asset, was - now, of)
                elif was < now:  # without the voucher the kept goods cost more, and earn more
                    self.ledger.earn(bought.who, asset, now - was, bought.at, of)
            self._uncount(bought, of, before, after)

        return lambda: returning(self.desk, purchase, *asked), apply

    def _refund(self, action: Action, answer: Any, bought: Bought, of: int, refund: int) -> None:
        """To the gift card and as points what they had paid; the rest in money."""
        if bought.card is not None:
            back = min(refund, bought.by_card)
            bought.by_card -= back
            self.ledger.cards[bought.card] += back
        points, minor = bought.refund_points()
        if bought.by_points:
            same(action, answer, to_refund_minor=refund - minor)
            self.ledger.pay_back(of, bought.who, "points", points)

    def _uncount(self, bought: Bought, of: int, before: Figures, after: Figures) -> None:
        """What the goods counted for counts no more."""
        all_back = not any(bought.kept)
        self.purchases[bought.who] -= all_back
        self.tiers.count(bought.who, day(bought.at), -all_back, after.paid - before.paid)
        if before.slip and not after.slip:
            self.vouchers.withdraw(of)
        if before.coupon and not after.coupon:
            self.vouchers.all[bought.code].used = False
        for side in self.referrals.came_back(bought.who, of, after.paid):
            sent = self.referrals.of[bought.who]
            member = bought.who if side == "friend" else sent.by
            for asset, amount in PRIZES[side].items():
                self.ledger.take_back(member, asset, amount, (side, of))
            if self.vouchers.withdraw((side, of)):
                sent.state = "closed"


def same(action: Action, answer: Any, **expected: Any) -> None:
    """What was answered, where it was not refused."""
    for name, value in expected.items():
        said = None if answer is None else answer.get(name, {} if name == "earned" else 0)
        if answer is not None and said != value:
            raise Differs(f"{action}\n  {name} {said}, but the reference says {value}")
