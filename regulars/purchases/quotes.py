"""Quotes: the path of a purchase, written nowhere, or holding what it promises until it lapses."""

from msgspec.structs import replace

from regulars.activities.context import Context
from regulars.activities.tiers import catch_up
from regulars.activities.unit import Quote, Record, Unit
from regulars.engine.explain import tell
from regulars.engine.storage import pack
from regulars.giftcards.payments import reserve_cards
from regulars.kit.http import Caller
from regulars.kit.requests import encode
from regulars.members.known import welcome
from regulars.purchases.announced import shown_prices
from regulars.purchases.answers import (
    decision_out,
    extras_of,
    hints_out,
    language_of,
    told_out,
)
from regulars.purchases.effects import uses
from regulars.purchases.operations import RecordPurchase
from regulars.purchases.paying import payable_by, reserve
from regulars.purchases.promises import Promised
from regulars.purchases.wire import PurchaseIn, QuoteIn


class MakeQuote(RecordPurchase):
    """Judge a basket without recording it; with ``hold`` keep what it promises."""

    path = "/v1/quotes"

    def __init__(self, request: QuoteIn, caller: Caller, *, key: str | None, at: int) -> None:
        self.quote_request = request
        basket = PurchaseIn(
            request.lines, request.member, codes=request.codes, detail=request.detail,
            gifts=request.gifts, hints=request.hints, lang=request.lang, shop=request.shop,
            till=request.till, pay_with=request.pay_with, tenders=request.tenders,
            gift_cards=request.gift_cards, top_ups=request.top_ups,
        )  # fmt: skip
        super().__init__(basket, caller, key=key if request.hold else None, at=at)

    def decide(self, unit: Unit, context: Context) -> Record:
        member = None if self.member_key is None else welcome(unit, self.member_key)
        quote_id = unit.make_id()
        if member is not None:
            member.book.bring_up_to_date(unit.now, quote_id)
            catch_up(context.revisions.at(unit.now)[1], unit, member)
        buyer = None if member is None or member.status == "ended" else member
        number, program, facts, decision = self.judge(unit, context, buyer)
        lapses_at = None
        payable = payable_by(program, replace(facts, tenders=()), decision, member)
        if self.quote_request.hold:
            lapses_at = unit.now + self.quote_request.hold_seconds
            used = uses(program, facts, decision, buyer)
            codes = [code for _, code in decision.redeemed if code in unit.vouchers]
            for counter, amount in used.items():
                unit.count(*counter, amount)
            for code in codes:
                unit.vouchers[code].use()
            reserve(member, facts, unit, quote_id, lapses_at)
            reserve_cards(program, facts, unit, quote_id, lapses_at)
            promised = Promised([(*counter, amount) for counter, amount in used.items()], codes)
            unit.quotes[quote_id] = Quote(
                quote_id,
                None if member is None else member.id,
                encode(promised).decode(),
                lapses_at,
                new=True,
            )
        extras = extras_of(
            facts, decision, member, [], self.request.codes, lapses_at,
            hints=hints_out(program, facts, decision, self.request, member, unit.now),
            prices=shown_prices(program, facts, decision, unit), payable=payable,
        )  # fmt: skip
        member_id = None if member is None else member.id
        answer = decision_out(quote_id, number, facts, decision, member_id, extras)
        voice = self.quote_request.voice
        if voice is not None:
            said = tell(program, decision, language_of(facts, self.request), voice)
            answer = replace(answer, told=told_out(said))
        return Record(
            id=quote_id,
            member_id=member_id,
            kind="quote" if self.quote_request.hold else "",
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            revision=number,
            facts=encode(facts).decode(),
            decision=pack(program, decision).decode(),
            answer=encode(extras).decode(),
            said=encode(answer).decode(),
        )
