"""Pages on which something is done about a member, by the operations of the till."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest

from regulars.activities.pages import (
    caller_of,
    carry_out,
    form_page,
    program_of,
    seconds,
    told,
)
from regulars.care.forms import (
    CorrectForm,
    JoinForm,
    PersonForm,
    ReasonForm,
    ReplaceForm,
)
from regulars.care.search import name_of
from regulars.kit.pages import Desk, Done, Shown, words_of
from regulars.kit.problems import Problem
from regulars.members.operations import (
    BlockMember,
    Join,
    Register,
    ReplaceIdentifier,
    UnblockMember,
)
from regulars.members.queries import find
from regulars.members.wire import BlockIn, IdentifierIn, JoinIn, MemberOut, RegisterIn, ReplaceIn
from regulars.points.corrections import Correct
from regulars.points.wire import CorrectionIn
from regulars.staff.queries import acts_on_own_account

say = words_of(__package__ or "")


def title_of(member: MemberOut) -> str:
    """The member's name, else the card, else what there is."""
    name = name_of(member.attributes)
    active = [one for one in member.identifiers if one.status == "active"]
    cards = [one.value for one in active if one.kind == "card"]
    return name or next(iter(cards), "") or next((one.value for one in active), str(member.id))


def correct(request: HttpRequest, desk: Desk, member_id: UUID) -> Shown | Done:
    """Goodwill and corrections, with who did it; never one's own account (T18)."""
    program = program_of(desk)
    member = desk.run(find(desk.program.id, member_id))
    form = CorrectForm(request, program)

    def operation() -> Correct:
        given = form.cleaned_data
        body = CorrectionIn(
            f"id:{member_id}", given["asset"], given["amount"], given["reason"], given["text"]
        )
        own = desk.run(
            acts_on_own_account(
                staff_id=desk.staff_id, program_id=desk.program.id, member_id=member_id
            )
        )
        return Correct(
            body, caller_of(desk), key=form.key, at=seconds(desk), actor=desk.who,
            actor_member=member_id if own else None,
        )  # fmt: skip

    def details() -> dict[str, Any]:
        return {name: form.cleaned_data[name] for name in ("asset", "amount", "reason", "text")}

    return _act(
        desk, form, member, operation, say("corrected"), details, intro=say("correct_intro")
    )


def block(request: HttpRequest, desk: Desk, member_id: UUID) -> Shown | Done:
    """Block an active member, open a blocked one again."""
    member = desk.run(find(desk.program.id, member_id))
    form = ReasonForm(request)
    blocked = member.status == "blocked"
    kind = UnblockMember if blocked else BlockMember

    def operation() -> BlockMember:
        body = BlockIn(form.cleaned_data["reason"])
        return kind(f"id:{member_id}", body, caller_of(desk), key=form.key, at=seconds(desk))

    said = "unblock" if blocked else "block"
    return _act(
        desk, form, member, operation, say(f"{said}ed"), intro=say(f"{said}_intro"),
        send=say(said),
    )  # fmt: skip


def register(request: HttpRequest, desk: Desk, member_id: UUID) -> Shown | Done:
    """A card's holder becomes known, or tells more."""
    member = desk.run(find(desk.program.id, member_id))
    form = PersonForm(request)
    for name in ("first_name", "last_name"):
        form.fields[name].initial = member.attributes.get(name, "")

    def operation() -> Register:
        body = RegisterIn(
            tuple(IdentifierIn(*pair) for pair in form.identifiers()), form.attributes()
        )
        return Register(f"id:{member_id}", body, caller_of(desk), key=form.key, at=seconds(desk))

    return _act(desk, form, member, operation, say("registered_done"), intro=say("register_intro"))


def replace(request: HttpRequest, desk: Desk, member_id: UUID) -> Shown | Done:
    """A new card for a lost one, a new number or address."""
    member = desk.run(find(desk.program.id, member_id))
    old = [(one.kind, one.value) for one in member.identifiers if one.status != "replaced"]
    form = ReplaceForm(request, old)

    def operation() -> ReplaceIdentifier:
        given = form.cleaned_data
        body = ReplaceIn(given["value"] or None, not given["value"], given["reason"])
        return ReplaceIdentifier(
            given["identifier"], body, caller_of(desk), key=form.key, at=seconds(desk)
        )

    return _act(desk, form, member, operation, say("replaced_done"), intro=say("replace_intro"))


def join(request: HttpRequest, desk: Desk) -> Shown | Done:
    """A new member. Without a card number a new one is drawn."""
    program_of(desk)
    form = JoinForm(request)
    if form.is_valid():
        pairs = form.identifiers()
        drawn = not any(kind == "card" for kind, _ in pairs)
        known = bool(form.attributes()) or any(kind != "card" for kind, _ in pairs)
        try:
            body = JoinIn(
                tuple(IdentifierIn(*pair) for pair in pairs), drawn, form.attributes(),
                registered=known,
            )  # fmt: skip
            answer = carry_out(desk, Join(body, caller_of(desk), key=form.key, at=seconds(desk)))
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            id_ = msgspec.json.decode(answer.text)["id"]
            return Done(
                id_, to="member", message=say("joined_done"), parts={"member_id": UUID(id_)}
            )
    return form_page(form, intro=say("join_intro"))


def _act(
    desk: Desk, form: Any, member: MemberOut, operation: Callable[[], Any], message: str,
    details: Callable[[], dict[str, Any]] = dict, **shown: Any,
) -> Shown | Done:  # fmt: skip
    if form.is_valid():
        try:
            carry_out(desk, operation())
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            return Done(
                str(member.id), to="member", message=message, details=details(),
                parts={"member_id": member.id},
            )  # fmt: skip
    return form_page(form, title=title_of(member), **shown)
