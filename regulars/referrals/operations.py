"""Codes to bring friends by, and friends who name who sent them."""

from typing import Any
from uuid import UUID

import msgspec

from regulars.activities.context import Context
from regulars.activities.referrals import Code, Referral
from regulars.activities.unit import MemberState, Record, Unit
from regulars.activities.wants import Wants
from regulars.engine.mechanics import Referrals
from regulars.engine.program import Program
from regulars.engine.progress import local_day
from regulars.kit.codes import checks, grouped, make, normalize
from regulars.kit.http import Caller
from regulars.kit.periods import instant
from regulars.kit.problems import Conflict, NotFound
from regulars.kit.requests import digest_of, encode
from regulars.members.about import AboutMember
from regulars.members.known import welcome
from regulars.members.operations import Join
from regulars.referrals.pay import alike, until
from regulars.referrals.terms import link_of, rules_of
from regulars.referrals.wire import CodeIn, CodeOut, EnteredOut, EnterIn, JoinByCodeIn


class NoSuchCode(NotFound):
    code = "no_such_referral_code"
    title = "Nobody is known by this code"

    def __init__(self) -> None:
        super().__init__("Check the code with whoever passed it on.")


class CodeTaken(Conflict):
    code = "referral_code_taken"
    title = "This code cannot be chosen"


class AlreadyReferred(Conflict):
    code = "already_referred"
    title = "This member named who sent them before"


class TooLate(Conflict):
    code = "too_late_for_referral"
    title = "It is too late to name who sent this member"


class ReferralRefused(Conflict):
    """Self-referral, the same household, or a ring: one sentence for all of them (T18)."""

    code = "referral_refused"
    title = "This referral cannot be accepted"

    def __init__(self) -> None:
        super().__init__(
            "Both belong to the same person or household, or the owner of the code came through "
            "this member."
        )


