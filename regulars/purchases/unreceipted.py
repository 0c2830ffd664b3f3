"""Goods without a receipt: found among what the member bought, as the program allows.

What is found is a purchase like any other, so that the return gives back what was paid for them and
takes back what they earned, exactly.
"""

from typing import NamedTuple
from uuid import UUID

import msgspec

from regulars.engine.facts import Facts
from regulars.engine.rules import Returns
from regulars.engine.storage import unpack
from regulars.identifiers.resolve import resolve
from regulars.kit.http import Call
from regulars.kit.money import cheapest_units
from regulars.kit.problems import Conflict, Invalid, NotFound, Problem
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.purchases.brought import read_brought, units_brought
from regulars.purchases.wire import ReturnIn, ReturnLineIn

_DAY_SECONDS = 86_400
_SQL = statements("regulars.purchases", "queries.sql")
_facts = msgspec.json.Decoder(Facts)
_returned = msgspec.json.Decoder(list[str])


class Found(NamedTuple):
    """The purchase in which the goods were found, if any, and its lines."""

    purchase: UUID | None
    lines: tuple[ReturnLineIn, ...] = ()


class ReceiptNeeded(Conflict):
    code = "receipt_needed"
    title = "Nothing is taken back without a receipt"


class NeverBought(NotFound):
    code = "not_bought"
    title = "The goods were not found among what the member bought"


def refuse_unclear(request: ReturnIn) -> None:
    """A return names its purchase, or a member and goods."""
    if request.purchase is not None:
        if request.goods or request.member is not None:
            raise Invalid("Give `purchase`, with `lines` of it, or `member` and `goods`; not both.")
    elif request.member is None or not request.goods:
        raise Invalid(
            "Give the `purchase` the goods belong to, or, without a receipt, `member` and `goods`."
        )
    elif request.lines:
        raise Invalid("Lines belong to a purchase: without a receipt, name the `goods`.")


def not_found(rules: Returns) -> Problem:
    """Why the return of goods without a receipt is refused."""
    if rules.without_receipt is None:
        return ReceiptNeeded(
            "This program takes goods back with their receipt only: look the purchase up, and give "
            "its id as `purchase`."
        )
    return NeverBought(
        f"No purchase of this member in the last {rules.without_receipt.within_days} days has all "
        "of these goods left to return. Goods of several purchases need a request each; goods "
        "bought without the card need their receipt."
    )


def search(call: Call) -> Steps[Found | None]:
    """The purchase to which goods without a receipt are taken to belong; None where the request
    names one itself."""
    request: ReturnIn = call.body
    if request.purchase is not None or request.member is None:
        return None
    at = call.at(request.occurred_at)
    rules = call.context.revisions.at(at)[1].rules.returns.without_receipt
    if rules is None:
        return Found(None)
    who = resolve(request.member, call.caller.region)
    named = ("", "") if isinstance(who, UUID) else tuple(who)
    member = who if isinstance(who, UUID) else None
    since = at - rules.within_days * _DAY_SECONDS
    rows = yield Step(_SQL["bought_lately"], (call.program_id, member, *named, since, at))
    wanted: dict[str, int] = {}
    for item in request.goods:
        wanted[item.sku] = wanted.get(item.sku, 0) + item.quantity
    best: tuple[int, Found] | None = None
    for purchase, revision, facts, decision, returned in rows:
        program = call.context.revisions.number(revision)
        paid = unpack(program, decision.encode()).paid
        gone = units_brought([read_brought(text) for text in _returned.decode(returned)])
        taken = _take(_facts.decode(facts), paid, gone, wanted)
        if taken is None:
            continue
        worth, lines = taken
        if best is None or (rules.take == "cheapest" and worth < best[0]):
            best = (worth, Found(UUID(str(purchase)), lines))
        if rules.take == "latest":
            break
    return Found(None) if best is None else best[1]


def _take(
    facts: Facts, paid: list[int], gone: dict[int, int], wanted: dict[str, int]
) -> tuple[int, tuple[ReturnLineIn, ...]] | None:
    """The lines that have all of it, the cheapest of a product first, and what they came to."""
    order = sorted(
        range(len(facts.lines)), key=lambda i: (paid[i] / max(1, facts.lines[i].quantity), i)
    )
    missing, worth, lines = dict(wanted), 0, []
    for i in order:
        line = facts.lines[i]
        units = min(missing.get(line.sku, 0), line.quantity - gone.get(i, 0))
        if units > 0:
            missing[line.sku] -= units
            worth += cheapest_units(paid[i], line.quantity, units)
            lines.append(ReturnLineIn(i + 1, units))
    if any(missing.values()):
        return None
    return worth, tuple(lines)
