"""Households and teams: found, invite, join by one's own consent, leave, appoint, dissolve.

Whoever changes one holds the locks of all its members and lets their versions grow, so that nobody
works on with a household that has changed (`activities.households`).
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from regulars.activities.context import Context
from regulars.activities.households import Household, Invitation, Membership
from regulars.activities.tiers import catch_up
from regulars.activities.unit import MemberState, Record, Unit
from regulars.activities.wants import Wants
from regulars.engine.moves import HouseholdRules
from regulars.engine.program import Program
from regulars.households.wire import (
    AnswerIn,
    DissolveIn,
    FoundIn,
    InviteIn,
    LeaveIn,
    RoleIn,
    household_out,
)
from regulars.households.wire import UnknownHousehold as UnknownHousehold
from regulars.identifiers.resolve import Ref, resolve
from regulars.kit.http import Caller
from regulars.kit.periods import day_number, local
from regulars.kit.problems import Conflict, Invalid
from regulars.kit.requests import digest_of, encode, key_of
from regulars.members.known import holder, known, welcome
from regulars.members.refusals import nearest, refusal

PACKAGE = "regulars.households"
_DAY = 86_400


class HouseholdRefused(Conflict):
    """The program's rules for households do not allow it."""

    code = "household_refused"
    title = "This household cannot be changed like this"


class Change:
    """What all changes have in common: who asks, the household they mean, and the record of it."""

    path = ""
    kind = ""
    now: int | None = None
    regroups = True

    def __init__(
        self, household: UUID | None, request: Any, caller: Caller, *, key: str | None, at: int,
        refs: Iterable[str],
    ) -> None:  # fmt: skip
        self.household = household
        self.request = request
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (household, request))
        self.at = at
        self.shop, self.till = caller.shop, caller.till
        self.refs: list[Ref] = [resolve(ref, caller.region) for ref in refs]

    def wants(self, wants: Wants, context: Context) -> None:
        for ref in self.refs:
            wants.member(ref)
        if self.household is not None:
            wants.households.add(self.household)
        if wants.housemates is None:
            wants.housemates = False

    def rules(self, context: Context, household: Household) -> tuple[int, Program, HouseholdRules]:
        """Those of its kind in the revision in force; the plain ones where the kind is gone."""
        number, program = context.revisions.at(self.at)
        return number, program, program.rules.households.get(household.kind, HouseholdRules())

    def of(self, unit: Unit, member: MemberState) -> Household:
        """The household, of which ``member`` must be one."""
        found = None if self.household is None else unit.households.by_id.get(self.household)
        if found is None or member.id not in found.members:
            raise UnknownHousehold
        return found

    def headed(self, unit: Unit, context: Context, by: MemberState) -> Household:
        """The household, of which ``by`` must be the head."""
        household = self.of(unit, by)
        if household.head != by.id:
            raise refusal(HouseholdRefused, PACKAGE, "not_head", self._program(context))
        return household

    def record(
        self, unit: Unit, revision: int, member: MemberState, household: Household, **facts: Any
    ) -> Record:
        touch(unit, household)
        return Record(
            id=facts.pop("id", None) or unit.make_id(),
            member_id=member.id,
            kind=self.kind,
            occurred_at=self.at,
            shop=self.shop,
            till=self.till,
            revision=revision,
            facts=encode({"household": household.id, **facts}).decode(),
            answer=encode(household_out(household, unit.now)).decode(),
        )

    def _program(self, context: Context) -> Program:
        return context.revisions.at(self.at)[1]


class Found(Change):
    """A member founds a household and is its head."""

    path = "/v1/households"
    kind = "household"

    def __init__(self, request: FoundIn, caller: Caller, *, key: str | None, at: int) -> None:
        super().__init__(None, request, caller, key=key, at=at, refs=[request.member])

    def decide(self, unit: Unit, context: Context) -> Record:
        member = welcome(unit, self.refs[0])
        number, program = context.revisions.at(self.at)
        rules = program.rules.households.get(self.request.kind)
        if rules is None:
            raise Invalid(nearest("kind of household", self.request.kind, program.rules.households))
        refuse_bound(unit, program, rules, member, self.at)
        head = Membership(member.id, "head", self.at, changed=True)
        household = Household(unit.make_id(), self.request.kind, self.at, {member.id: head}, {})
        unit.households.add(household)
        return self.record(unit, number, member, household, kind=household.kind)


class ByHead(Change):
    """What the head does about somebody else."""

    def __init__(
        self, household: UUID, request: InviteIn | RoleIn, caller: Caller, *, key: str | None,
        at: int,
    ) -> None:  # fmt: skip
        refs = (request.by, request.member)
        super().__init__(household, request, caller, key=key, at=at, refs=refs)


