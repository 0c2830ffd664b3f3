"""Points outside a basket on the wire: transfers, donations, points for money, corrections."""

from typing import Annotated

from msgspec import Meta, Struct

from regulars.kit.http import Call, Route
from regulars.kit.steps import Steps
from regulars.points.corrections import Correct
from regulars.points.operations import Donate, Sell, Send
from regulars.points.queries import causes
from regulars.points.wire import (
    CausesOut,
    CorrectionIn,
    CorrectionOut,
    DonationIn,
    DonationOut,
    SaleIn,
    SaleOut,
    TransferIn,
    TransferOut,
)

Language = Annotated[str, Meta(pattern="^(pl|bg|en)$", description="The language of the words.")]


class CausesQuery(Struct, frozen=True, forbid_unknown_fields=True):
    lang: Language = "en"


def _causes(call: Call) -> Steps[CausesOut]:
    _, program = call.context.revisions.at(call.now)
    return causes(call.program_id, program, call.query.lang)


ROUTES = (
    Route(
        "POST", "/v1/transfers", "points:write", "Give points to another member",
        TransferOut, status=201, body=TransferIn, problems=(404, 409, 429), guessable=True,
        operation=lambda call: Send(call.body, call.caller, key=call.key, at=call.now),
    ),
    Route(
        "POST", "/v1/donations", "points:write", "Give points to a cause",
        DonationOut, status=201, body=DonationIn, problems=(404, 409),
        operation=lambda call: Donate(call.body, call.caller, key=call.key, at=call.now),
    ),
    Route(
        "GET", "/v1/causes", "program:read", "What members may donate to, and what it was given",
        CausesOut, query=CausesQuery, read=_causes,
    ),
    Route(
        "POST", "/v1/points/purchases", "points:write", "Let a member buy points for money",
        SaleOut, status=201, body=SaleIn, problems=(404, 409),
        operation=lambda call: Sell(call.body, call.caller, key=call.key, at=call.now),
    ),
    Route(
        "POST", "/v1/corrections", "corrections:write",
        "Credit or debit a member by hand, with a reason",
        CorrectionOut, status=201, body=CorrectionIn, problems=(403, 404, 409),
        operation=lambda call: Correct(
            call.body, call.caller, key=call.key, at=call.now, actor=call.caller.till
        ),
    ),
)  # fmt: skip
