"""Prizes: given, and taken back exactly when their reason falls away.

A prize has an id of its own, which is the cause of its lots and vouchers; the posting belongs to
the activity that gave it. So what it gave is found again, whatever else that activity earned.
"""

from typing import Any
from uuid import UUID

from msgspec import Struct

from regulars.activities.terms import lot_terms
from regulars.activities.unit import MemberState, Unit, Voucher
from regulars.engine.mechanics import Prize
from regulars.engine.program import Program
from regulars.engine.progress import Given, Step
from regulars.vouchers.operations import issue


class Moment(Struct, frozen=True):
    """When and because of what something is given or taken: an instant, its local day, the
    activity that is recorded for it."""

    at: int
    day: int
    activity_id: UUID


class Outcome(Struct):
    """What happened to a member's prizes, for the answer and the explanation."""

    steps: list[Step]
    vouchers: list[Voucher]
    withdrawn: int = 0
    kept: int = 0
    """Vouchers that were used already and could not be withdrawn."""

    def say(self, of: str, name: str, code: str, **figures: Any) -> None:
        self.steps.append(Step(of, name, code, figures))


def give(
    unit: Unit,
    program: Program,
    member: MemberState,
    prize: Prize,
    when: Moment,
    *,
    of: str,
    pending_days: int | None = None,
) -> tuple[UUID, list[Voucher]]:
    """Credit the assets of a prize and issue its vouchers; its id, and the vouchers.

    ``pending_days``: nothing of it can be used before so many days are over.
    """
    prize_id = unit.make_id()
    credit(unit, program, member, prize.assets, when, prize_id, pending_days)
    vouchers: list[Voucher] = []
    if prize.voucher is not None:
        definition = program.rules.vouchers[prize.voucher]
        if pending_days is not None and pending_days > definition.usable_after_days:
            definition = definition.model_copy(update={"usable_after_days": pending_days})
        vouchers = issue(
            unit, prize.voucher, definition, member_id=member.id, campaign=of,
            activity_id=prize_id, at=when.at, timezone=program.timezone, count=prize.vouchers,
        )  # fmt: skip
    return prize_id, vouchers


def credit(
    unit: Unit, program: Program, member: MemberState, assets: dict[str, int], when: Moment,
    prize_id: UUID, pending_days: int | None = None,
) -> None:  # fmt: skip
    for asset, amount in assets.items():
        terms = program.assets[asset]
        if pending_days is not None:
            pending_days = max(pending_days, terms.pending_days)
        available_at, expires_at = lot_terms(
            terms, when.at, when.day, program.timezone, pending_days=pending_days
        )
        member.book.credit(
            asset, amount, now=unit.now, at=when.at, available_at=available_at,
            expires_at=expires_at, activity_id=when.activity_id, earned_by=prize_id,
        )  # fmt: skip


def claw_back(
    unit: Unit, program: Program, member: MemberState, assets: dict[str, int], when: Moment,
    prize_id: UUID,
) -> None:  # fmt: skip
    """Take the assets of a prize back, from its own lots first."""
    for asset, amount in assets.items():
        declared = program.assets.get(asset)
        member.book.claw_back(
            asset, amount, now=unit.now, at=when.at, activity_id=when.activity_id,
            earned_by=prize_id, clamp=declared is not None and declared.on_return == "clamp",
        )  # fmt: skip


def block(unit: Unit, program: Program, prize_id: UUID) -> tuple[int, int]:
    """Block the vouchers of a prize: (withdrawn, used already). A used one stays countable, so that
    it is known when its use is given back."""
    withdrawn = used = 0
    for voucher in issued(unit, prize_id):
        if unused(program, voucher):
            withdrawn += 1
            voucher.uses_left = 0
        else:
            used += 1
        voucher.blocked, voucher.blocked_at, voucher.changed = True, unit.now, True
        unit.changes += 1
    return withdrawn, used


def issued(unit: Unit, prize_id: UUID, *, blocked: bool = False) -> list[Voucher]:
    """The vouchers of a prize that are (not) blocked."""
    return [v for v in unit.vouchers.values() if v.issued_by == prize_id and v.blocked is blocked]


def unused(program: Program, voucher: Voucher) -> bool:
    definition = program.rules.vouchers.get(voucher.definition)
    uses = 1 if definition is None else definition.uses
    return uses is None or voucher.uses_left is None or voucher.uses_left >= uses


def is_used(unit: Unit, program: Program, prize_id: UUID) -> bool:
    """Whether a voucher of the prize was used."""
    return any(not unused(program, voucher) for voucher in issued(unit, prize_id))


def figures(prize: Prize) -> dict[str, Any]:
    """What a prize gives, as steps tell it."""
    found: dict[str, Any] = {"assets": dict(prize.assets)} if prize.assets else {}
    if prize.voucher is not None:
        found |= {"voucher": prize.voucher, "vouchers": prize.vouchers}
    if prize.gift is not None:
        found["gift"] = prize.gift
    return found


def grant(
    unit: Unit,
    program: Program,
    member: MemberState,
    prize: Prize,
    when: Moment,
    outcome: Outcome,
    *,
    of: str,
    rung: int,
    period: bool = False,
) -> dict[str, Any]:
    """Give a prize and remember it; what it gave. One whose voucher was used before its reason fell
    away is not given twice: only what was taken back of it is given again."""
    for given in member.progress.given:
        if given.taken and (given.of, given.rung) == (of, rung):
            given.taken = False
            credit(unit, program, member, given.assets, when, UUID(given.id))
            return {"assets": given.assets} if given.assets else {}
    prize_id, vouchers = give(unit, program, member, prize, when, of=of)
    outcome.vouchers += vouchers
    member.progress.given.append(Given(of, rung, str(prize_id), dict(prize.assets), period=period))
    return figures(prize)


def withdraw(
    unit: Unit, program: Program, member: MemberState, given: Given, when: Moment, outcome: Outcome
) -> None:
    """Take a prize back. Where its voucher was used, what is left is a mark that it was given."""
    prize_id = UUID(given.id)
    claw_back(unit, program, member, given.assets, when, prize_id)
    withdrawn, used = block(unit, program, prize_id)
    outcome.withdrawn += withdrawn
    outcome.kept += used
    if used:
        given.taken = True
    else:
        member.progress.given.remove(given)


def forget_unused(unit: Unit, program: Program, member: MemberState) -> None:
    """Where the purchase came back for which a voucher had been used, nothing was had of it: its
    mark goes."""
    member.progress.given = [
        given
        for given in member.progress.given
        if not given.taken
        or any(not unused(program, v) for v in issued(unit, UUID(given.id), blocked=True))
    ]
