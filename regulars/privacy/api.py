"""Routes: everything about a member, and forgetting them."""

from regulars.identifiers.resolve import resolve
from regulars.kit.http import Call, Route
from regulars.kit.steps import Steps
from regulars.members.queries import find
from regulars.privacy.copies import everything
from regulars.privacy.operations import Erase
from regulars.privacy.wire import CopyOut, ErasedOut, ErasureIn


def _copy(call: Call) -> Steps[CopyOut]:
    member = yield from find(call.program_id, resolve(call.path["id"], call.caller.region))
    return CopyOut(member.id, (yield from everything(call.program_id, member.id)))


ROUTES = (
    Route(
        "GET", "/v1/members/{id}/data", "privacy:manage", "Everything that is kept about a member",
        CopyOut, problems=(404, 429), read=_copy, guessable=True,
    ),
    Route(
        "POST", "/v1/members/{id}/erasure", "privacy:manage",
        "Forget a member for good: what names them goes, the books stay",
        ErasedOut, body=ErasureIn, problems=(404, 409),
        operation=lambda call: Erase(
            call.path["id"], call.caller, key=call.key, at=call.now, asked_by=call.body.asked_by
        ),
    ),
)  # fmt: skip
