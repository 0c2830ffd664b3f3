"""Pages: the program in force, and what it may become: drafts, from the first word to the tills."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.html import strip_tags

from regulars.drafts import inforce, operations, queries, writing
from regulars.drafts.build import campaigns_of, examined, sentences, shell_of
from regulars.drafts.queries import Draft
from regulars.drafts.told import differences
from regulars.drafts.writing import program_of
from regulars.engine.scope import SLUG
from regulars.kit.pages import (
    Desk,
    Done,
    Link,
    Page,
    Place,
    Shown,
    Table,
    badge,
    labels_of,
    link,
    moment,
    tongue,
    words_of,
)  # fmt: skip
from regulars.products.queries import stock
from regulars.programs.document import Document, load
from regulars.programs.operations import Overtaken
from regulars.programs.queries import last_revision
from regulars.programs.source import Source

say = words_of(__package__ or "")
word = labels_of(__package__ or "")
_TONES = {"open": "plain", "submitted": "busy", "approved": "busy", "published": "good"}


class SubmitForm(forms.Form):
    starts_on = forms.DateField(
        required=False, label=word("starts_on"), help_text=word("starts_on_help"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip
    note = forms.CharField(
        required=False, max_length=500, label=word("note_for"), widget=forms.Textarea({"rows": 3})
    )


class RefuseForm(forms.Form):
    note = forms.CharField(
        max_length=500, label=word("refuse_why"), widget=forms.Textarea({"rows": 3})
    )


def drafts(request: HttpRequest, desk: Desk) -> Shown:
    if desk.program is None:
        return Shown("drafts/none.html")
    rows = [
        (
            link(one.title, "draft", draft_id=one.id),
            badge(say(f"state_{one.state}"), _TONES.get(one.state, "plain")),
            one.changed_by,
            moment(one.changed_at, desk.program.timezone),
        )
        for one in desk.run(queries.drafts(desk.program.id))
    ]
    table = Table(
        [say(name) for name in ("draft", "state", "changed_by", "changed_at")],
        rows,
        empty=say("no_drafts"),
        actions=[Link(say("draft-new"), "draft-new", icon="add", primary=True)],
        intro=say("drafts_intro"),
    )
    return Shown("console/list.html", {"table": table})


def draft(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown:
    """Where a draft stands: what it changes, what is doubtful, what may be done with it."""
    one = desk.run(queries.draft(program_of(desk).id, draft_id))
    last = desk.run(last_revision(desk.program.id))
    before = load(last.document) if last else None
    checked = examined(one.source, tongue(), desk.now)
    data = Source(one.source).data
    own = desk.staff_id in one.writers
    context: dict[str, Any] = {
        "draft": one,
        "state": badge(say(f"state_{one.state}"), _TONES.get(one.state, "plain")),
        "changed_at": strip_tags(moment(one.changed_at, desk.program.timezone)),
        "errors": checked.errors,
        "warnings": checked.warnings,
        "changes": checked.document and differences(before, checked.document, tongue()),
        "behind": last is not None and one.base < last.number and one.state != "published",
        "last": last and last.number,
        "campaigns": _listed(data, before),
        "own": own,
        "open": one.state == "open",
        "actions": _actions(one, own=own, right=checked.document is not None),
    }
    return Shown("drafts/draft.html", context, title=one.title)


def _listed(data: Any, before: Document | None) -> list[dict[str, Any]]:
    """The draft's campaigns in words, as far as each is right."""
    if before is None:
        return []
    shell = shell_of(data, before)
    return [
        {
            "id": one["id"] if re.fullmatch(SLUG, str(one.get("id", ""))) else "",
            "name": (one.get("name") or {}).get(tongue()) or one.get("id", ""),
            "sentence": sentences(shell, one).get(tongue(), ""),
            "paused": one.get("paused") is True,
        }
        for one in campaigns_of(data)
    ]


