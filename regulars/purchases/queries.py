"""Reading purchases: what was recorded, and why it was decided so."""

from typing import Any
from uuid import UUID

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from regulars.engine.evaluate import evaluate
from regulars.engine.explain import explain, same
from regulars.engine.facts import Facts
from regulars.engine.phrases import Audience
from regulars.engine.program import Program
from regulars.engine.storage import unpack
from regulars.giftcards.wire import CardMoveOut, kept_back
from regulars.kit.problems import NotFound
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.months.queries import must_be_here
from regulars.programs.snapshot import Revisions
from regulars.progress.told import told
from regulars.progress.wire import StepToldOut
from regulars.purchases.answers import said_again, told_out
from regulars.purchases.receipts import receipt_key
from regulars.purchases.wire import DecisionOut, MoreExtras, ToldOut

SQL = statements("regulars.purchases", "queries.sql")
_facts = msgspec.json.Decoder(Facts)
_extras = msgspec.json.Decoder(MoreExtras)


class UnknownActivity(NotFound):
    code = "unknown_activity"
    title = "No such purchase or activity"


class ExplanationOut(Struct, frozen=True):
    """Every campaign of the revision. ``identical``: the decision was made anew from its stored
    facts, and came out the same."""

    id: UUID
    revision: int
    list_minor: int
    paid_minor: int
    earned: dict[str, int]
    campaigns: list[ToldOut]
    identical: bool
    progress: list[StepToldOut]
    """What moved on of challenges, streaks, stamp cards and badges, and why the others did not."""


def find(program_id: UUID, activity_id: UUID) -> Steps[Any]:
    """The stored row of an activity."""
    rows = yield Step(SQL["activity"], (program_id, activity_id))
    if not rows:
        yield from must_be_here(activity_id)
        raise UnknownActivity("Nothing was recorded under this id.")
    return rows[0]


def show(program_id: UUID, activity_id: UUID, revisions: Revisions) -> Steps[DecisionOut | Raw]:
    """What the caller was told when it was recorded, but for codes that are worth money."""
    return said_of((yield from find(program_id, activity_id)), revisions)


def said_of(row: Any, revisions: Revisions) -> DecisionOut | Raw:
    """The same of a stored row."""
    if not row[9]:
        return Raw(_without_codes(row[10]).encode())
    program = revisions.number(row[7])
    told = said_again(row[0], row[7], program, row[8], row[9], row[1], row[10])
    return replace(told, gift_cards=kept_back(told.gift_cards)) if told.gift_cards else told


def _without_codes(answer: str) -> str:
    """The answer of a redemption that was handed over: its gift card as one reads it later, and no
    code of a partner."""
    told = msgspec.json.decode(answer or "{}")
    told.pop("code", None)
    if card := told.get("gift_card"):
        (told["gift_card"],) = kept_back([msgspec.convert(card, CardMoveOut)])
    return msgspec.json.encode(told).decode()


def find_receipt(program_id: UUID, shop: str, till: str, number: str) -> Steps[UUID]:
    """The purchase of a receipt."""
    rows = yield Step(SQL["by_receipt"], (program_id, receipt_key(shop, till, number)))
    if not rows:
        raise UnknownActivity("No purchase has this receipt number in this shop and till.")
    return UUID(str(rows[0][0]))


def explanation(
    program_id: UUID, activity_id: UUID, revisions: Revisions, language: str,
    audience: Audience = "cashier",
) -> Steps[ExplanationOut]:  # fmt: skip
    """Why a purchase earned what it earned, for ever: its own facts, judged by its own revision."""
    row = yield from find(program_id, activity_id)
    if not row[9]:
        raise UnknownActivity(f"A {row[2]} is not judged by campaigns: explain its purchase.")
    program: Program = revisions.number(row[7])
    facts = _facts.decode(row[8])
    decision = unpack(program, row[9].encode())
    earned: dict[str, int] = {}
    for award in decision.awards:
        earned[award.asset] = earned.get(award.asset, 0) + award.amount
    return ExplanationOut(
        activity_id,
        row[7],
        decision.list_minor,
        decision.paid_minor,
        earned,
        told_out(explain(program, facts, decision, language, audience)),
        same(decision, evaluate(program, facts)),
        told(program, _extras.decode(row[10]).progress, language),
    )
