"""What a return would give back: the path of a return, of which nothing is written or locked."""

from msgspec import Raw

from regulars.activities.batch import run_batch
from regulars.kit.http import Call
from regulars.kit.ids import Ids
from regulars.kit.steps import Steps
from regulars.purchases.returns import RecordReturn
from regulars.purchases.unreceipted import search


def preview(call: Call) -> Steps[Raw]:
    """The answer of a return as things stand now; what refuses the return refuses this too.

    It is decided alone, not beside other requests: a return changes what was loaded for it, and the
    next one would meet goods that are still with the customer as brought back.
    """
    found = yield from search(call)
    operation = RecordReturn(
        call.body, call.caller, key=None, at=call.at(call.body.occurred_at), found=found
    )
    (answer,) = yield from run_batch(
        call.context, [operation], now=call.now, ids=Ids(), dry=True
    )  # fmt: skip
    if refusal := answer.bug or answer.problem:
        raise refusal
    return Raw(answer.text.encode())