def _actions(one: Draft, *, own: bool, right: bool) -> list[Link]:
    parts = {"draft_id": one.id}
    if one.state == "open":
        submit = [Link(say("draft-submit"), "draft-submit", parts, "send", primary=True)]
        drop = Link(say("draft-drop"), "draft-drop", parts, "delete")
        text = Link(say("draft-document"), "draft-document", parts, "code")
        return [drop, text, *(submit if right else [])]
    if one.state == "submitted":
        back = Link(say("draft-withdraw"), "draft-withdraw", parts, "undo")
        refuse = Link(say("draft-refuse"), "draft-refuse", parts, "close")
        approve = Link(say("draft-approve"), "draft-approve", parts, "check", primary=True)
        return [back] if own else [refuse, approve]
    if one.state == "approved":
        back = Link(say("draft-withdraw"), "draft-withdraw", parts, "undo")
        return [
            back,
            Link(say("draft-publish"), "draft-publish", parts, "rocket_launch", primary=True),
        ]
    return []


def submit(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """Put it before a second person; doubts are shown first."""
    one = desk.run(queries.draft(program_of(desk).id, draft_id))
    articles = desk.run(stock(desk.program.id, desk.now))
    checked = examined(one.source, tongue(), desk.now, articles)
    form = SubmitForm(request.POST or None, initial={"starts_on": one.starts_on, "note": ""})
    wrong = checked.document is None or one.state != "open"
    if request.method == "POST" and form.is_valid() and not wrong:
        desk.run(
            operations.submit(
                program_id=desk.program.id, draft=one, version=one.version, now=desk.real_now,
                who=desk.who, staff_id=desk.staff_id, **form.cleaned_data,
            )
        )  # fmt: skip
        return _done(one, "submitted_done")
    context = {"form": form, "send": say("draft-submit"), "findings": checked.findings}
    context |= {"not_now": _reason(one, "open") or (wrong and say("has_errors")), "draft": one}
    return Shown("drafts/submit.html", context, status=422 if request.method == "POST" else 200)


def approve(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """A second person lets it through."""
    one = desk.run(queries.draft(program_of(desk).id, draft_id))
    not_now = _reason(one, "submitted") or (desk.staff_id in one.writers and say("own_draft"))
    if request.method == "POST" and not not_now:
        desk.run(
            operations.approve(
                program_id=desk.program.id, draft=one, version=one.version, now=desk.real_now,
                who=desk.who, staff_id=desk.staff_id,
            )
        )  # fmt: skip
        return _done(one, "approved_done")
    return _question(request, one, "draft-approve", not_now)


def refuse(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """Back to its writers, with a word why."""
    one = desk.run(queries.draft(program_of(desk).id, draft_id))
    form = RefuseForm(request.POST or None)
    not_now = _reason(one, "submitted")
    if request.method == "POST" and form.is_valid() and not not_now:
        note = f"{desk.who}: {form.cleaned_data['note']}"
        desk.run(
            operations.reopen(program_id=desk.program.id, draft=one, version=one.version, note=note)
        )
        return _done(one, "refused_done")
    context = {"form": form, "send": say("draft-refuse"), "not_now": not_now, "draft": one}
    return Shown("drafts/submit.html", context, status=422 if request.method == "POST" else 200)


def withdraw(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """Back to writing."""
    one = desk.run(queries.draft(program_of(desk).id, draft_id))
    not_now = "" if one.state in ("submitted", "approved") else _reason(one, "submitted")
    if request.method == "POST" and not not_now:
        desk.run(
            operations.reopen(program_id=desk.program.id, draft=one, version=one.version, note=None)
        )
        return _done(one, "withdrawn_done")
    return _question(request, one, "draft-withdraw", not_now)


def publish(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """The next revision of the program; running tills take it within a second."""
    one = desk.run(queries.draft(program_of(desk).id, draft_id))
    not_now = _reason(one, "approved")
    if request.method == "POST" and not not_now:
        try:
            applied = desk.run(
                operations.publish(
                    program_id=desk.program.id, draft=one, version=one.version, now=desk.now
                )
            )
        except Overtaken:
            return _question(request, one, "draft-publish", say("overtaken"))
        later = one.starts_on is not None and applied.effective_at > desk.now
        message = say("published_later" if later else "published_done", number=applied.number)
        details = {"revision": applied.number, "approved_by": one.approved_by}
        return Done(
            one.title, to="draft", message=message, details=details, parts={"draft_id": one.id}
        )
    return _question(request, one, "draft-publish", not_now)


def drop(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """Put it away."""
    one = desk.run(queries.draft(program_of(desk).id, draft_id))
    if request.method == "POST" and one.state != "published":
        desk.run(operations.drop(program_id=desk.program.id, draft=one, version=one.version))
        return Done(one.title, to="drafts", message=say("dropped_done"))
    return _question(request, one, "draft-drop", "")


def _reason(one: Draft, wanted: str) -> str:
    """Why a step cannot be taken now; nothing where it can."""
    return "" if one.state == wanted else say("not_now", state=say(f"state_{one.state}"))


def _question(request: HttpRequest, one: Draft, page: str, not_now: Any) -> Shown:
    question = say(f"{page}_sure", title=one.title)
    context = {"question": question, "yes": say(page), "not_now": not_now, "draft": one}
    return Shown("drafts/sure.html", context, status=409 if request.method == "POST" else 200)


def _done(one: Draft, message: str) -> Done:
    return Done(one.title, to="draft", message=say(message), parts={"draft_id": one.id})


_DRAFT = "drafts/<uuid:draft_id>/"
_SEE, _WRITE, _APPROVE, _STOP = "programs-see", "drafts-write", "drafts-approve", "programs-stop"

PAGES = [
    Page("program/", "program", inforce.program, _SEE, place=Place("program", 10, "campaign")),
    Page("program/<slug:campaign>/pause/", "campaign-pause", inforce.pause, _STOP,
         "campaign-paused", below="program"),
    Page("program/<slug:campaign>/resume/", "campaign-resume", inforce.resume, _STOP,
         "campaign-resumed", below="program"),
    Page("revisions/", "revisions", inforce.revisions, _SEE, below="program"),
    Page("revisions/<int:number>/", "revision", inforce.revision, _SEE, below="revisions"),
    Page("revisions/<int:number>/back/", "revision-back", inforce.back, _STOP,
         "program-rolled-back", below="revisions"),
    Page("drafts/", "drafts", drafts, _SEE, place=Place("program", 20, "edit_note")),
    Page("drafts/new/", "draft-new", writing.new, _WRITE, "draft-begun", below="drafts"),
    Page(_DRAFT, "draft", draft, _SEE, below="drafts"),
    Page(f"{_DRAFT}add/", "draft-add", writing.add, _WRITE, "draft-changed", below="drafts"),
    Page(f"{_DRAFT}campaigns/<slug:campaign>/", "draft-campaign", writing.campaign, _WRITE,
         "draft-changed", below="drafts"),
    Page(f"{_DRAFT}campaigns/<slug:campaign>/remove/", "draft-remove", writing.remove, _WRITE,
         "draft-changed", below="drafts"),
    Page(f"{_DRAFT}document/", "draft-document", writing.document, _WRITE, "draft-changed",
         below="drafts"),
    Page(f"{_DRAFT}update/", "draft-update", writing.update, _WRITE, "draft-changed",
         below="drafts"),
    Page(f"{_DRAFT}submit/", "draft-submit", submit, _WRITE, "draft-submitted", below="drafts"),
    Page(f"{_DRAFT}withdraw/", "draft-withdraw", withdraw, _WRITE, "draft-withdrawn",
         below="drafts"),
    Page(f"{_DRAFT}approve/", "draft-approve", approve, _APPROVE, "draft-approved", below="drafts"),
    Page(f"{_DRAFT}refuse/", "draft-refuse", refuse, _APPROVE, "draft-refused", below="drafts"),
    Page(f"{_DRAFT}publish/", "draft-publish", publish, _WRITE, "draft-published", below="drafts"),
    Page(f"{_DRAFT}drop/", "draft-drop", drop, _WRITE, "draft-dropped", below="drafts"),
]  # fmt: skip
