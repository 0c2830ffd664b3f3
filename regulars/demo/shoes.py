"""A small shoe shop beside the supermarket's year: for a walk through all pages, in złoty.

Everything of it is ours and small: eight articles, six regulars, a season of purchases before the
morning at which the demonstration's clock stands. Done again, it changes nothing.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from typing import NamedTuple
from uuid import UUID

import psycopg
from stdnum import luhn

from regulars.activities.batch import Operation, run_batch
from regulars.activities.context import Context
from regulars.kit.http import Caller
from regulars.kit.ids import Ids
from regulars.kit.steps import run_sync
from regulars.members.operations import Join
from regulars.members.wire import IdentifierIn, JoinIn
from regulars.organizations.operations import create_organization, put_shop
from regulars.products.operations import Article, Price, put, put_prices
from regulars.programs.document import parse
from regulars.programs.operations import put as put_program
from regulars.programs.queries import programs
from regulars.programs.snapshot import load
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.wire import LineIn, PurchaseIn

ORGANIZATION, NAME = "shoes", "Good Step"
SHOP, _TILL, _TIMEZONE = "W1", "1", "Europe/Warsaw"
_YEAR = timedelta(days=366)


class _Shoe(NamedTuple):
    sku: str
    name: str
    category: str
    price_minor: int


STOCK = (
    _Shoe("OXFORD", "Oxford, brązowe", "shoes/leather", 29_900),
    _Shoe("LOAFER", "Mokasyny, czarne", "shoes/leather", 26_900),
    _Shoe("RUNNER", "Buty do biegania", "shoes/sport", 24_950),
    _Shoe("COURT", "Tenisówki, białe", "shoes/sport", 18_900),
    _Shoe("BOOT", "Kozaki zimowe", "shoes/winter", 39_900),
    _Shoe("KIDS", "Trampki dziecięce", "shoes/children", 12_900),
    _Shoe("POLISH", "Pasta do butów", "care", 2_490),
    _Shoe("LACES", "Sznurówki", "care", 990),
)
_REGULARS = (
    ("Anna", "BOOT OXFORD POLISH COURT"),
    ("Piotr", "RUNNER LACES"),
    ("Мария", "LOAFER KIDS KIDS"),
    ("Zofia", "COURT"),
    ("Georgi", "BOOT POLISH"),
    ("Wolfgang-Maximilian von Hohenstein-Schaumburg", "RUNNER OXFORD"),
)


def card(number: int) -> str:
    """Twelve digits with a check digit; Anna has the first."""
    body = f"2200000000{number}"
    return body + luhn.calc_check_digit(body)


def open_shop(connection: psycopg.Connection, closes: datetime, now: datetime) -> UUID:
    """The firm, its shop, articles, program and regulars, all in one; the program's id. A shop that
    is open stays as its staff has made it."""
    with psycopg.RawCursor(connection) as cursor:
        organization = run_sync(
            cursor,
            create_organization(slug=ORGANIZATION, name=NAME, now=now, timezone=_TIMEZONE),
        )
        found = run_sync(cursor, programs(organization.id))
        if found:
            return next(iter(found.values()))
        run_sync(
            cursor,
            put_shop(organization_id=organization.id, code=SHOP, name="Warszawa", now=now,
                     timezone=_TIMEZONE),
        )  # fmt: skip
        source = files("regulars.demo").joinpath("shoes.yaml").read_text(encoding="utf-8")
        run_sync(
            cursor,
            put_program(organization_id=organization.id, document=parse(source), source=source,
                        now=now, note="The demonstration", author="demo",
                        effective_at=closes - _YEAR),
        )  # fmt: skip
        program_id = next(iter(run_sync(cursor, programs(organization.id)).values()))
        run_sync(cursor, put(program_id=program_id, articles=_articles(), now=now))
        run_sync(cursor, put_prices(program_id=program_id, prices=_prices(closes - _YEAR), now=now))
        context = Context(program_id, run_sync(cursor, load(program_id)))
        for operation in _season(closes):
            told = run_batch(context, [operation], now=int(closes.timestamp()), ids=Ids())
            failed = [one.bug or one.problem for one in run_sync(cursor, told)]
            if failed[0] is not None:
                raise failed[0]
    connection.commit()
    return program_id


def _articles() -> list[Article]:
    return [Article(sku=one.sku, name=one.name, category=one.category) for one in STOCK]


def _prices(since: datetime) -> list[Price]:
    return [Price(one.sku, one.price_minor, since) for one in STOCK]


def _season(closes: datetime) -> Iterator[Operation]:
    """Who joined when, and what they bought: every eleven days or so, the last a week ago."""
    price = {one.sku: one.price_minor for one in STOCK}
    caller = Caller(shop=SHOP, till=_TILL, region="PL")
    for number, (name, bought) in enumerate(_REGULARS):
        skus, holder = bought.split(), IdentifierIn("card", card(number))
        begins = closes - timedelta(days=7 + 11 * len(skus), hours=number)
        joins = JoinIn((holder,), attributes={"first_name": name}, registered=True,
                       joined_at=begins, shop=SHOP)  # fmt: skip
        join = Join(joins, caller, key=f"demo:join:{number}", at=int(begins.timestamp()))
        join.now = join.at
        yield join
        for visit, sku in enumerate(skus):
            at = int((begins + timedelta(days=11 * visit, minutes=20)).timestamp())
            basket = PurchaseIn(
                (LineIn(sku=sku, quantity=1, unit_price_minor=price[sku]),),
                member=f"card:{holder.value}", receipt_number=f"D{number}-{visit}",
            )  # fmt: skip
            yield RecordPurchase(basket, caller, key=f"demo:buy:{number}:{visit}", at=at, now=at)
