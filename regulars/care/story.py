"""A member's whole story, read with few statements: what they have, hold, did and were given."""

from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from regulars.care.search import SQL
from regulars.engine.explain import reason
from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.engine.storage import unpack
from regulars.kit.steps import Step, Steps, as_asked, knowing, side_by_side
from regulars.members import queries as members
from regulars.members.history import line
from regulars.members.known import UnknownMember
from regulars.members.queries import Happened
from regulars.members.tiers import show_tier
from regulars.members.wire import BalancesOut, MemberOut, TierOut
from regulars.programs.snapshot import Revisions
from regulars.progress import queries as progressing
from regulars.progress.queries import progress_of
from regulars.progress.wire import ProgressOut
from regulars.vouchers.queries import of_member
from regulars.vouchers.wire import VoucherStateOut

PAGE = 20
_NAMED, _MEMBER = members.SQL["named"], members.SQL["member"]


class Whole(Struct, frozen=True):
    """All that the page of a member shows."""

    member: MemberOut
    balances: BalancesOut
    tier: TierOut | None
    progress: ProgressOut
    vouchers: list[VoucherStateOut]
    housemates: list[Any]
    """Kind of household, id, role, name."""
    happened: list[Happened]
    """One more than a page, where there are more."""


def whole(
    program_id: UUID, id_: UUID, program: Program, now: int, language: str, before: UUID | None
) -> Steps[Whole]:
    """The story of a member; `UnknownMember` where there is none."""
    known = yield from _at_once(program_id, id_, program)
    timezone = program.timezone
    member = yield from knowing(members.find(program_id, id_), known)
    balances = yield from knowing(members.balances(program_id, id_, now, timezone), known)
    tier = None
    if program.rules.tiers:
        tier = yield from knowing(show_tier(program_id, id_, program, now, language), known)
    progress = yield from knowing(progress_of(program_id, id_, program, now, language), known)
    vouchers = yield from of_member(program_id, id_, now)
    happened = yield from knowing(
        members.history(program_id, id_, before=before, limit=PAGE + 1), known
    )
    (housemates,) = known["housemates"]
    return Whole(member, balances, tier, progress, vouchers, housemates, happened)


def _at_once(program_id: UUID, id_: UUID, program: Program) -> Steps[dict[str, list[Any]]]:
    """What four statements would read, read by one."""
    qualifying = "" if program.rules.tiering is None else program.rules.tiering.asset
    parts = (
        (Step(_MEMBER, (program_id, id_, None, None)), 13),
        (Step(members.SQL["book"], (program_id, id_)), 3),
        (Step(members.SQL["standing"], (program_id, id_, qualifying)), 5),
        (Step(progressing.SQL["state"], (program_id, id_)), 3),
        (Step(SQL["housemates"], (program_id, id_)), 1),
    )
    rows = yield side_by_side(*(step for step, _ in parts))
    if not rows:
        raise UnknownMember
    known: dict[str, list[Any]] = {as_asked(Step(_NAMED, (program_id, id_, None, None))): [(id_,)]}
    at = 0
    for step, columns in parts:
        known[as_asked(step)] = [rows[0][at : at + columns]]
        at += columns
    known["housemates"] = [msgspec.json.decode(rows[0][-1] or "[]")]
    return known


def words(item: Happened, revisions: Revisions, language: str) -> str:
    return line(item, revisions, language)


def reasons(item: Happened, revisions: Revisions, language: str) -> list[tuple[bool, str]]:
    """Why it earned what it earned, a sentence for each campaign that was looked at."""
    if not item.decision:
        return []
    program = revisions.number(item.revision)
    voice = Voice(program, language)
    return [
        (
            found.code == "applied",
            f"{voice.campaign(found.campaign)}: {reason(program, found, language)}",
        )
        for found in unpack(program, item.decision.encode()).trace
    ]
