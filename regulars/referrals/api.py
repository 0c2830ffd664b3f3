"""Referrals on the wire: give me my code, what became of my friends, who sent me."""

from regulars.identifiers.resolve import resolve
from regulars.kit.http import Call, Route
from regulars.kit.steps import Steps
from regulars.referrals.operations import Enter, GetCode, JoinByCode
from regulars.referrals.queries import referrals_of
from regulars.referrals.wire import (
    CodeIn,
    CodeOut,
    EnteredOut,
    EnterIn,
    JoinByCodeIn,
    ReferralsOut,
)


def _referrals(call: Call) -> Steps[ReferralsOut]:
    _, program = call.context.revisions.at(call.now)
    ref = resolve(call.path["id"], call.caller.region)
    return referrals_of(call.program_id, ref, program, call.now)


ROUTES = (
    Route(
        "POST", "/v1/members/{id}/referral-code", "members:write",
        "Give the code by which a member brings friends",
        CodeOut, body=CodeIn, problems=(404, 409),
        operation=lambda call: GetCode(
            call.path["id"], call.body, call.caller, key=call.key, at=call.now
        ),
    ),
    Route(
        "GET", "/v1/members/{id}/referrals", "members:read",
        "The member's codes, the friends they brought and what became of each",
        ReferralsOut, problems=(404, 409, 429), read=_referrals, guessable=True,
    ),
    Route(
        "POST", "/v1/members/{id}/referral", "members:write", "Name who sent the member",
        EnteredOut, status=201, body=EnterIn, problems=(404, 409, 429), guessable=True,
        operation=lambda call: Enter(
            call.path["id"], call.body, call.caller, key=call.key, at=call.now
        ),
    ),
    Route(
        "POST", "/v1/referrals", "members:write", "Let somebody join by a member's code",
        EnteredOut, status=201, body=JoinByCodeIn, problems=(404, 409, 429), guessable=True,
        operation=lambda call: JoinByCode(
            call.body, call.caller, key=call.key, at=call.at(call.body.joins.joined_at)
        ),
    ),
)  # fmt: skip
