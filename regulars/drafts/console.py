"""Pages: the program in force, and what it may become: drafts, from the first word to the tills."""

import re
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.html import strip_tags

from regulars.drafts import beginning, costs, inforce, judging, order, partpages, queries, writing
from regulars.drafts.build import examined, judged, sentences, shell_of
from regulars.drafts.keeping import bare, program_of
from regulars.drafts.pointing import pointed
from regulars.drafts.queries import Draft
from regulars.drafts.second import approval
from regulars.drafts.told import differences
from regulars.engine.scope import SLUG
from regulars.kit.pages import (
    Desk,
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
from regulars.programs.document import Document, load
from regulars.programs.queries import last_revision
from regulars.programs.source import Source

say = words_of(__package__ or "")
word = labels_of(__package__ or "")
_TONES = {"open": "plain", "submitted": "busy", "approved": "busy", "published": "good"}


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
    here = approval(desk)
    context: dict[str, Any] = {
        "draft": one,
        "state": badge(say(f"state_{one.state}"), _TONES.get(one.state, "plain")),
        "changed_at": strip_tags(moment(one.changed_at, desk.program.timezone)),
        "errors": pointed(checked.errors, data, one.id),
        "warnings": pointed(checked.warnings, data, one.id),
        "changes": checked.document and differences(before, checked.document, tongue()),
        "behind": last is not None and one.base < last.number and one.state != "published",
        "last": last and last.number,
        "campaigns": _listed(data, before or bare(desk)),
        "shelves": partpages.shelves(data),
        "own": own,
        "open": one.state == "open",
        "actions": _actions(one, own=own, right=checked.document is not None, alone=here.alone),
        "only_one": here.only_one and not here.declared,
    }
    return Shown("drafts/draft.html", context, title=one.title)


def _listed(data: Any, otherwise: Document) -> list[dict[str, Any]]:
    """The draft's campaigns in words, as far as each is right, in the order of judging."""
    shell = shell_of(data, otherwise)
    return [
        {
            "id": one["id"] if re.fullmatch(SLUG, str(one.get("id", ""))) else "",
            "name": (one.get("name") or {}).get(tongue()) or one.get("id", ""),
            "sentence": sentences(shell, one).get(tongue(), ""),
            "paused": one.get("paused") is True,
        }
        for one in judged(data)
    ]


def _actions(one: Draft, *, own: bool, right: bool, alone: bool) -> list[Link]:
    parts = {"draft_id": one.id}
    if one.state == "open":
        submit = [Link(say("draft-submit"), "draft-submit", parts, "send", primary=True)]
        if alone:
            go = Link(say("draft-alone"), "draft-alone", parts, "rocket_launch", primary=True)
            submit = [go]
        drop = Link(say("draft-drop"), "draft-drop", parts, "delete")
        text = Link(say("draft-document"), "draft-document", parts, "code")
        cost = Link(say("draft-cost"), "draft-cost", parts, "price_check")
        return [drop, text, *([cost, *submit] if right else [])]
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


_DRAFT = "drafts/<uuid:draft_id>/"
_SEE, _WRITE, _APPROVE, _STOP = "programs-see", "drafts-write", "drafts-approve", "programs-stop"

PAGES = [
    Page("program/", "program", inforce.program, _SEE, place=Place("program", 10, "campaign")),
    Page("program/begin/", "program-first", beginning.first, _WRITE, "program-begun",
         below="program"),
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
    Page(f"{_DRAFT}cost/", "draft-cost", costs.costs, _SEE, below="drafts"),
    Page(f"{_DRAFT}order/", "draft-order", order.order, _WRITE, "draft-changed", below="drafts"),
    Page(f"{_DRAFT}parts/<slug:section>/", "draft-part-new", partpages.add, _WRITE,
         "draft-changed", below="drafts"),
    Page(f"{_DRAFT}parts/<slug:section>/<slug:thing>/", "draft-part", partpages.part, _WRITE,
         "draft-changed", below="drafts"),
    Page(f"{_DRAFT}parts/<slug:section>/<slug:thing>/remove/", "draft-part-remove",
         partpages.remove, _WRITE, "draft-changed", below="drafts"),
    Page(f"{_DRAFT}parts/<slug:section>/<slug:thing>/rename/", "draft-part-rename",
         partpages.rename, _WRITE, "draft-changed", below="drafts"),
    Page(f"{_DRAFT}groups/<slug:group>/", "draft-group", partpages.group, _WRITE,
         "draft-changed", below="drafts"),
    Page(f"{_DRAFT}document/", "draft-document", writing.document, _WRITE, "draft-changed",
         below="drafts"),
    Page(f"{_DRAFT}update/", "draft-update", writing.update, _WRITE, "draft-changed",
         below="drafts"),
    Page(f"{_DRAFT}submit/", "draft-submit", judging.submit, _WRITE, "draft-submitted",
         below="drafts"),
    Page(f"{_DRAFT}alone/", "draft-alone", judging.alone, _APPROVE, "draft-published-alone",
         below="drafts"),
    Page(f"{_DRAFT}withdraw/", "draft-withdraw", judging.withdraw, _WRITE, "draft-withdrawn",
         below="drafts"),
    Page(f"{_DRAFT}approve/", "draft-approve", judging.approve, _APPROVE, "draft-approved",
         below="drafts"),
    Page(f"{_DRAFT}refuse/", "draft-refuse", judging.refuse, _APPROVE, "draft-refused",
         below="drafts"),
    Page(f"{_DRAFT}publish/", "draft-publish", judging.publish, _WRITE, "draft-published",
         below="drafts"),
    Page(f"{_DRAFT}drop/", "draft-drop", judging.drop, _WRITE, "draft-dropped", below="drafts"),
]  # fmt: skip
