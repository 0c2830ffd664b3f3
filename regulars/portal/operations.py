"""What members do to their own membership: claim a card, leave, come back."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from regulars.activities.context import Context
from regulars.activities.unit import Record, Unit
from regulars.activities.wants import Wants
from regulars.identifiers.resolve import resolve
from regulars.kit.http import Caller
from regulars.kit.ids import Ids
from regulars.kit.problems import Conflict, Problem
from regulars.kit.requests import digest_of, encode, key_of
from regulars.kit.sql import statements
from regulars.kit.steps import Step, Steps
from regulars.members.known import known
from regulars.members.operations import Register
from regulars.members.wire import StandingOut

SQL = statements("regulars.portal", "queries.sql")


class CardNotFree(Conflict):
    """Unknown, blocked, or somebody's: one answer, so that nobody learns by trying (T16)."""

    code = "card_not_free"
    title = "This card cannot be linked"

    def __init__(self) -> None:
        super().__init__("Check the number, or ask in the shop.")


class StillThere(Conflict):
    code = "reserved_still"
    title = "Something is still reserved"


class ClaimCard(Register):
    """An anonymous card becomes the card of whoever proved an e-mail address or a telephone."""

    path = "/portal/claim"

    def decide(self, unit: Unit, context: Context) -> Record:
        found = unit.identifiers.get(self.ref) if isinstance(self.ref, tuple) else None
        member = None if found is None else unit.members.get(found[1])
        in_stock = isinstance(self.ref, tuple) and unit.stock.get(self.ref) == "active"
        if member is None and not in_stock:
            raise CardNotFree
        if member is not None and (member.registered or member.status != "active"):
            raise CardNotFree
        try:
            return super().decide(unit, context)
        except Problem:
            raise CardNotFree from None


class _Own:
    """Something a member does to the own membership."""

    path = ""
    kind = ""
    now: int | None = None

    def __init__(self, member: str, caller: Caller, *, key: str | None, at: int) -> None:
        self.keys = key_of(key)
        self.digest = digest_of(self.path, member)
        self.at = at
        self.ref = resolve(member, caller.region)

    def record(self, unit: Unit, member_id: object, **facts: object) -> Record:
        member = unit.members[member_id]  # type: ignore[index]
        member.changed = member.profile_changed = True
        unit.changes += 1
        answer = StandingOut(member.id, member.status, member.registered)
        return Record(
            id=unit.make_id(), member_id=member.id, kind=self.kind, occurred_at=self.at,
            facts=encode(facts).decode(), answer=encode(answer).decode(),
        )  # fmt: skip


class Leave(_Own):
    """The membership is closed: what was told is forgotten, what was saved up lapses."""

    path, kind = "/portal/leave", "leave"

    def wants(self, wants: Wants, context: Context) -> None:
        wants.member(self.ref, lots=True, assets=["*"])
        wants.standing = True

    def decide(self, unit: Unit, context: Context) -> Record:
        member = known(unit, self.ref)
        if member.status == "closed":
            raise Conflict("The membership is closed already; nothing was changed.")
        if any(hold.outcome is None for hold in member.book.holds.values()):
            raise StillThere("Fetch what is reserved or give it back first.")
        activity_id = unit.make_id()
        member.book.bring_up_to_date(unit.now, activity_id)
        for asset, account in member.book.accounts.items():
            if account.available + account.pending > 0:
                member.book.deduct(
                    asset, account.available + account.pending, now=unit.now, at=self.at,
                    activity_id=activity_id, policy="clamp",
                )  # fmt: skip
        member.status, member.attributes = "closed", {}
        record = self.record(unit, member.id)
        record.id = activity_id
        return record


class ComeBack(_Own):
    """Who left is a member again, with the same card and nothing on it."""

    path, kind = "/portal/back", "come_back"

    def wants(self, wants: Wants, context: Context) -> None:
        wants.member(self.ref)

    def decide(self, unit: Unit, context: Context) -> Record:
        member = known(unit, self.ref)
        if member.status != "closed":
            raise Conflict("The membership is open; nothing was changed.")
        member.status = "active"
        return self.record(unit, member.id)


def make_link(program_id: UUID, member_id: UUID, now: datetime, minutes: int = 60) -> Steps[str]:
    """The token of a link that lets a member in once; the operator's, for a demonstration."""
    token = secrets.token_urlsafe(32)
    digest = hashlib.sha256(token.encode()).digest()
    new, until = Ids().make(int(now.timestamp() * 1000)), now + timedelta(minutes=minutes)
    yield Step(
        SQL["add_code"],
        (program_id, new, "link", "email", "demo", member_id, digest, "", now, until),
    )
    return token
