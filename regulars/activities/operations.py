"""What happens by time alone: pending matures, points expire, holds lapse (T8)."""

from collections.abc import Sequence
from uuid import UUID

from regulars.activities.context import Context
from regulars.activities.tiers import catch_up
from regulars.activities.unit import Record, Unit
from regulars.activities.wants import Wants
from regulars.engine.standing import Standing


class BringUpToDate:
    """Let everything due happen for some members; touched accounts do it by themselves."""

    keys: Sequence[str] = ()
    digest = b""

    def __init__(self, members: Sequence[UUID], *, now: int | None = None) -> None:
        self.members = members
        self.now = now

    def wants(self, wants: Wants, context: Context) -> None:
        wants.standing = True
        for member_id in self.members:
            wants.member(member_id)
        wants.card_ids.update(self.members)

    def decide(self, unit: Unit, context: Context) -> Record:
        cause = unit.make_id()
        _, program = context.revisions.at(unit.now)
        for member_id in self.members:
            member = unit.member(member_id)
            if member is not None:
                member.book.bring_up_to_date(unit.now, cause)
                # Written in any case, so that nobody is found due again and again.
                member.standing_changed |= member.standing != Standing()
                catch_up(program, unit, member)
            elif member_id in unit.cards:
                unit.cards[member_id].book.bring_up_to_date(unit.now, cause)
        return Record(cause, None, "", unit.now)
