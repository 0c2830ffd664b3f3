"""Joining and registering: an anonymous card first, the person behind it later or never."""

from collections.abc import Iterable, Mapping
from secrets import randbits
from typing import Any
from uuid import UUID

from regulars.activities.context import Context
from regulars.activities.membership import CHILDREN, begin, refuse_stranger, told_children
from regulars.activities.tiers import refresh_due
from regulars.activities.unit import MemberState, Record, Unit
from regulars.activities.wants import Wants
from regulars.engine.program import Program
from regulars.engine.standing import Standing
from regulars.identifiers.kinds.card import make
from regulars.identifiers.resolve import Ref, identify, resolve
from regulars.kit.http import Caller
from regulars.kit.problems import Conflict, Invalid
from regulars.kit.requests import digest_of, encode, key_of
from regulars.ledger.book import Book
from regulars.members.about import AboutMember
from regulars.members.known import OVER, holder, known, refuse_stock
from regulars.members.wire import BlockIn, IdentifierIn, JoinIn, RegisterIn, ReplaceIn, StandingOut

CARD_PREFIX = "29"
"""GS1 leaves 20 to 29 to shops for their own use, and no payment card begins with 29."""

_MOST_ATTRIBUTES = 100


class IdentifierTaken(Conflict):
    code = "identifier_taken"
    title = "This identifier is already in use"


class AlreadySo(Conflict):
    code = "already_so"
    title = "It is so already"


class NumbersUsedUp(Conflict):
    code = "try_again"
    title = "No free card number was found"


class Join:
    """A new member."""

    path = "/v1/members"
    now: int | None = None

    def __init__(self, request: JoinIn, caller: Caller, *, key: str | None, at: int) -> None:
        self.request = request
        self.keys = key_of(key)
        self.digest = digest_of(self.path, request)
        self.at = at if request.joined_at is None else int(request.joined_at.timestamp())
        self.shop = request.shop or caller.shop
        self.named = _identifiers(request.identifiers, caller)
        self.numbers = new_cards() if request.issue_card else []
        if not self.named and not self.numbers:
            raise Invalid(
                "Give at least one of identifiers, or issue_card: nothing names the member."
            )

    def wants(self, wants: Wants, context: Context) -> None:
        for ref in (*self.named, *self.numbers):
            wants.member(ref)

    def decide(self, unit: Unit, context: Context) -> Record:
        if self.at > unit.now:
            raise Invalid("joined_at lies in the future: set the till's clock.")
        refuse_taken(unit, self.named)
        card = free_card(unit, self.numbers)
        member_id = unit.make_id()
        member = MemberState(member_id, Book(member_id, unit.make_id), self.at)
        member.attributes = dict(self.request.attributes)
        member.registered = self.request.registered
        member.standing = Standing()
        attributes = sorted(member.attributes)
        _tell_children(member, self.request.attributes, self.request.children or None, self.request)
        program = _program(context, self.at)
        if program is not None:
            refuse_stranger(program, member, self.at)
        unit.new_member(member)
        if program is not None:
            begin(program, member, self.at)
            refresh_due(program, member)
        name(unit, member, self.named if card is None else (*self.named, card))
        return _record(
            unit, member, "join", self.at, self.shop, card=card,
            identifiers=[kind for kind, _ in self.named], attributes=attributes,
        )  # fmt: skip


