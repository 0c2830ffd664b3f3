"""Who a request means: the member must be known, and for anything of value not blocked."""

from regulars.activities.unit import MemberState, Record, Unit
from regulars.engine.standing import Standing
from regulars.identifiers.resolve import Ref, Shown
from regulars.identifiers.rotation import accepts
from regulars.kit.problems import Conflict, NotFound
from regulars.kit.requests import encode
from regulars.ledger.book import Book

OVER = ("closed", "merged", "erased")
"""Statuses of a membership that nothing can be done with any more."""


class UnknownMember(NotFound):
    code = "unknown_member"
    title = "Nobody is known by this"

    def __init__(self) -> None:
        super().__init__("No member has this identifier: check it, or create the member first.")


class MemberBlocked(Conflict):
    code = "member_blocked"
    title = "This member or card is blocked"


class MemberMerged(Conflict):
    code = "member_merged"
    title = "This membership was merged into another one"


class MembershipEnded(Conflict):
    code = "membership_ended"
    title = "This membership has ended"


class CardNotActive(Conflict):
    code = "card_not_active"
    title = "This card is not active yet"


class WrongCode(Conflict):
    code = "card_code_wrong"
    title = "The code of this card is not its present one"


class CodeMissing(Conflict):
    code = "card_code_missing"
    title = "This card has to be shown with its code"


def known(unit: Unit, ref: Ref) -> MemberState:
    """The member of an id or an identifier, blocked or not."""
    if isinstance(ref, tuple):
        named = unit.identifiers.get(ref)
        member = None if named is None else unit.members.get(named[1])
    else:
        member = unit.members.get(ref)
    if member is None or member.status == "erased":
        raise UnknownMember
    if member.status == "merged":
        raise MemberMerged(
            "Look the member up by this id: merged_into names the one that has everything now."
        )
    return member


def welcome(unit: Unit, ref: Ref, at: int | None = None) -> MemberState:
    """The member of an id or an active identifier, who must not be blocked.

    ``at`` is when the card was shown, where that was earlier.
    """
    if isinstance(ref, tuple):
        _coded(unit, ref, unit.now if at is None else at)
    return holder(unit, ref)


def holder(unit: Unit, ref: Ref) -> MemberState:
    """The same, whether or not the card was shown with its code.

    A card of a batch that is used for the first time becomes an anonymous member.
    """
    if isinstance(ref, tuple) and ref in unit.stock and ref not in unit.identifiers:
        return _first_use(unit, ref)
    member = known(unit, ref)
    if isinstance(ref, tuple) and unit.identifiers[ref][0] != "active":
        raise MemberBlocked("This card is blocked or was replaced: ask for the new one.")
    if member.status not in ("active", "ended"):
        raise MemberBlocked("The member is blocked: the contact centre can tell why.")
    standing = member.standing
    ends_at = None if standing is None else standing.ends_at
    if member.status == "ended" or (ends_at is not None and ends_at <= unit.now):
        until = None if standing is None else standing.spend_until_at
        if until is None or until <= unit.now:
            raise MembershipEnded("It can be renewed; until then nothing is earned or spent.")
    return member


def _coded(unit: Unit, ref: tuple[str, str], at: int) -> None:
    """A code that came along must be right; without one the program may refuse the card."""
    secret = unit.secrets.get(ref[1]) if ref[0] == "card" else None
    if isinstance(ref, Shown):
        tolerance = unit.code_tolerance_seconds
        if secret is None or not accepts(secret, ref.code, at=at, tolerance_seconds=tolerance):
            raise WrongCode(
                "It may be a picture of the card: have the card itself shown and scan it again. "
                "The clock of the telephone may also be wrong."
            )
    elif secret is not None and unit.codes_required:
        raise CodeMissing("Scan the code as the telephone shows it now; the number is not enough.")


def _first_use(unit: Unit, ref: tuple[str, str]) -> MemberState:
    """Whoever holds the card is a member from now on; who it is may be told later, or never."""
    refuse_stock(unit, ref)
    member_id = unit.make_id()
    member = MemberState(member_id, Book(member_id, unit.make_id), unit.now)
    member.standing = Standing()
    unit.new_member(member)
    unit.identifiers[ref] = ("active", member_id)
    unit.new_identifiers.append((ref[0], ref[1], member_id))
    said = encode({"identifiers": ["card"], "first_use": True}).decode()
    unit.record(Record(unit.make_id(), member_id, "join", unit.now, facts=said, answer="{}"))
    return member


def refuse_stock(unit: Unit, ref: tuple[str, str]) -> None:
    """Refuse a card of a batch that may not be used."""
    state = unit.stock.get(ref, "active")
    if state == "made":
        raise CardNotActive("Its batch was not activated: regulars cards activate, or wait.")
    if state != "active":
        raise MemberBlocked(f"This card is {state}: give another one.")
