"""What holding quotes promise, and how it is used, given back or lapses."""

from uuid import UUID

import msgspec

from regulars.activities.context import Context
from regulars.activities.unit import Quote, Record, Unit
from regulars.activities.wants import Wants
from regulars.kit.http import Caller
from regulars.kit.problems import Conflict, NotFound
from regulars.kit.requests import digest_of, encode, key_of
from regulars.purchases import paying
from regulars.purchases.wire import QuoteVoidIn, QuoteVoidOut


class Promised(msgspec.Struct, frozen=True, array_like=True):
    """What a holding quote keeps: uses of limits and budgets, and uses of vouchers."""

    counters: list[tuple[UUID, str, str, int, int]]
    vouchers: list[str]


_promised = msgspec.json.Decoder(Promised)


class UnknownQuote(NotFound):
    code = "unknown_quote"
    title = "No such quote"


class QuoteClosed(Conflict):
    code = "quote_closed"
    title = "This quote was used or has lapsed"


def use_quote(unit: Unit, quote_id: UUID) -> None:
    """A purchase takes up its quote: what was kept for it is free for it again."""
    quote = unit.quotes.get(quote_id)
    if quote is None:
        raise UnknownQuote("No quote has this id: ask for a new one, or leave it out.")
    if quote.outcome is not None or quote.lapses_at <= unit.now:
        raise QuoteClosed("Ask for a new quote; what it promised is no longer kept.")
    release(unit, quote, "used")


def release(unit: Unit, quote: Quote, outcome: str) -> None:
    """Give back what a quote keeps and close it."""
    kept = _promised.decode(quote.promised)
    for member, campaign, scope, day, amount in kept.counters:
        unit.adjust(member, campaign, scope, day, -amount)
    for code in kept.vouchers:
        unit.give_back(code)
    quote.outcome = outcome
    quote.closed_at = unit.now
    unit.changes += 1


class VoidQuote:
    """The order is off: what a holding quote keeps is free again at once."""

    path = "/v1/quotes/{id}/void"
    now: int | None = None

    def __init__(
        self, quote: UUID, request: QuoteVoidIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        self.quote = quote
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (quote, request))
        self.at = at
        self.shop = request.shop or caller.shop
        self.till = request.till or caller.till

    def wants(self, wants: Wants, context: Context) -> None:
        wants.quotes.add(self.quote)
        wants.holds.add(self.quote)
        wants.gift_cards = True

    def decide(self, unit: Unit, context: Context) -> Record:
        quote = unit.quotes.get(self.quote)
        if quote is None:
            raise UnknownQuote("No holding quote has this id: use that of its answer.")
        if quote.outcome is not None or quote.lapses_at <= unit.now:
            raise QuoteClosed("Nothing is kept for it any more.")
        release(unit, quote, "voided")
        activity_id = unit.make_id()
        paying.release(unit, quote.id, activity_id)
        return Record(
            id=activity_id,
            member_id=quote.member_id,
            kind="void_quote",
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            refers_to=quote.id,
            answer=encode(QuoteVoidOut(quote.id)).decode(),
        )


class LapseQuotes:
    """Close the quotes whose time is over (the worker's job, in batches)."""

    keys = ()
    digest = b""
    now = None

    def __init__(self, quotes: list[UUID]) -> None:
        self.quotes = quotes

    def wants(self, wants: Wants, context: Context) -> None:
        wants.quotes.update(self.quotes)

    def decide(self, unit: Unit, context: Context) -> Record:
        for quote in list(unit.quotes.values()):
            if quote.outcome is None and quote.lapses_at <= unit.now:
                release(unit, quote, "lapsed")
        return Record(unit.make_id(), None, "", unit.now)