class Register(AboutMember[RegisterIn]):
    """A member becomes known, or tells more: identifiers and attributes are added."""

    path = "/v1/members/{member}/registration"

    def __init__(
        self, member: str, request: RegisterIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        super().__init__(member, request, caller, key=key, at=at)
        self.named = _identifiers(request.identifiers, caller)

    def wants(self, wants: Wants, context: Context) -> None:
        super().wants(wants, context)
        wants.standing |= self.request.children is not None
        for ref in self.named:
            wants.member(ref)

    def decide(self, unit: Unit, context: Context) -> Record:
        member = holder(unit, self.ref)
        refuse_taken(unit, self.named, unless=member.id)
        attributes = member.attributes | self.request.attributes
        if len(attributes) > _MOST_ATTRIBUTES:
            raise Invalid(f"A member has at most {_MOST_ATTRIBUTES} attributes.")
        _consented(self.request.attributes, self.request)
        member.attributes = attributes
        _tell_children(member, self.request.attributes, self.request.children, self.request)
        program = _program(context, unit.now)
        if program is not None and self.request.children is not None:
            told_children(program, member, unit.now)
            refresh_due(program, member)
        member.registered = True
        _changed(unit, member, profile=True)
        name(unit, member, self.named)
        return _record(
            unit, member, "register", self.at, self.shop,
            identifiers=[kind for kind, _ in self.named],
            attributes=sorted(self.request.attributes),
        )  # fmt: skip


class BlockMember(AboutMember[BlockIn]):
    """Nothing is earned or used until the member is unblocked; what there is stays."""

    path = "/v1/members/{member}/block"
    status, kind = "blocked", "block"

    def decide(self, unit: Unit, context: Context) -> Record:
        member = known(unit, self.ref)
        if member.status in (self.status, *OVER):
            raise AlreadySo(f"The member is {member.status}; nothing was changed.")
        member.status = self.status
        _changed(unit, member, profile=True)
        return _record(unit, member, self.kind, self.at, self.shop, reason=self.request.reason)


class UnblockMember(BlockMember):
    """Open a blocked member again."""

    path = "/v1/members/{member}/unblock"
    now: int | None = None
    status, kind = "active", "unblock"


class BlockIdentifier:
    """A lost card, a number that is another's now: it names nobody any more."""

    path = "/v1/identifiers/{identifier}/block"
    now: int | None = None

    def __init__(
        self, identifier: str, request: BlockIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        self.request = request
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (identifier, request))
        self.at = at
        self.shop = caller.shop
        self.ref = _identifier(identifier, caller)

    def wants(self, wants: Wants, context: Context) -> None:
        wants.member(self.ref)

    def decide(self, unit: Unit, context: Context) -> Record:
        member = known(unit, self.ref)
        status = unit.identifiers[self.ref][0]
        if status != "active":
            raise AlreadySo(f"It was {status} before; nothing was changed.")
        end(unit, member, self.ref, "blocked")
        return _record(
            unit, member, "block_identifier", self.at, self.shop,
            identifier=self.ref[0], reason=self.request.reason,
        )  # fmt: skip


class ReplaceIdentifier:
    """A new card for a lost one, a new phone number: the member keeps everything."""

    path = "/v1/identifiers/{identifier}/replace"
    now: int | None = None

    def __init__(
        self, identifier: str, request: ReplaceIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        self.request = request
        self.keys = key_of(key)
        self.digest = digest_of(self.path, (identifier, request))
        self.at = at
        self.shop = caller.shop
        self.ref = _identifier(identifier, caller)
        if (request.value is None) != request.issue_card:
            raise Invalid("Give either value or issue_card.")
        if request.issue_card and self.ref[0] != "card":
            raise Invalid("Only a card can be replaced by an issued card; give the new value.")
        self.numbers = new_cards() if request.issue_card else []
        self.new = (
            None if request.value is None else identify(self.ref[0], request.value, caller.region)
        )

    def wants(self, wants: Wants, context: Context) -> None:
        for ref in (self.ref, *self.numbers):
            wants.member(ref)
        if self.new is not None:
            wants.member(self.new)

    def decide(self, unit: Unit, context: Context) -> Record:
        member = known(unit, self.ref)
        if unit.identifiers[self.ref][0] == "replaced":
            raise AlreadySo("It was replaced before; replace the one that took its place.")
        if self.new is not None:
            refuse_taken(unit, [self.new])
        card = free_card(unit, self.numbers)
        new = card or self.new
        assert new is not None
        end(unit, member, self.ref, "replaced", replaced_by=new[1])
        name(unit, member, [new])
        return _record(
            unit, member, "replace_identifier", self.at, self.shop, card=card,
            identifier=self.ref[0], reason=self.request.reason,
        )  # fmt: skip


# What the operations are made of.


def _program(context: Context, at: int) -> Program | None:
    """The program in force, or None before its first revision."""
    begins_at = context.revisions.begins_at
    return None if begins_at is None or at < begins_at else context.revisions.at(at)[1]


def _consented(attributes: Mapping[str, object], request: JoinIn | RegisterIn) -> None:
    if CHILDREN in attributes:
        raise Invalid("Tell the children in children, with children_consent, not as an attribute.")
    if request.children and not request.children_consent:
        raise Invalid("Months of birth of children are kept with children_consent only.")


def _tell_children(
    member: MemberState,
    attributes: Mapping[str, object],
    children: tuple[str, ...] | None,
    request: JoinIn | RegisterIn,
) -> None:
    """Keep months of birth, with consent; none at all forgets them."""
    _consented(attributes, request)
    if children is not None:
        member.attributes = member.attributes | {CHILDREN: sorted(children)}


def new_cards() -> list[tuple[str, str]]:
    """Two new numbers: should the first belong to somebody, the second will not."""
    return [("card", make(CARD_PREFIX, randbits)) for _ in range(2)]


def free_card(unit: Unit, numbers: list[tuple[str, str]]) -> tuple[str, str] | None:
    """The first that is nobody's, where one is to be issued."""
    free = [n for n in numbers if n not in unit.identifiers and n not in unit.stock]
    if numbers and not free:
        raise NumbersUsedUp("Send the request again with the same key.")
    return free[0] if free else None


def refuse_taken(unit: Unit, refs: Iterable[tuple[str, str]], unless: UUID | None = None) -> None:
    """Refuse what names somebody already, without telling whom."""
    for ref in refs:
        refuse_stock(unit, ref)
        found = unit.identifiers.get(ref)
        if found is not None and found != ("active", unless):
            raise IdentifierTaken(
                f"This {ref[0]} is or was used by a member: look the member up by it, or give "
                "another.",
                kind=ref[0],
            )


def name(unit: Unit, member: MemberState, refs: Iterable[tuple[str, str]]) -> None:
    """From now on ``refs`` name the member, also for what follows in the same batch."""
    for ref in refs:
        if ref not in unit.identifiers:
            unit.identifiers[ref] = ("active", member.id)
            unit.new_identifiers.append((*ref, member.id))
            _changed(unit, member)


def end(
    unit: Unit, member: MemberState, ref: tuple[str, str], status: str, replaced_by: str = ""
) -> None:
    """From now on ``ref`` names nobody. The last word on it in a batch counts."""
    unit.identifiers[ref] = (status, member.id)
    kept = [change for change in unit.identifier_changes if change[:2] != ref]
    unit.identifier_changes = [*kept, (*ref, status, replaced_by)]
    _changed(unit, member)


def _changed(unit: Unit, member: MemberState, *, profile: bool = False) -> None:
    """The member's version grows, so that whoever waited for the lock reads again."""
    member.changed = True
    member.profile_changed |= profile
    unit.changes += 1


def _identifiers(given: Iterable[IdentifierIn], caller: Caller) -> list[tuple[str, str]]:
    return list(dict.fromkeys(identify(item.kind, item.value, caller.region) for item in given))


def _identifier(text: str, caller: Caller) -> tuple[str, str]:
    ref: Ref = resolve(text, caller.region)
    if isinstance(ref, UUID):
        raise Invalid("An id cannot be blocked or replaced; name the card, phone or e-mail.")
    return ref


def _record(
    unit: Unit, member: MemberState, kind: str, at: int, shop: str,
    card: tuple[str, str] | None = None, **facts: Any,
) -> Record:  # fmt: skip
    """What happened. Of personal data only the names of what was given are kept here."""
    answer = StandingOut(
        member.id, member.status, member.registered, None if card is None else card[1]
    )
    return Record(
        id=unit.make_id(),
        member_id=member.id,
        kind=kind,
        occurred_at=at,
        shop=shop,
        facts=encode(facts).decode(),
        answer=encode(answer).decode(),
    )
