"""Gift cards on the wire. They are sold and pay with purchases; codes never stand in an address."""

from regulars.giftcards.operations import SetCardState
from regulars.giftcards.queries import balance
from regulars.giftcards.wire import CardIn, CardOut, CardStateIn
from regulars.kit.http import Call, Route
from regulars.kit.steps import Steps


def _balance(call: Call) -> Steps[CardOut]:
    _, program = call.context.revisions.at(call.now)
    currency = program.rules.currency
    return balance(call.program_id, call.body.code, call.body.pin, currency, call.now)


ROUTES = (
    Route(
        "POST", "/v1/gift-cards/balance", "gift-cards:read", "Say what is on a gift card",
        CardOut, body=CardIn, problems=(404, 429), read=_balance, guessable=True,
    ),
    Route(
        "POST", "/v1/gift-cards/state", "gift-cards:write", "Block a gift card, or unblock it",
        CardOut, body=CardStateIn, problems=(404, 429), guessable=True,
        operation=lambda call: SetCardState(call.body, call.caller, key=call.key, at=call.now),
    ),
)  # fmt: skip
