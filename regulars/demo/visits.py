"""What the households do, as operations in the order of time: join with the first basket, buy, take
a reward at the first visit of a month, bring something back.

Two things the source does not record are ours, and said so in the summary: households take a reward
whenever they can at the first visit of a month, and one basket in 200 has a line brought back two
days later, where the data goes on so long. Both follow from the data by fixed rules: no chance, the
same every time.
"""

from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from heapq import heappop, heappush
from typing import NamedTuple
from uuid import UUID

from stdnum import luhn

from regulars.activities.batch import Operation
from regulars.demo.journey import TIMEZONE, Basket
from regulars.kit.http import Caller
from regulars.kit.periods import local
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.returns import RecordReturn
from regulars.purchases.wire import LineIn, PurchaseIn, ReturnIn, ReturnLineIn
from regulars.rewards.operations import Redeem
from regulars.rewards.wire import RedeemIn

TILL = "1"
REWARD = "five-dollars"
_RETURN_ONE_IN = 200
_RETURN_AFTER_SECONDS = 2 * 86_400 + 3_600


class Waiting(NamedTuple):
    """A return that will be made; sorts by its time."""

    at: int
    receipt: str
    shop: str
    purchase: UUID
    line: int


@cache
def card(household: int) -> str:
    """The card of a household: 12 digits with a check digit."""
    body = f"2100000{household:04d}"
    return body + luhn.calc_check_digit(body)


def operations(
    baskets: Iterator[Basket], attributes: dict[int, dict[str, str]]
) -> Iterator[Operation]:
    """Every operation of the year, in the order of time."""
    seen: set[int] = set()
    month: dict[int, tuple[int, int]] = {}
    waiting: list[Waiting] = []
    for basket in baskets:
        while waiting and waiting[0].at <= basket.at:
            yield _bring_back(heappop(waiting))
        if basket.household not in seen:
            seen.add(basket.household)
            yield _join(basket, attributes.get(basket.household, {}))
        wall = local(basket.at, TIMEZONE)
        this_month = (wall.year, wall.month)
        if month.get(basket.household, this_month) != this_month:
            yield _redeem(basket, this_month)
        month[basket.household] = this_month
        purchase = purchase_id(basket)
        yield _buy(basket, purchase)
        line = _line_brought_back(basket)
        if line is not None:
            at = basket.at + _RETURN_AFTER_SECONDS
            heappush(waiting, Waiting(at, basket.receipt, basket.shop, purchase, line))


def purchase_id(basket: Basket) -> UUID:
    """A UUIDv7 whose random bits come from the receipt: the same basket, the same id."""
    tail = int.from_bytes(blake2b(basket.receipt.encode(), digest_size=10).digest())
    high = (basket.at * 1000) << 16 | 0x7000 | (tail >> 62) & 0xFFF
    return UUID(int=high << 64 | 0x8000_0000_0000_0000 | tail & 0x3FFF_FFFF_FFFF_FFFF)


def _caller(shop: str) -> Caller:
    return Caller(shop=shop, till=TILL, region="US")


def _join(basket: Basket, attributes: dict[str, str]) -> Join:
    request = JoinIn(
        (IdentifierIn("card", card(basket.household)),),
        attributes=dict(attributes),
        registered=bool(attributes),
    )
    join = Join(request, _caller(basket.shop), key=f"join-{basket.household}", at=basket.at)
    join.now = basket.at
    return join


def _redeem(basket: Basket, month: tuple[int, int]) -> Redeem:
    request = RedeemIn(f"card:{card(basket.household)}", reward=REWARD)
    key = f"redeem-{basket.household}-{month[0]}-{month[1]}"
    redeem = Redeem(request, _caller(basket.shop), key=key, at=basket.at)
    redeem.now = basket.at
    return redeem


def _buy(basket: Basket, purchase: UUID) -> RecordPurchase:
    request = PurchaseIn(
        tuple(LineIn(sku, units, None, cents) for sku, units, cents in basket.lines),
        f"card:{card(basket.household)}",
        basket.receipt,
    )
    return RecordPurchase(
        request, _caller(basket.shop), key=None, at=basket.at, now=basket.at, activity_id=purchase,
        silent=True,
    )  # fmt: skip


def _line_brought_back(basket: Basket) -> int | None:
    """Position (from 1) of the dearest line, for one basket in 200 of several lines."""
    if len(basket.lines) < 2 or int(basket.receipt) % _RETURN_ONE_IN:
        return None
    dearest = max(range(len(basket.lines)), key=lambda i: (basket.lines[i][2], -i))
    return dearest + 1 if basket.lines[dearest][2] else None


def _bring_back(waiting: Waiting) -> RecordReturn:
    request = ReturnIn(waiting.purchase, (ReturnLineIn(waiting.line, 1),))
    return RecordReturn(
        request,
        _caller(waiting.shop),
        key=f"return-{waiting.receipt}",
        at=waiting.at,
        now=waiting.at,
    )
