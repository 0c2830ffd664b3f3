"""Who a request means: the member must be known, and for anything of value not blocked."""

from regulars.activities.unit import MemberState, Unit
from regulars.identifiers.resolve import Ref
from regulars.kit.problems import Conflict, NotFound


class UnknownMember(NotFound):
    code = "unknown_member"
    title = "Nobody is known by this"

    def __init__(self) -> None:
        super().__init__("No member has this identifier: check it, or create the member first.")


class MemberBlocked(Conflict):
    code = "member_blocked"
    title = "This member or card is blocked"


def known(unit: Unit, ref: Ref) -> MemberState:
    """The member of an id or an identifier, blocked or not."""
    if isinstance(ref, tuple):
        named = unit.identifiers.get(ref)
        member = None if named is None else unit.members.get(named[1])
    else:
        member = unit.members.get(ref)
    if member is None:
        raise UnknownMember
    return member


def welcome(unit: Unit, ref: Ref) -> MemberState:
    """The member of an id or an active identifier, who must not be blocked."""
    member = known(unit, ref)
    if isinstance(ref, tuple) and unit.identifiers[ref][0] != "active":
        raise MemberBlocked("This card is blocked or was replaced: ask for the new one.")
    if member.status != "active":
        raise MemberBlocked("The member is blocked: the contact centre can tell why.")
    return member
