"""Cards on the wire: what became of one, block or lose it, show it on a telephone."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from regulars.cards import queries
from regulars.cards.faces import face
from regulars.cards.operations import BlockCard, LoseCard, MakePass, ShowOnTelephone
from regulars.cards.wallet import address
from regulars.cards.wire import (
    BatchesOut,
    BatchOut,
    CardChangedOut,
    CardOut,
    ElectronicIn,
    FaceOut,
    PassesOut,
    PassIn,
    PassOut,
)
from regulars.identifiers.resolve import Shown, identify, resolve
from regulars.identifiers.rotation import accepts
from regulars.kit.http import Call, Route
from regulars.kit.steps import Steps
from regulars.members.operations import ReplaceIdentifier
from regulars.members.wire import BlockIn, ReplaceIn, StandingOut


class FaceQuery(Struct, frozen=True, forbid_unknown_fields=True):
    lang: Annotated[str, Meta(pattern="^(pl|bg|en)$", description="The language of the words.")] = (
        "en"
    )
    with_secret: bool = False
    """Tell the secret, too, so that the telephone works the codes out itself."""


def _number(call: Call) -> tuple[str, str]:
    """The card that the path names."""
    return identify("card", call.path["card"].removeprefix("card:"), call.caller.region)


def _show(call: Call) -> Steps[CardOut]:
    """The number alone, or as it was scanned, with its rotating code."""
    ref = resolve(f"card:{call.path['card'].removeprefix('card:')}", call.caller.region)
    assert isinstance(ref, tuple)
    card = yield from queries.card(call.program_id, ref[1])
    code: Literal["right", "wrong"] | None = None
    if isinstance(ref, Shown):
        tolerance = call.context.cards_at(call.now).tolerance_seconds
        right = card.secret is not None and accepts(
            card.secret, ref.code, at=call.now, tolerance_seconds=tolerance
        )
        code = "right" if right else "wrong"
    return CardOut(
        card.number, card.state, card.secret is not None, code, card.member_id, card.replaced_by,
        card.batch, card.position,
    )  # fmt: skip


def _names(call: Call) -> dict[str, str]:
    """The program's own name by language."""
    number = call.context.revisions.number_at(call.now)
    document = call.context.revisions.document(number)
    return dict(document.name) or {"en": document.program}


def _face(call: Call) -> Steps[FaceOut]:
    card = yield from queries.card(call.program_id, _number(call)[1])
    return face(card, _names(call), call.query.lang, call.now, with_secret=call.query.with_secret)


def _passes(call: Call) -> Steps[PassesOut]:
    number = _number(call)[1]
    card = yield from queries.card(call.program_id, number)
    found = yield from queries.passes(call.program_id, number)
    told = [
        PassOut(one.platform, address(call.program_id, card, one, _names(call), call.now))
        for one in found
        if not one.voided
    ]
    return PassesOut(told)


def _batches(call: Call) -> Steps[BatchesOut]:
    found = yield from queries.batches(call.program_id)
    return BatchesOut([BatchOut(*one[:8]) for one in found])


def _changing(kind: Callable[..., Any]) -> Callable[[Call], Any]:
    return lambda call: kind(call.path["card"], call.body, call.caller, key=call.key, at=call.now)


def _replace(call: Call) -> ReplaceIdentifier:
    kind, number = _number(call)
    return ReplaceIdentifier(f"{kind}:{number}", call.body, call.caller, key=call.key, at=call.now)


ROUTES = (
    Route(
        "GET", "/v1/card-batches", "cards:read", "List the batches of cards",
        BatchesOut, read=_batches,
    ),
    Route(
        "GET", "/v1/cards/{card}", "cards:read",
        "Say what became of a card, and whether its rotating code is right",
        CardOut, problems=(404, 429), read=_show, guessable=True,
    ),
    Route(
        "POST", "/v1/cards/{card}/block", "cards:write", "Block a card, held by somebody or not",
        CardChangedOut, body=BlockIn, problems=(404, 409, 429), guessable=True,
        operation=_changing(BlockCard),
    ),
    Route(
        "POST", "/v1/cards/{card}/lost", "cards:write", "Note that a card was lost",
        CardChangedOut, body=BlockIn, problems=(404, 409, 429), guessable=True,
        operation=_changing(LoseCard),
    ),
    Route(
        "POST", "/v1/cards/{card}/replace", "cards:write",
        "Give another card for this one: everything stays",
        StandingOut, body=ReplaceIn, problems=(404, 409, 429), guessable=True,
        operation=_replace,
    ),
    Route(
        "POST", "/v1/cards/{card}/electronic", "cards:write",
        "Make a card electronic: its codes rotate from now on",
        CardChangedOut, body=ElectronicIn, problems=(404, 409, 429), guessable=True,
        operation=_changing(ShowOnTelephone),
    ),
    Route(
        "GET", "/v1/cards/{card}/face", "cards:read",
        "The card as a telephone shows it now, with its codes as SVG",
        FaceOut, query=FaceQuery, problems=(404, 409, 429), read=_face, guessable=True,
    ),
    Route(
        "POST", "/v1/cards/{card}/passes", "cards:write",
        "Make a pass for a telephone's wallet",
        CardChangedOut, body=PassIn, problems=(404, 409, 429), guessable=True,
        operation=_changing(MakePass),
    ),
    Route(
        "GET", "/v1/cards/{card}/passes", "cards:read",
        "Where a telephone gets the passes of a card",
        PassesOut, problems=(404, 409, 429), read=_passes, guessable=True,
    ),
)  # fmt: skip
