"""Redemptions on the wire: take, reserve, hand over, give back."""

from collections.abc import Callable
from typing import Annotated, Any

from msgspec import Meta, Struct

from regulars.identifiers.resolve import resolve
from regulars.kit.http import Call, Route
from regulars.kit.steps import Steps
from regulars.members.queries import identify
from regulars.members.wire import MemberRef
from regulars.rewards.fulfilment import MakeReady, Return, Send
from regulars.rewards.operations import Redeem, Settle, Void
from regulars.rewards.queries import rewards, waiting
from regulars.rewards.stock import ChangeStock
from regulars.rewards.wire import (
    CloseIn,
    RedeemIn,
    RedemptionOut,
    ReturnIn,
    RewardsOut,
    SendIn,
    StockIn,
    StockOut,
    TakenListOut,
)


def _closing(kind: Callable[..., Any]) -> Callable[[Call], Any]:
    return lambda call: kind(call.id(), call.body, call.caller, key=call.key, at=call.now)


class RewardsQuery(Struct, frozen=True, forbid_unknown_fields=True):
    member: MemberRef | None = None
    """For whom; then what is left for this member is told, too."""
    lang: Annotated[str, Meta(pattern="^(pl|bg|en)$")] = "en"


def _rewards(call: Call) -> Steps[RewardsOut]:
    asked: RewardsQuery = call.query
    ref = None if asked.member is None else resolve(asked.member, call.caller.region)
    _, program = call.context.revisions.at(call.now)
    return rewards(call.program_id, program, ref, call.now, asked.lang)


class TakenQuery(Struct, frozen=True, forbid_unknown_fields=True):
    lang: Annotated[str, Meta(pattern="^(pl|bg|en)$")] = "en"


def _waiting(call: Call) -> Steps[TakenListOut]:
    _, program = call.context.revisions.at(call.now)
    member_id = yield from identify(call.program_id, resolve(call.path["id"], call.caller.region))
    return (yield from waiting(call.program_id, program, member_id, call.now, call.query.lang))


def _stock(call: Call) -> ChangeStock:
    return ChangeStock(call.path["reward"], call.body, call.caller, key=call.key, at=call.now)


ROUTES = (
    Route(
        "GET", "/v1/rewards", "program:read", "The rewards, and what is left of each",
        RewardsOut, query=RewardsQuery, problems=(404, 429), read=_rewards, guessable=True,
    ),
    Route(
        "POST", "/v1/redemptions", "redemptions:write", "Take a reward, or reserve it",
        RedemptionOut, status=201, body=RedeemIn, problems=(404, 409),
        operation=lambda call: Redeem(call.body, call.caller, key=call.key, at=call.now),
    ),
    Route(
        "POST", "/v1/redemptions/{id}/settle", "redemptions:write",
        "Hand over what was reserved",
        RedemptionOut, body=CloseIn, problems=(404, 409), operation=_closing(Settle),
    ),
    Route(
        "POST", "/v1/redemptions/{id}/void", "redemptions:write",
        "Give back what was reserved",
        RedemptionOut, body=CloseIn, problems=(404, 409), operation=_closing(Void),
    ),
    Route(
        "POST", "/v1/redemptions/{id}/ready", "redemptions:write",
        "Put aside for the member what was reserved",
        RedemptionOut, body=CloseIn, problems=(404, 409), operation=_closing(MakeReady),
    ),
    Route(
        "POST", "/v1/redemptions/{id}/send", "redemptions:write",
        "Send to the member what was reserved",
        RedemptionOut, body=SendIn, problems=(404, 409), operation=_closing(Send),
    ),
    Route(
        "POST", "/v1/redemptions/{id}/return", "redemptions:write",
        "Take back a reward that was handed over",
        RedemptionOut, body=ReturnIn, problems=(404, 409), operation=_closing(Return),
    ),
    Route(
        "GET", "/v1/members/{id}/redemptions", "redemptions:write",
        "What waits to be handed over to a member",
        TakenListOut, query=TakenQuery, problems=(404, 429), read=_waiting, guessable=True,
    ),
    Route(
        "POST", "/v1/rewards/{reward}/stock", "products:write",
        "Change the stock of a reward at a place",
        StockOut, body=StockIn, problems=(404, 409), operation=_stock,
    ),
)  # fmt: skip