class GetCode(AboutMember[CodeIn]):
    """A member's code: drawn at first, and always the same; besides it one of their own choice."""

    path = "/v1/members/{member}/referral-code"

    def __init__(
        self, member: str, request: CodeIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        super().__init__(member, request, caller, key=key, at=at)
        self.personal = None if request.personal is None else normalize(request.personal)

    def wants(self, wants: Wants, context: Context) -> None:
        super().wants(wants, context)
        wants.referrals = True
        _ask(wants, [] if self.personal is None else [self.personal])

    def decide(self, unit: Unit, context: Context) -> Record:
        member = welcome(unit, self.ref)
        rules = rules_of(context.revisions.at(unit.now)[1])
        found = unit.referrals.code_of(member.id, chosen=self.personal is not None)
        if self.personal is not None and (found is None or found.code != self.personal):
            self._refuse(unit, found)
        if found is None:
            found = Code(self.personal or make(), member.id, self.personal is not None, new=True)
            unit.referrals.codes[found.code] = found
            member.changed = True
            unit.changes += 1
        shown = found.code if found.chosen else grouped(found.code)
        return Record(
            id=unit.make_id(),
            member_id=member.id,
            kind="referral_code",
            occurred_at=self.at,
            shop=self.shop,
            answer=encode(CodeOut(shown, link_of(rules, found.code))).decode(),
        )

    def _refuse(self, unit: Unit, own: Code | None) -> None:
        if own is not None:
            raise CodeTaken("The member has chosen a code before; it stays.")
        assert self.personal is not None
        if self.personal in unit.referrals.codes or checks(self.personal):
            raise CodeTaken("Somebody else has it: choose another.")


class Enter(AboutMember[EnterIn]):
    """A member who joined a short while ago names who sent them."""

    path = "/v1/members/{member}/referral"
    regroups = True

    def __init__(
        self, member: str, request: EnterIn, caller: Caller, *, key: str | None, at: int
    ) -> None:
        super().__init__(member, request, caller, key=key, at=at)
        self.code = normalize(request.code)

    def wants(self, wants: Wants, context: Context) -> None:
        super().wants(wants, context)
        want_code(wants, self.code)

    def decide(self, unit: Unit, context: Context) -> Record:
        friend = welcome(unit, self.ref)
        _, program = context.revisions.at(unit.now)
        enter(unit, program, friend, self.code, unit.now)
        return _record(self, unit, program, rules_of(program), friend.id)


class JoinByCode(Join):
    """Somebody joins by the code of a member."""

    path = "/v1/referrals"
    regroups = True

    def __init__(self, request: JoinByCodeIn, caller: Caller, *, key: str | None, at: int) -> None:
        super().__init__(request.joins, caller, key=key, at=at)
        self.digest = digest_of(self.path, request)
        self.code = normalize(request.code)

    def wants(self, wants: Wants, context: Context) -> None:
        super().wants(wants, context)
        want_code(wants, self.code)

    def decide(self, unit: Unit, context: Context) -> Record:
        _, program = context.revisions.at(unit.now)
        rules = rules_of(program)
        emails = {value for kind, value in self.named if kind == "email"}
        code = judged(unit, rules, self.code, None, dict(self.request.attributes), emails)
        record = super().decide(unit, context)
        assert record.member_id is not None
        opened(unit, unit.members[record.member_id], code, unit.now)
        standing = msgspec.json.decode(record.answer)
        answer = _answer(unit, program, rules, record.member_id, standing.get("card"))
        record.answer = encode(answer).decode()
        return record


def enter(unit: Unit, program: Program, friend: MemberState, code: str, at: int) -> None:
    """Note as of ``at`` that a member came by a code; nothing is changed where that is refused."""
    rules = rules_of(program)
    if friend.id in unit.referrals.of:
        raise AlreadyReferred("Nothing was changed.")
    today = local_day(at, program.timezone)
    if friend.purchases or today >= (
        local_day(friend.joined_at, program.timezone) + rules.enter_within_days
    ):
        raise TooLate(
            f"It can be done within {rules.enter_within_days} days from joining and before the "
            "first purchase, or with it."
        )
    emails = unit.referrals.emails.get(friend.id, set())
    found = judged(unit, rules, code, friend.id, friend.attributes, emails)
    opened(unit, friend, found, at)


def want_code(wants: Wants, code: str) -> None:
    """Ask for whom a code names, and for all that may speak against it."""
    wants.referrals = True
    _ask(wants, [code])
    if wants.housemates is None:
        wants.housemates = False


def _ask(wants: Wants, codes: list[str]) -> None:
    wants.referral_codes = (wants.referral_codes or set()) | set(codes)


def judged(
    unit: Unit,
    rules: Referrals,
    code: str,
    friend_id: UUID | None,
    attributes: dict[str, Any],
    emails: set[str],
) -> Code:
    """The code, if the referral may stand: its owner is somebody else, of another household, and
    did not come through the friend, over however many steps."""
    found = unit.referrals.codes.get(code)
    referrer = None if found is None else unit.members.get(found.member_id)
    if found is None or referrer is None or referrer.status != "active":
        raise NoSuchCode
    theirs = {plain_email(email) for email in unit.referrals.emails.get(referrer.id, ())}
    if (
        referrer.id == friend_id
        or theirs & {plain_email(email) for email in emails}
        or alike(rules, attributes, referrer.attributes)
        or (friend_id is not None and friend_id in above(unit, found))
        or (friend_id is not None and unit.households.together(friend_id, referrer.id))
    ):
        raise ReferralRefused
    return found


def above(unit: Unit, code: Code) -> set[UUID]:
    """Who brought the owner of a code, who brought that one, and so on; also in this batch."""
    found = set(code.above or ())
    waiting = [code.member_id, *found]
    while waiting:
        referral = unit.referrals.of.get(waiting.pop())
        if referral is not None and referral.referrer_id not in found:
            found.add(referral.referrer_id)
            waiting.append(referral.referrer_id)
    return found


def plain_email(email: str) -> str:
    """An address without the marks by which one mailbox has many.

    >>> plain_email("An.Na+shop@gmail.com"), plain_email("an.na+shop@example.com")
    ('anna@gmail.com', 'an.na@example.com')
    """
    name, _, host = email.casefold().rpartition("@")
    name = name.partition("+")[0]
    if host in ("gmail.com", "googlemail.com"):
        name, host = name.replace(".", ""), "gmail.com"
    return f"{name}@{host}"


def opened(unit: Unit, friend: MemberState, code: Code, at: int) -> None:
    """From then on the friend's first purchase that qualifies is for both."""
    referral = Referral(friend.id, code.member_id, code.code, at, changed=True)
    unit.referrals.of[friend.id] = referral
    friend.changed = unit.members[code.member_id].changed = True
    unit.changes += 1


def _answer(
    unit: Unit, program: Program, rules: Referrals, friend_id: UUID, card: str | None = None
) -> EnteredOut:
    ends = until(rules, unit.now, program.timezone)
    return EnteredOut(
        friend_id, "open", rules.qualifies_from_minor,
        None if ends is None else instant(ends), card,
    )  # fmt: skip


def _record(
    operation: Enter, unit: Unit, program: Program, rules: Referrals, friend_id: UUID
) -> Record:
    return Record(
        id=unit.make_id(),
        member_id=friend_id,
        kind="referred",
        occurred_at=operation.at,
        shop=operation.shop,
        answer=encode(_answer(unit, program, rules, friend_id)).decode(),
    )
