"""Redemptions on the wire: take, reserve, hand over, give back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from regulars.kit.http import Call, Route
from regulars.kit.problems import Invalid
from regulars.rewards.operations import Redeem, Settle, Void
from regulars.rewards.wire import CloseIn, RedeemIn, RedemptionOut


def _closing(kind: Callable[..., Any]) -> Callable[[Call], Any]:
    def operation(call: Call) -> Any:
        try:
            redemption = UUID(call.path["id"])
        except ValueError:
            raise Invalid("The id in the address is not a UUID.") from None
        return kind(redemption, call.body, call.caller, key=call.key, at=call.now)

    return operation


ROUTES = (
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
)  # fmt: skip
