"""Purchases, quotes, returns and activities on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from regulars.kit.http import Call, Route
from regulars.kit.steps import Steps
from regulars.purchases.operations import RecordActivity, RecordPurchase
from regulars.purchases.previews import preview
from regulars.purchases.promises import VoidQuote
from regulars.purchases.queries import ExplanationOut, explanation, find_receipt, show
from regulars.purchases.quotes import MakeQuote
from regulars.purchases.returns import RecordReturn
from regulars.purchases.unreceipted import search
from regulars.purchases.wire import (
    ActivityIn,
    DecisionOut,
    PurchaseIn,
    QuoteIn,
    QuoteVoidIn,
    QuoteVoidOut,
    ReturnIn,
    ReturnOut,
)


class LanguageQuery(Struct, frozen=True, forbid_unknown_fields=True):
    lang: Annotated[str, Meta(pattern="^(pl|bg|en)$")] = "en"


class ExplanationQuery(LanguageQuery, frozen=True, forbid_unknown_fields=True):
    voice: Literal["member", "cashier", "developer"] = "cashier"
    """For whom the reasons are worded: the member, the cashier, or whoever writes the program."""


class ReceiptQuery(Struct, frozen=True, forbid_unknown_fields=True):
    receipt_number: Annotated[str, Meta(min_length=1, max_length=64)]
    shop: Annotated[str, Meta(max_length=64)] | None = None
    till: Annotated[str, Meta(max_length=64)] | None = None


class ReceiptOut(Struct, frozen=True):
    purchase: UUID


def _receipt(call: Call) -> Steps[ReceiptOut]:
    query: ReceiptQuery = call.query
    found = yield from find_receipt(
        call.program_id,
        query.shop or call.caller.shop,
        query.till or call.caller.till,
        query.receipt_number,
    )
    return ReceiptOut(found)


ROUTES = (
    Route(
        "POST", "/v1/quotes", "quotes:write", "Say what a basket would get",
        DecisionOut, status=200, body=QuoteIn, problems=(404, 409, 429), tries_codes=True,
        operation=lambda call: MakeQuote(call.body, call.caller, key=call.key, at=call.now),
        dry=lambda body: not body.hold,
    ),
    Route(
        "POST", "/v1/quotes/{id}/void", "quotes:write", "Give back what a quote keeps",
        QuoteVoidOut, body=QuoteVoidIn, problems=(404, 409),
        operation=lambda call: VoidQuote(
            call.id(), call.body, call.caller, key=call.key, at=call.now
        ),
    ),
    Route(
        "POST", "/v1/purchases", "purchases:write", "Record a purchase",
        DecisionOut, status=201, body=PurchaseIn, problems=(404, 409, 429),
        operation=lambda call: RecordPurchase(
            call.body, call.caller, key=call.key, at=call.at(call.body.occurred_at)
        ),
    ),
    Route(
        "GET", "/v1/purchases", "purchases:read", "Find a purchase by its receipt",
        ReceiptOut, query=ReceiptQuery, problems=(404,), read=_receipt,
    ),
    Route(
        "GET", "/v1/purchases/{id}", "purchases:read",
        "What was told when it was recorded, without codes of gift cards",
        DecisionOut, problems=(404,),
        read=lambda call: show(call.program_id, call.id(), call.context.revisions),
    ),
    Route(
        "GET", "/v1/purchases/{id}/explanation", "purchases:read",
        "Why it earned what it earned: every campaign, applied or why not",
        ExplanationOut, query=ExplanationQuery, problems=(404,),
        read=lambda call: explanation(
            call.program_id, call.id(), call.context.revisions, call.query.lang,
            call.query.voice,
        ),
    ),
    Route(
        "POST", "/v1/returns", "purchases:write", "Record goods brought back",
        ReturnOut, status=201, body=ReturnIn, problems=(404, 409),
        before=search,
        operation=lambda call: RecordReturn(
            call.body, call.caller, key=call.key, at=call.at(call.body.occurred_at),
            found=call.found,
        ),
    ),
    Route(
        "POST", "/v1/returns/quote", "purchases:write",
        "Say what a return would give back, and record nothing",
        ReturnOut, body=ReturnIn, problems=(404, 409), read=preview,
    ),
    Route(
        "POST", "/v1/activities", "activities:write", "Record something else that happened",
        DecisionOut, status=201, body=ActivityIn, problems=(404, 409),
        operation=lambda call: RecordActivity(
            call.body, call.caller, key=call.key, at=call.at(call.body.occurred_at)
        ),
    ),
)  # fmt: skip