class Invite(ByHead):
    """The head asks a member to join."""

    path = "/v1/households/{household}/invitations"
    kind = "household_invite"

    def decide(self, unit: Unit, context: Context) -> Record:
        by, member = welcome(unit, self.refs[0]), holder(unit, self.refs[1])
        household = self.headed(unit, context, by)
        number, program, rules = self.rules(context, household)
        if member.id in household.members:
            raise refusal(HouseholdRefused, PACKAGE, "belongs_already", program)
        refuse_full(program, rules, household, self.request.role)
        household.invitations[member.id] = Invitation(
            member.id, self.request.role, by.id, unit.now + rules.invitation_days * _DAY,
            changed=True,
        )  # fmt: skip
        member.changed = True
        facts = {"invited": member.id, "role": self.request.role}
        return self.record(unit, number, by, household, **facts)


class Join(Change):
    """The invited member says yes; how often and how many is looked at now."""

    path = "/v1/households/{household}/join"
    kind = "household_join"

    def __init__(
        self, household: UUID, request: AnswerIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        super().__init__(household, request, caller, key=key, at=at, refs=[request.member])

    def decide(self, unit: Unit, context: Context) -> Record:
        member = welcome(unit, self.refs[0])
        household, invitation = self.invited(unit, member)
        number, program, rules = self.rules(context, household)
        refuse_bound(unit, program, rules, member, self.at)
        refuse_full(program, rules, household, invitation.role)
        close(household, invitation, "joined")
        household.members[member.id] = Membership(member.id, invitation.role, self.at, changed=True)
        unit.households.of[member.id] = household
        return self.record(unit, number, member, household, role=invitation.role)

    def invited(self, unit: Unit, member: MemberState) -> tuple[Household, Invitation]:
        """The household and the invitation that still stands."""
        found = None if self.household is None else unit.households.by_id.get(self.household)
        invitation = None if found is None else found.invitations.get(member.id)
        if found is None or invitation is None or invitation.outcome is not None:
            raise UnknownHousehold
        if found.dissolved_at is not None or invitation.lapses_at <= unit.now:
            raise UnknownHousehold
        return found, invitation


class Decline(Join):
    """The invited member says no."""

    path = "/v1/households/{household}/decline"
    kind = "household_decline"

    def decide(self, unit: Unit, context: Context) -> Record:
        member = known(unit, self.refs[0])
        household, invitation = self.invited(unit, member)
        number, _, _ = self.rules(context, household)
        close(household, invitation, "declined")
        return self.record(unit, number, member, household)


class Leave(Change):
    """A member leaves, or is removed by the head, who may also take an invitation back."""

    path = "/v1/households/{household}/leave"
    kind = "household_leave"

    def __init__(
        self, household: UUID, request: LeaveIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        refs = [ref for ref in (request.member, request.by) if ref is not None]
        super().__init__(household, request, caller, key=key, at=at, refs=refs)

    def wants(self, wants: Wants, context: Context) -> None:
        super().wants(wants, context)
        rules = self._program(context).rules.households.values()
        staying = {a for r in rules if r.pool and r.on_leaving == "stay" for a in r.pool.assets}
        if staying:
            wants.standing = True  # a tier may hang on the balance
            wants.member(self.refs[0], lots=True, assets=staying)

    def decide(self, unit: Unit, context: Context) -> Record:
        member = known(unit, self.refs[0])
        removed_by = None if len(self.refs) < 2 else welcome(unit, self.refs[1])
        if removed_by is None:
            household = self.of(unit, member)
        else:
            household = self.headed(unit, context, removed_by)
        number, program, rules = self.rules(context, household)
        invitation = household.invitations.get(member.id)
        if removed_by is not None and invitation is not None and invitation.outcome is None:
            close(household, invitation, "withdrawn")
            return self.record(unit, number, member, household, by=removed_by.id)
        if member.id not in household.members:
            raise UnknownHousehold
        if household.head == member.id and len(household.members) > 1:
            raise refusal(HouseholdRefused, PACKAGE, "head_stays", program)
        activity_id = unit.make_id()
        head = unit.members[household.head]
        stays = rules.pool is not None and rules.on_leaving == "stay" and removed_by is None
        if stays and rules.pool is not None and head is not member:
            self._leave_behind(unit, program, member, head, rules.pool.assets, activity_id)
        part(unit, household, member.id, self.at)
        if not household.members:
            end(household, self.at)
        by = {} if removed_by is None else {"by": removed_by.id}
        member.changed = True
        return self.record(unit, number, member, household, id=activity_id, **by)

    def _leave_behind(
        self, unit: Unit, program: Program, member: MemberState, head: MemberState,
        assets: Iterable[str], activity_id: UUID,
    ) -> None:  # fmt: skip
        """What can be used of the pooled assets stays with the head, as long as it was good."""
        for one in (member, head):
            one.book.bring_up_to_date(unit.now, unit.make_id())
        for asset in assets:
            account = member.book.accounts.get(asset)
            if account is not None and account.available:
                parts = member.book.send(
                    asset, account.available, now=unit.now, at=self.at, activity_id=activity_id
                )
                head.book.receive(asset, parts, now=unit.now, at=self.at, activity_id=activity_id)
        for one in (member, head):
            catch_up(program, unit, one)


class Appoint(ByHead):
    """The head gives somebody another role; a new head takes the old one's place."""

    path = "/v1/households/{household}/roles"
    kind = "household_role"

    def decide(self, unit: Unit, context: Context) -> Record:
        by, member = welcome(unit, self.refs[0]), holder(unit, self.refs[1])
        household = self.headed(unit, context, by)
        number, program, rules = self.rules(context, household)
        found = household.members.get(member.id)
        if found is None:
            raise UnknownHousehold
        role = self.request.role
        if found.role == role or by is member:
            raise refusal(HouseholdRefused, PACKAGE, "role_so_already", program)
        if role == "child":
            refuse_full(program, rules, household, role, more=0)
        if role == "head":
            old = household.members[by.id]
            old.role, old.changed = "member", True
        found.role, found.changed = role, True
        return self.record(unit, number, member, household, role=role, by=by.id)


class Dissolve(Change):
    """The head ends the household; everybody keeps what is on their own account."""

    path = "/v1/households/{household}/dissolve"
    kind = "household_dissolve"

    def __init__(
        self, household: UUID, request: DissolveIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        super().__init__(household, request, caller, key=key, at=at, refs=[request.by])

    def decide(self, unit: Unit, context: Context) -> Record:
        by = welcome(unit, self.refs[0])
        household = self.headed(unit, context, by)
        number, _, _ = self.rules(context, household)
        for member_id in list(household.members):
            part(unit, household, member_id, self.at)
            unit.members[member_id].changed = True
        end(household, self.at)
        return self.record(unit, number, by, household)


# What the operations are made of.


def refuse_bound(
    unit: Unit, program: Program, rules: HouseholdRules, member: MemberState, at: int
) -> None:
    """One household at a time, and some days between two."""
    if member.id in unit.households.of:
        raise refusal(HouseholdRefused, PACKAGE, "one_at_a_time", program)
    left_at = unit.households.left_at.get(member.id)
    if left_at is not None:
        first = day_number(local(left_at, program.timezone).date()) + rules.wait_days
        if day_number(local(at, program.timezone).date()) < first:
            raise refusal(HouseholdRefused, PACKAGE, "wait", program, day=first)


def refuse_full(
    program: Program, rules: HouseholdRules, household: Household, role: str, *, more: int = 1
) -> None:
    """Room for ``more``, and for one more child where it is one."""
    if len(household.members) + more > rules.size:
        raise refusal(HouseholdRefused, PACKAGE, "full", program, size=rules.size)
    children = sum(m.role == "child" for m in household.members.values())
    if role == "child" and rules.children is not None and children >= rules.children:
        raise refusal(HouseholdRefused, PACKAGE, "children_full", program, size=rules.children)


def touch(unit: Unit, household: Household) -> None:
    """The versions of all who belong to it grow, so that whoever waited reads again."""
    household.changed = True
    for member_id in household.members:
        unit.members[member_id].changed = True
    unit.changes += 1


def close(household: Household, invitation: Invitation, outcome: str) -> None:
    household.invitations[invitation.member_id] = invitation
    invitation.outcome, invitation.changed = outcome, True


def part(unit: Unit, household: Household, member_id: UUID, at: int) -> None:
    """From now on the member belongs to it no more."""
    membership = household.members.pop(member_id)
    membership.left_at, membership.changed = max(at, membership.joined_at), True
    household.left.append(membership)
    unit.households.of.pop(member_id, None)
    unit.households.left_at[member_id] = membership.left_at


def end(household: Household, at: int) -> None:
    """Nobody belongs to it and nobody can join any more."""
    household.dissolved_at = max(at, household.founded_at)
    for invitation in household.invitations.values():
        if invitation.outcome is None:
            close(household, invitation, "dissolved")
