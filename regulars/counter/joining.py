"""A new member at the till, and what they agreed to on the customer's side of the screen."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from regulars.activities.batch import Operation, run_batch
from regulars.activities.context import Context
from regulars.consents.operations import Choose
from regulars.consents.wire import ChoiceIn
from regulars.console.desk import run
from regulars.counter.operations import OpenTill
from regulars.kit.http import Caller
from regulars.kit.ids import Ids
from regulars.members.operations import Join
from regulars.members.wire import JoinIn

_ids = Ids()


class NewMember(Struct, frozen=True, forbid_unknown_fields=True):
    """What the page sends. ``choices``: every consent that was shown, ticked or not."""

    member: JoinIn
    key: Annotated[str, Meta(min_length=8, max_length=100)]
    language: Annotated[str, Meta(pattern="^(pl|bg|en)$")]
    choices: dict[str, bool] = {}


def welcome(context: Context, asked: NewMember, till: OpenTill, at: int) -> dict[str, Any]:
    """In the caller's transaction. The member decides; the record says at whose till."""
    caller = Caller(shop=till.shop, till=till.till)
    key = f"till:{till.id}:{asked.key}"
    made = _do(context, Join(asked.member, caller, key=key, at=at), at)
    if asked.choices:
        chosen = ChoiceIn(f"id:{made['id']}", asked.choices, asked.language)
        _do(context, Choose(chosen, caller, key=f"{key}:consents", at=at), at)
    return made


def _do(context: Context, operation: Operation, at: int) -> dict[str, Any]:
    (answer,) = run(run_batch(context, [operation], now=at, ids=_ids))
    if answer.bug is not None:
        raise answer.bug
    if answer.problem is not None:
        raise answer.problem
    found: dict[str, Any] = msgspec.json.decode(answer.text)
    return found
