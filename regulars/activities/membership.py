"""Membership in a unit of work: who may join, when it ends, what renews it."""

from collections.abc import Mapping
from typing import Any

from regulars.activities.unit import MemberState, Record, Unit
from regulars.engine.case import Case
from regulars.engine.facts import Facts, Member
from regulars.engine.membership import ages, ends_at, spend_until
from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.kit.periods import day_number, local
from regulars.kit.problems import Conflict
from regulars.kit.words import LANGUAGES
from regulars.ledger.records import NEVER

CHILDREN = "children"
"""The attribute that holds months of birth; it is told with consent only and never as it is."""


class MayNotJoin(Conflict):
    code = "may_not_join"
    title = "This program is for others"


def attributes_of(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a member, but for the children."""
    if CHILDREN not in attributes:
        return dict(attributes) if not isinstance(attributes, dict) else attributes
    return {name: value for name, value in attributes.items() if name != CHILDREN}


def children_of(attributes: Mapping[str, Any]) -> tuple[str, ...]:
    """Months of birth of the children."""
    return tuple(attributes.get(CHILDREN) or ())


def refuse_stranger(program: Program, member: MemberState, at: int) -> None:
    """Refuse whoever the program is not for, in its own words or in those of the condition."""
    rules = program.rules.membership
    if rules is None or not rules.who:
        return
    wall = local(at, program.timezone)
    day = day_number(wall.date())
    known = Member(
        str(member.id),
        attributes_of(member.attributes),
        joined_day=day,
        children=ages(children_of(member.attributes), day),
    )
    facts = Facts(at, day, wall.hour * 60 + wall.minute, wall.isoweekday(), "join", member=known)
    for condition in rules.who:
        unmet = condition.check(Case(program, facts))
        if unmet is not None:
            told = {
                language: rules.refusal.get(language)
                or Voice(program, language).fill(condition, condition.unmet, unmet.figures)
                for language in LANGUAGES
            }
            raise MayNotJoin(told["en"], told=told)


def begin(program: Program, member: MemberState, at: int) -> None:
    """A membership begins or is renewed, or more is known of the children."""
    rules, standing = program.rules.membership, member.standing
    if rules is None or standing is None:
        return
    day = day_number(local(at, program.timezone).date())
    standing.ends_at = ends_at(rules, children_of(member.attributes), day, program.timezone)
    standing.spend_until_at = None
    if standing.ends_at is not None:
        last = day_number(local(standing.ends_at, program.timezone).date())
        standing.spend_until_at = spend_until(rules, standing.ends_at, last, program.timezone)
    member.standing_changed = member.changed = True


def renew(program: Program, member: MemberState, trigger: str, at: int) -> None:
    """What the document says renews it; a purchase only one that has not ended. What came late
    never shortens it."""
    rules, standing = program.rules.membership, member.standing
    if rules is None or trigger not in rules.renewed_by or standing is None:
        return
    if member.status == "ended" and trigger != "purchase":
        member.status, member.profile_changed = "active", True
    elif member.status != "active":
        return
    before = (standing.ends_at, standing.spend_until_at)
    begin(program, member, at)
    if before[0] is not None and (standing.ends_at or NEVER) < before[0]:
        standing.ends_at, standing.spend_until_at = before


def told_children(program: Program, member: MemberState, at: int) -> None:
    """More is known of the children: an end that hangs on them alone is worked out anew."""
    rules = program.rules.membership
    if rules is None or rules.child_below_months is None or rules.days or rules.months:
        return
    begin(program, member, at)
    end = None if member.standing is None else member.standing.ends_at
    if member.status == "ended" and (end is None or end > at):
        member.status = "active"


def end_due(unit: Unit, member: MemberState) -> None:
    """The membership ends at the instant it was due, with a line in the history."""
    standing = member.standing
    if standing is None or standing.ends_at is None or standing.ends_at > unit.now:
        return
    if member.status == "active":
        member.status = "ended"
        member.profile_changed = member.changed = True
        unit.record(
            Record(unit.make_id(), member.id, "membership_end", standing.ends_at, answer="{}")
        )


def next_end(member: MemberState) -> int | None:
    """When the membership ends by time alone, where it has not ended yet."""
    return member.standing.ends_at if member.standing and member.status == "active" else None
