"""Members on the wire: join, register, find, block, what they have and what happened to them."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct, field, structs

from regulars.engine.explain import reason
from regulars.engine.phrases import Voice
from regulars.engine.storage import unpack
from regulars.identifiers.resolve import resolve
from regulars.kit.http import Call, Route
from regulars.kit.periods import instant
from regulars.kit.steps import Steps
from regulars.members import queries
from regulars.members.history import line
from regulars.members.operations import (
    BlockIdentifier,
    BlockMember,
    Join,
    Register,
    ReplaceIdentifier,
    UnblockMember,
)
from regulars.members.queries import Happened
from regulars.members.tiers import GiveTier, show_tier, standing
from regulars.members.wire import (
    BalancesOut,
    BlockIn,
    GiveTierIn,
    JoinIn,
    MemberOut,
    MemberRef,
    RegisterIn,
    ReplaceIn,
    StandingOut,
    TierOut,
    TierStandingOut,
)

Language = Annotated[str, Meta(pattern="^(pl|bg|en)$", description="The language of the words.")]


class IdentifierQuery(Struct, frozen=True, forbid_unknown_fields=True):
    identifier: MemberRef


class HistoryQuery(Struct, frozen=True, forbid_unknown_fields=True):
    lang: Language = "en"
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    before: UUID | None = None
    """The `next` of the page before this one."""


class TierQuery(Struct, frozen=True, forbid_unknown_fields=True):
    lang: Language = "en"


class MovementOut(Struct, frozen=True):
    """What one kind of posting brought to the member (or took, negative) of one asset."""

    kind: str
    asset: str
    amount: int


class WhyOut(Struct, frozen=True):
    """A campaign that was considered, and why it applied or did not, in words."""

    campaign: str
    name: str
    applied: bool
    why: str


class HappenedOut(Struct, frozen=True, omit_defaults=True):
    """One activity: a purchase, a return, a redemption, an expiry..."""

    id: UUID
    kind: str
    occurred_at: datetime
    line: str
    """What happened, in words."""
    by_other: bool = False
    """Somebody else's activity moved something of this member's: a transfer that was received, a
    redemption of the household."""
    shop: str = ""
    till: str = ""
    receipt_number: str = ""
    list_minor: int = 0
    paid_minor: int = 0
    refers_to: UUID | None = None
    """The purchase of a return; the redemption of its settling or voiding."""
    revision: int = 0
    """The revision by which it was judged."""
    movements: list[MovementOut] = field(default_factory=list)
    reasons: list[WhyOut] = field(default_factory=list)


class HistoryOut(Struct, frozen=True, omit_defaults=True):
    """What happened to a member, newest first."""

    member: UUID
    activities: list[HappenedOut]
    next: UUID | None = None
    """Send it as `before` for the page after this one; absent on the last."""


def _balance(call: Call) -> Steps[BalancesOut]:
    """Balances are worked out as of now; local days are those of the program in force."""
    _, program = call.context.revisions.at(call.now)
    ref = resolve(call.path["id"], call.caller.region)
    return queries.balances(call.program_id, ref, call.now, program.timezone)


def _history(call: Call) -> Steps[HistoryOut]:
    """One more than asked for is read, to know whether another page follows."""
    query: HistoryQuery = call.query
    ref = resolve(call.path["id"], call.caller.region)
    member = yield from queries.find(call.program_id, ref)
    found = yield from queries.history(
        call.program_id, member.id, before=query.before, limit=query.limit + 1
    )
    page = found[: query.limit]
    return HistoryOut(
        member.id,
        [_told(item, call.context.revisions, query.lang) for item in page],
        page[-1].id if len(found) > len(page) else None,
    )


def _told(item: Happened, revisions: Any, language: str) -> HappenedOut:
    return HappenedOut(
        id=item.id,
        kind=item.kind,
        occurred_at=instant(item.occurred_at),
        line=line(item, revisions, language),
        by_other=not item.own and item.kind != "expire",
        shop=item.shop,
        till=item.till,
        receipt_number=item.receipt,
        list_minor=item.list_minor,
        paid_minor=item.paid_minor,
        refers_to=item.refers_to,
        revision=item.revision,
        movements=[MovementOut(*amount) for amount in item.amounts],
        reasons=_reasons(item, revisions, language) if item.decision else [],
    )


def _reasons(item: Happened, revisions: Any, language: str) -> list[WhyOut]:
    """The stored trace, told by the revision that judged; words are made on reading."""
    program = revisions.number(item.revision)
    voice = Voice(program, language)
    return [
        WhyOut(
            found.campaign,
            voice.campaign(found.campaign),
            found.code == "applied",
            reason(program, found, language),
        )
        for found in unpack(program, item.decision.encode()).trace
    ]


def _changing(kind: Callable[..., Any], name: str) -> Callable[[Call], Any]:
    """An operation on what the path names."""
    return lambda call: kind(call.path[name], call.body, call.caller, key=call.key, at=call.now)


def _find(call: Call) -> Steps[MemberOut]:
    """The tier is told as of now, whether or not what was due has been written already."""
    text = call.path["id"] if call.query is None else call.query.identifier
    found = yield from queries.find(call.program_id, resolve(text, call.caller.region))
    _, program = call.context.revisions.at(call.now)
    if not program.rules.tiers and program.rules.membership is None:
        return found
    member = yield from standing(call.program_id, found.id, program, call.now)
    ended = found.status == "active" and member.status == "ended"
    return structs.replace(found, tier=member.tier, status="ended" if ended else found.status)


def _tier(call: Call) -> Steps[TierOut]:
    _, program = call.context.revisions.at(call.now)
    ref = resolve(call.path["id"], call.caller.region)
    return show_tier(call.program_id, ref, program, call.now, call.query.lang)


ROUTES = (
    Route(
        "POST", "/v1/members", "members:write", "Let somebody join",
        StandingOut, status=201, body=JoinIn, problems=(409,),
        operation=lambda call: Join(
            call.body, call.caller, key=call.key, at=call.at(call.body.joined_at)
        ),
    ),
    Route(
        "GET", "/v1/members", "members:read", "Find a member by card, phone, e-mail or id",
        MemberOut, query=IdentifierQuery, problems=(404, 429), read=_find, guessable=True,
    ),
    Route(
        "GET", "/v1/members/{id}", "members:read", "Show a member",
        MemberOut, problems=(404, 429), read=_find, guessable=True,
    ),
    Route(
        "GET", "/v1/members/{id}/balance", "members:read",
        "What the member has, what expires when and what becomes available when",
        BalancesOut, problems=(404, 409, 429), read=_balance, guessable=True,
    ),
    Route(
        "GET", "/v1/members/{id}/history", "members:read",
        "What happened, newest first, with the reasons in words",
        HistoryOut, query=HistoryQuery, problems=(404, 429), read=_history, guessable=True,
    ),
    Route(
        "GET", "/v1/members/{id}/tier", "members:read",
        "The tier, what it brings, what is missing for the next, and how it came about",
        TierOut, query=TierQuery, problems=(404, 409, 429), read=_tier, guessable=True,
    ),
    Route(
        "POST", "/v1/members/{id}/tier", "members:write",
        "Give a tier by hand until a day, or take it away again",
        TierStandingOut, body=GiveTierIn, problems=(404, 409),
        operation=_changing(GiveTier, "id"),
    ),
    Route(
        "POST", "/v1/members/{id}/registration", "members:write",
        "Tell who holds a card, or something new about a member",
        StandingOut, body=RegisterIn, problems=(404, 409), operation=_changing(Register, "id"),
    ),
    Route(
        "POST", "/v1/members/{id}/block", "members:write", "Block a member",
        StandingOut, body=BlockIn, problems=(404, 409), operation=_changing(BlockMember, "id"),
    ),
    Route(
        "POST", "/v1/members/{id}/unblock", "members:write", "Open a blocked member again",
        StandingOut, body=BlockIn, problems=(404, 409), operation=_changing(UnblockMember, "id"),
    ),
    Route(
        "POST", "/v1/identifiers/{identifier}/block", "members:write",
        "Block a lost card or a number that is another's now",
        StandingOut, body=BlockIn, problems=(404, 409),
        operation=_changing(BlockIdentifier, "identifier"),
    ),
    Route(
        "POST", "/v1/identifiers/{identifier}/replace", "members:write",
        "Replace a card, phone or e-mail by another",
        StandingOut, body=ReplaceIn, problems=(404, 409),
        operation=_changing(ReplaceIdentifier, "identifier"),
    ),
)  # fmt: skip
