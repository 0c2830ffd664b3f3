"""Merging: everything of one membership goes over to another one of the same person.

Both members are locked, as at a purchase; whoever waited for one of them reads again and finds the
survivor by the same card. So nothing bought meanwhile is lost and nothing counts twice.
"""

from uuid import UUID

from regulars.activities.context import Context
from regulars.activities.membership import CHILDREN
from regulars.activities.tiers import catch_up, take_highest
from regulars.activities.unit import MemberState, Record, Unit
from regulars.activities.wants import Wants
from regulars.engine.joining import join_progress, join_standing
from regulars.kit.problems import Conflict, Invalid
from regulars.kit.requests import digest_of, encode, key_of
from regulars.kit.sql import statements
from regulars.kit.steps import Step
from regulars.ledger.joining import follow, join
from regulars.ledger.records import NEVER
from regulars.members.known import known
from regulars.merges.wire import MergedOut

SQL = statements("regulars.merges", "merge.sql")
_FIRST = ("quotes", "vouchers")
_INSTANT = "$4"


class NotMergeable(Conflict):
    code = "not_mergeable"
    title = "These two cannot be merged as they are"


class Merge:
    """``gone`` becomes a part of ``kept``, who is the same person."""

    path = "/merges"
    now: int | None = None
    regroups = True

    def __init__(self, kept: UUID, gone: UUID, *, key: str | None, at: int, actor: str) -> None:
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (kept, gone))
        self.at = at
        self.actor = actor
        self.kept, self.gone = kept, gone
        if kept == gone:
            raise Invalid("This is one membership, not two: find the other one.")

    def wants(self, wants: Wants, context: Context) -> None:
        wants.standing = wants.progress = True
        for member_id in (self.kept, self.gone):
            wants.member(member_id, lots=True)
        if wants.housemates is None:
            wants.housemates = False

    def decide(self, unit: Unit, context: Context) -> Record:
        kept, gone = known(unit, self.kept), known(unit, self.gone)
        _refuse(unit, kept, gone)
        _, program = context.revisions.at(unit.now)
        activity_id = unit.make_id()
        for member in (kept, gone):
            member.book.bring_up_to_date(unit.now, activity_id)
        unit.changes += 1
        emptied = join(kept.book, gone.book, now=unit.now, activity_id=activity_id)
        _join(kept, gone)
        for ref, (status, holder) in list(unit.identifiers.items()):
            if holder == gone.id:
                unit.identifiers[ref] = (status, kept.id)
        catch_up(program, unit, kept)
        take_highest(program, unit, kept, activity_id)
        unit.after += _steps(unit.program_id, kept.id, gone.id, emptied, unit.now)
        return Record(
            id=activity_id, member_id=kept.id, kind="merge", occurred_at=self.at,
            facts=encode({"merged": gone.id, "actor": self.actor}).decode(),
            answer=encode(MergedOut(kept.id, gone.id)).decode(),
        )  # fmt: skip


def _refuse(unit: Unit, kept: MemberState, gone: MemberState) -> None:
    for member in (kept, gone):
        if member.status not in ("active", "ended"):
            raise NotMergeable(
                f"Member {member.id} is {member.status}: open the membership first, or leave both "
                "as they are.", reason="status",
            )  # fmt: skip
    homes = [unit.households.of.get(member.id) for member in (kept, gone)]
    if None not in homes and homes[0] is not homes[1]:
        raise NotMergeable(
            "They belong to two households: one of them has to leave first.", reason="households"
        )


def _join(kept: MemberState, gone: MemberState) -> None:
    """What is known and counted of a member; the rest is joined table by table."""
    children = sorted({*kept.attributes.get(CHILDREN, ()), *gone.attributes.get(CHILDREN, ())})
    kept.attributes = gone.attributes | kept.attributes
    if children:
        kept.attributes[CHILDREN] = children
    kept.registered |= gone.registered
    kept.segments = tuple(sorted({*kept.segments, *gone.segments}))
    kept.purchases += gone.purchases
    kept.spend_minor += gone.spend_minor
    kept.first_at = min(kept.first_at, gone.first_at)
    last = [at for at in (kept.last_at, gone.last_at) if at != NEVER]
    kept.last_at = max(last, default=NEVER)
    kept.joined_at = min(kept.joined_at, gone.joined_at)
    if "active" in (kept.status, gone.status):
        kept.status = "active"
    join_progress(kept.progress, gone.progress)
    if kept.standing is not None and gone.standing is not None:
        join_standing(kept.standing, gone.standing)
    gone.purchases = gone.spend_minor = 0
    gone.first_at = gone.last_at = NEVER
    gone.tier, gone.status = "", "merged"
    gone.changed = kept.changed = kept.profile_changed = True
    kept.progress_changed = kept.standing_changed = True


def _steps(program_id: UUID, kept: UUID, gone: UUID, emptied: list[UUID], now: int) -> list[Step]:
    """The rows of both, joined; reservations, quotes and vouchers first, as everywhere."""
    holds, *lots = reversed(follow(program_id, kept, gone, emptied))
    own = {
        name: Step(sql, (program_id, gone, kept, *((now,) if _INSTANT in sql else ())))
        for name, sql in SQL.items()
        if name != "preview"
    }
    first = [own.pop(name) for name in _FIRST]
    return [holds, *first, *reversed(lots), *own.values()]
