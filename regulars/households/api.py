"""Households and teams on the wire."""

from collections.abc import Callable
from typing import Any

from regulars.households.operations import Appoint, Decline, Dissolve, Found, Invite, Join, Leave
from regulars.households.queries import household
from regulars.households.wire import (
    AnswerIn,
    DissolveIn,
    FoundIn,
    HouseholdOut,
    InviteIn,
    LeaveIn,
    RoleIn,
)
from regulars.kit.http import Call, Route
from regulars.kit.steps import Steps


def _show(call: Call) -> Steps[HouseholdOut]:
    _, program = call.context.revisions.at(call.now)
    return household(call.program_id, program, call.id(), call.now)


def _changing(kind: Callable[..., Any]) -> Callable[[Call], Any]:
    return lambda call: kind(call.id(), call.body, call.caller, key=call.key, at=call.now)


def _change(part: str, summary: str, body: type, kind: Callable[..., Any]) -> Route:
    """A change of a household that is there. Members can be named, so misses are counted (T16)."""
    return Route(
        "POST", f"/v1/households/{{id}}/{part}", "members:write", summary, HouseholdOut,
        body=body, problems=(404, 409, 429), guessable=True, operation=_changing(kind),
    )  # fmt: skip


ROUTES = (
    Route(
        "POST", "/v1/households", "members:write", "Found a household or team",
        HouseholdOut, status=201, body=FoundIn, problems=(404, 409, 429), guessable=True,
        operation=lambda call: Found(call.body, call.caller, key=call.key, at=call.now),
    ),
    Route(
        "GET", "/v1/households/{id}", "members:read",
        "Show who belongs to a household and what it can use together",
        HouseholdOut, problems=(404, 429), read=_show, guessable=True,
    ),
    _change("invitations", "Ask a member to join", InviteIn, Invite),
    _change("join", "Join, by the invited member's own consent", AnswerIn, Join),
    _change("decline", "Say no to an invitation", AnswerIn, Decline),
    _change("leave", "Leave, or be removed by the head", LeaveIn, Leave),
    _change("roles", "Give a member another role", RoleIn, Appoint),
    _change("dissolve", "End the household", DissolveIn, Dissolve),
)  # fmt: skip
