"""Pages: everything about a member as a file, forgetting a member, and what is kept how long."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest

from regulars.activities.pages import (
    Once,
    caller_of,
    carry_out,
    context_of,
    program_of,
    seconds,
    told,
)
from regulars.care.actions import title_of
from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.kit.pages import (
    Desk,
    Done,
    Page,
    Place,
    Shown,
    Table,
    badge,
    labels_of,
    moment,
    tongue,
    words_of,
)
from regulars.kit.parts import Figure, File, Listing, Note, number, sheet
from regulars.kit.problems import Problem
from regulars.members.queries import balances, find
from regulars.members.wire import MemberOut
from regulars.privacy.catalogue import tables
from regulars.privacy.copies import document, everything
from regulars.privacy.operations import Erase
from regulars.privacy.retention import MOST_TOLD, Told, erasures, report
from regulars.programs.document import Document, Privacy
from regulars.staff.operations import refuse_own_account

say = words_of(__package__ or "")
label = labels_of(__package__ or "")
_TONES = {"delete": "good", "owner": "good", "set": "busy", "keep": "plain"}


class SureForm(Once):
    """Asked once more."""

    understood = forms.BooleanField(label=label("understood"))


def export(request: HttpRequest, desk: Desk, member_id: UUID) -> Shown | File:
    """Asked first, because what leaves the house is written down."""
    found = desk.run(find(desk.program.id, member_id))
    if request.method != "POST":
        context = {"question": say("export_sure"), "yes": say("export_yes")}
        return Shown("console/sure.html", context, title=title_of(found))
    content = document(desk.run(everything(desk.program.id, member_id)))
    return File(content, f"member-{member_id}.json", "application/json", Done(str(member_id)))


def erase(request: HttpRequest, desk: Desk, member_id: UUID) -> Shown | Done:
    """What will happen is said before; a colleague does it to one's own membership (T18)."""
    program = program_of(desk)
    found = desk.run(find(desk.program.id, member_id))
    form = SureForm(request)
    if form.is_valid():
        try:
            desk.run(
                refuse_own_account(
                    staff_id=desk.staff_id, program_id=desk.program.id, member_id=member_id
                )
            )
            carry_out(
                desk, Erase(f"id:{member_id}", caller_of(desk), key=form.key, at=seconds(desk))
            )
        except Problem as problem:
            form.add_error(None, told(problem))
        else:
            return Done(str(member_id), to="members", message=say("erased"))
    context = {
        "form": form, "question": say("erase_sure"), "yes": say("erase_yes"),
        "happens": list(_happens(desk, program, found)),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return Shown("console/agree.html", context, status=status, title=title_of(found))


def _happens(desk: Desk, program: Program, member: MemberOut) -> Iterator[str]:
    """What erasing this member does, a sentence each."""
    has = desk.run(balances(desk.program.id, member.id, seconds(desk), program.timezone)).assets
    voice = Voice(program, tongue())
    lost = [voice.asset(one.available + one.pending + one.held, one.asset) for one in has
            if one.available + one.pending + one.held and one.asset in program.assets]  # fmt: skip
    rules = context_of(desk).revisions.at(seconds(desk))[1].rules
    blocked = rules.privacy.blocked if isinstance(rules, Document) else ()
    yield say("happens_gone")
    yield say("happens_cards")
    if blocked:
        yield say("happens_blocked", kinds=", ".join(say(f"kind_{kind}") for kind in blocked))
    if len(blocked) < 2:
        yield say("happens_freed")
    if lost:
        yield say("happens_lost", amounts=", ".join(lost))
    if any(one.held for one in has):
        yield say("happens_held")
    yield say("happens_vouchers")
    if member.household is not None:
        yield say("happens_household")
    yield say("happens_kept")


def privacy(request: HttpRequest, desk: Desk) -> Shown:
    """What is kept how long, what is due, and what becomes of it when somebody is erased."""
    program = program_of(desk)
    rules = program.rules.privacy if isinstance(program.rules, Document) else Privacy()
    ever, lately = desk.run(erasures(desk.program.id, seconds(desk)))
    lines = Table(
        [say(name) for name in ("clock", "period", "due_now", "done_last", "so_far")],
        [_clock(one, desk) for one in desk.run(report(desk.program.id, rules, seconds(desk)))],
        empty="",
    )  # fmt: skip
    kept = Table(
        [say("clock"), say("fate")],
        [(one.what[tongue()], badge(say(f"fate_{one.fate}"), _TONES[one.fate]))
         for one in tables().values()],
        empty="",
    )  # fmt: skip
    parts = [
        Figure(say("erasures"), number(ever), say("erasures_note", month=number(lately)),
               icon="person_off"),
        Listing(say("clocks"), lines),
        Note(say("webhooks_note"), "plain"),
        Listing(say("tables"), kept),
    ]  # fmt: skip
    return sheet(parts, intro=say("privacy_intro"))


def _clock(one: Told, desk: Desk) -> tuple[Any, ...]:
    clock = one.clock
    period = clock.months or clock.days
    kept = say("months" if clock.months else "days", number=period) if period else say("forever")
    due = number(one.due) + ("+" if one.due == MOST_TOLD else "")
    return (
        say(f"clock_{clock.name}"),
        kept,
        badge(due, "busy") if one.due else "" if clock.before is None else due,
        moment(one.done_at, desk.timezone) if one.done_at else "",
        number(one.forgotten) if one.forgotten else "",
    )


PAGES = [
    Page("privacy/", "privacy", privacy, "privacy-see",
         place=Place("members", 90, "shield_person")),
    Page("members/<uuid:member_id>/export/", "member-export", export, "members-export",
         "member-exported", below="members"),
    Page("members/<uuid:member_id>/erase/", "member-erase", erase, "members-erase",
         "member-erased", below="members"),
]  # fmt: skip
