"""Erasing a member: what names them goes for good, every sum and the sealed log stay.

The membership is closed as by leaving: what was reserved is given back, what was saved up lapses,
the household goes on without it. Then the tables of the catalogue are emptied of the person, in the
same transaction, and a tombstone is left, so that a backup from before can be erased again.
"""

from collections.abc import Iterator
from uuid import UUID

from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit
from regulars.activities.wants import Wants
from regulars.engine.standing import Standing
from regulars.households.operations import end, part, touch
from regulars.identifiers.resolve import resolve
from regulars.kit.http import Caller
from regulars.kit.requests import digest_of, encode, key_of
from regulars.kit.steps import Step
from regulars.ledger import closing
from regulars.members.known import known
from regulars.privacy.catalogue import erasing
from regulars.privacy.queries import SQL
from regulars.privacy.wire import ErasedOut
from regulars.programs.document import Document


class Erase:
    """Forget a member for good. ``asked_by``: ``member``, ``staff`` or ``retention``."""

    path = "/v1/members/{id}/erasure"
    now: int | None = None

    def __init__(
        self, member: str, caller: Caller, *, key: str | None, at: int, asked_by: str = "staff"
    ) -> None:
        self.keys = key_of(key)
        self.digest = digest_of(self.path, member)
        self.at = at
        self.shop = caller.shop
        self.asked_by = asked_by
        self.ref = resolve(member, caller.region)

    def wants(self, wants: Wants, context: Context) -> None:
        wants.standing = True
        wants.member(self.ref, lots=True)
        if wants.housemates is None:
            wants.housemates = False

    def decide(self, unit: Unit, context: Context) -> Record:
        member = known(unit, self.ref)
        rules = context.revisions.at(unit.now)[1].rules
        activity_id, book = unit.make_id(), member.book
        book.bring_up_to_date(unit.now, activity_id)
        closing.give_back(book, now=unit.now, activity_id=activity_id)
        closing.empty(book, now=unit.now, activity_id=activity_id)
        _leave_household(unit, member.id)
        member.status, member.attributes, member.registered = "erased", {}, False
        member.tier, member.standing, member.tier_due_at = "", Standing(), None
        member.changed = member.profile_changed = True
        unit.changes += 1
        blocked = rules.privacy.blocked if isinstance(rules, Document) else ()
        unit.after += scrub(unit.program_id, member.id, ["card", *blocked], unit.now, self.asked_by)
        for ref, (status, holder) in list(unit.identifiers.items()):
            if holder == member.id:
                unit.identifiers[ref] = ("blocked" if status == "active" else status, holder)
        return Record(
            id=activity_id, member_id=member.id, kind="erase", occurred_at=self.at, shop=self.shop,
            facts=encode({"asked_by": self.asked_by}).decode(),
            answer=encode(ErasedOut(member.id)).decode(),
        )  # fmt: skip


def scrub(
    program_id: UUID, member_id: UUID, blocked: list[str], now: int, asked_by: str
) -> Iterator[Step]:
    """The statements that make the rows of a member nameless. Identifiers of the ``blocked`` kinds
    are kept as nobody's, so that they are never anybody else's; the others are free again."""
    yield Step(SQL["add_tombstone"], (program_id, member_id, now, asked_by))
    yield Step(SQL["erase_records"], (program_id, member_id))
    for name, sql in erasing().items():
        if name == "identifier":
            yield Step(SQL["block_identifiers"], (program_id, member_id, blocked, now))
        more = (now,) if "$3" in sql else ()
        yield Step(sql, (program_id, member_id, *more))


def _leave_household(unit: Unit, member_id: UUID) -> None:
    """Who has been there longest becomes head, where the head goes."""
    household = unit.households.of.get(member_id)
    if household is None:
        return
    touch(unit, household)
    role = household.members[member_id].role
    part(unit, household, member_id, unit.now)
    others = sorted(household.members.values(), key=lambda m: (m.role == "child", m.joined_at))
    if not others:
        end(household, unit.now)
    elif role == "head":
        others[0].role, others[0].changed = "head", True
