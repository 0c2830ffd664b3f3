"""Pages on which a draft is let through: submit, approve, refuse, publish, or all in one where a
firm of one person has declared so."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest

from regulars.drafts import operations
from regulars.drafts.build import examined
from regulars.drafts.costs import articles_of
from regulars.drafts.keeping import draft_of, say
from regulars.drafts.operations import NeedsSecond
from regulars.drafts.pointing import pointed
from regulars.drafts.queries import Draft
from regulars.drafts.second import approval, tell
from regulars.kit.pages import Desk, Done, Shown, labels_of, tongue
from regulars.programs.document import Checked
from regulars.programs.operations import Overtaken
from regulars.programs.source import Source

word = labels_of(__package__ or "")


class SubmitForm(forms.Form):
    starts_on = forms.DateField(
        required=False, label=word("starts_on"), help_text=word("starts_on_help"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip
    note = forms.CharField(
        required=False, max_length=500, label=word("note_for"), widget=forms.Textarea({"rows": 3})
    )


class AloneForm(SubmitForm):
    sure = forms.BooleanField(label=word("alone_sure"))
    field_order = ("starts_on", "note", "sure")


class RefuseForm(forms.Form):
    note = forms.CharField(
        max_length=500, label=word("refuse_why"), widget=forms.Textarea({"rows": 3})
    )


def submit(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """Put it before a second person; doubts are shown first."""
    one = draft_of(desk, draft_id)
    checked = _examined(desk, one)
    form = SubmitForm(request.POST or None, initial={"starts_on": one.starts_on, "note": ""})
    wrong = checked.document is None or one.state != "open"
    here = approval(desk)
    if request.method == "POST" and form.is_valid() and not wrong:
        desk.run(
            operations.submit(
                program_id=desk.program.id, draft=one, version=one.version, now=desk.real_now,
                who=desk.who, staff_id=desk.staff_id, **form.cleaned_data,
            )
        )  # fmt: skip
        tell(desk, one, "draft_submitted", set(here.approvers) - set(one.writers))
        return _done(one, "submitted_done")
    context = {"form": form, "send": say("draft-submit"), "findings": _pointed(checked, one)}
    context |= {"not_now": reason(one, "open") or (wrong and say("has_errors")), "draft": one}
    context["only_one"] = here.only_one
    return Shown("drafts/submit.html", context, status=422 if request.method == "POST" else 200)


def alone(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """Submit, approve and publish in one go, as a firm of one person has declared."""
    one = draft_of(desk, draft_id)
    checked = _examined(desk, one)
    form = AloneForm(request.POST or None, initial={"starts_on": one.starts_on})
    here = approval(desk)
    not_now = reason(one, "open") or (checked.document is None and say("has_errors"))
    not_now = not_now or (not here.alone and say("not_alone"))
    if request.method == "POST" and form.is_valid() and not not_now:
        data = form.cleaned_data
        try:
            return _alone(desk, one, here.approvers, data["starts_on"], data["note"])
        except Overtaken:
            not_now = say("overtaken")
        except NeedsSecond:
            not_now = say("not_alone")
    context = {"form": form, "send": say("draft-alone"), "findings": _pointed(checked, one)}
    context |= {"not_now": not_now, "draft": one, "intro": say("alone_intro")}
    return Shown("drafts/submit.html", context, status=422 if request.method == "POST" else 200)


def _alone(desk: Desk, one: Draft, approvers: list[UUID], starts_on: Any, note: str) -> Done:
    applied = desk.run(
        operations.publish_alone(
            program_id=desk.program.id, draft=one, now=desk.now, real_now=desk.real_now,
            who=desk.who, staff_id=desk.staff_id, approvers=approvers, starts_on=starts_on,
            note=note, author=say("alone_author", who=desk.who),
        )
    )  # fmt: skip
    later = starts_on is not None and applied.effective_at > desk.now
    message = say("published_later" if later else "published_done", number=applied.number)
    details = {"revision": applied.number, "approved_by": "", "alone": True}
    return Done(one.title, to="draft", message=message, details=details, parts={"draft_id": one.id})


def approve(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """A second person lets it through."""
    one = draft_of(desk, draft_id)
    not_now = reason(one, "submitted") or (desk.staff_id in one.writers and say("own_draft"))
    if request.method == "POST" and not not_now:
        desk.run(
            operations.approve(
                program_id=desk.program.id, draft=one, version=one.version, now=desk.real_now,
                who=desk.who, staff_id=desk.staff_id,
            )
        )  # fmt: skip
        tell(desk, one, "draft_approved", one.writers)
        return _done(one, "approved_done")
    return question(request, one, "draft-approve", not_now)


def refuse(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """Back to its writers, with a word why."""
    one = draft_of(desk, draft_id)
    form = RefuseForm(request.POST or None)
    not_now = reason(one, "submitted")
    if request.method == "POST" and form.is_valid() and not not_now:
        note = f"{desk.who}: {form.cleaned_data['note']}"
        desk.run(
            operations.reopen(program_id=desk.program.id, draft=one, version=one.version, note=note)
        )
        tell(desk, one, "draft_refused", one.writers)
        return _done(one, "refused_done")
    context = {"form": form, "send": say("draft-refuse"), "not_now": not_now, "draft": one}
    return Shown("drafts/submit.html", context, status=422 if request.method == "POST" else 200)


def withdraw(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """Back to writing."""
    one = draft_of(desk, draft_id)
    not_now = "" if one.state in ("submitted", "approved") else reason(one, "submitted")
    if request.method == "POST" and not not_now:
        desk.run(
            operations.reopen(program_id=desk.program.id, draft=one, version=one.version, note=None)
        )
        return _done(one, "withdrawn_done")
    return question(request, one, "draft-withdraw", not_now)


def publish(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """The next revision of the program; running tills take it within a second."""
    one = draft_of(desk, draft_id)
    not_now = reason(one, "approved")
    if request.method == "POST" and not not_now:
        try:
            applied = desk.run(
                operations.publish(
                    program_id=desk.program.id, draft=one, version=one.version, now=desk.now
                )
            )
        except Overtaken:
            return question(request, one, "draft-publish", say("overtaken"))
        tell(desk, one, "draft_published", one.writers)
        later = one.starts_on is not None and applied.effective_at > desk.now
        message = say("published_later" if later else "published_done", number=applied.number)
        details = {"revision": applied.number, "approved_by": one.approved_by}
        return Done(
            one.title, to="draft", message=message, details=details, parts={"draft_id": one.id}
        )
    return question(request, one, "draft-publish", not_now)


def drop(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """Put it away."""
    one = draft_of(desk, draft_id)
    if request.method == "POST" and one.state != "published":
        desk.run(operations.drop(program_id=desk.program.id, draft=one, version=one.version))
        return Done(one.title, to="drafts", message=say("dropped_done"))
    return question(request, one, "draft-drop", "")


def _examined(desk: Desk, one: Draft) -> Checked:
    return examined(one.source, tongue(), desk.now, articles_of(desk))


def _pointed(checked: Checked, one: Draft) -> list[dict[str, str]]:
    return pointed(checked.findings, Source(one.source).data, one.id)


def reason(one: Draft, wanted: str) -> str:
    """Why a step cannot be taken now; nothing where it can."""
    return "" if one.state == wanted else say("not_now", state=say(f"state_{one.state}"))


def question(request: HttpRequest, one: Draft, page: str, not_now: Any) -> Shown:
    """Are you sure? Or why it cannot be done now."""
    asked = say(f"{page}_sure", title=one.title)
    context = {"question": asked, "yes": say(page), "not_now": not_now, "draft": one}
    return Shown("drafts/sure.html", context, status=409 if request.method == "POST" else 200)


def _done(one: Draft, message: str) -> Done:
    return Done(one.title, to="draft", message=say(message), parts={"draft_id": one.id})
