"""Pages on which a draft is written: a campaign in a form, and the document as text.

Both are views of one text. A page is asked for the state of things with every pause in typing
(``do=live``) and answers with the same page; the browser takes from it what has changed.
"""

import json
import re
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from regulars.drafts import basket, operations, queries
from regulars.drafts.build import (
    campaign_errors,
    campaigns_of,
    change_form,
    examined,
    id_from,
    place_of,
    sentences,
    shell_of,
    with_campaign,
    without_campaign,
)
from regulars.drafts.costs import articles_of, low
from regulars.drafts.errors import at_fields
from regulars.drafts.fields import Form
from regulars.drafts.keeping import (
    back_to,
    bare,
    bare_source,
    draft_of,
    keep,
    known,
    last_document,
    posted_json,
    program_of,
    readable,
    say,
    source_of,
)  # fmt: skip
from regulars.drafts.merge import merged
from regulars.drafts.nodes import definitions
from regulars.drafts.operations import Stale
from regulars.drafts.patterns import patterns, put_in
from regulars.drafts.pointing import pointed
from regulars.drafts.queries import Draft
from regulars.drafts.texts import rewritten
from regulars.drafts.told import differences
from regulars.drafts.trying import tried
from regulars.engine.scope import SLUG
from regulars.kit.pages import Desk, Done, Shown, tongue
from regulars.kit.problems import NotFound
from regulars.programs.queries import last_revision
from regulars.programs.source import Source

_ABOUT = ("name", "id")
_SCHEDULE = ("starts", "ends", "paused")
_LIMITS = ("limits", "caps", "max_minor")


def campaign(request: HttpRequest, desk: Desk, draft_id: UUID, campaign: str) -> Shown | Done:
    """One campaign: its form, the sentence it makes, a basket to try it with."""
    draft = draft_of(desk, draft_id)
    data = Source(draft.source).data
    place = place_of(data, campaign)
    if place is None:
        raise NotFound("There is no such campaign in this draft.")
    stored = data["campaigns"][place]
    shell = shell_of(data, bare(desk))
    mine, was, notice = stored, stored, ""
    post = request.POST if request.method == "POST" else None
    trial = basket.read(post) if post is not None and "b.day" in post else None
    products = desk.run(
        queries.products(desk.program.id, basket.skus(trial) if trial else [], desk.now)
    )
    names = known(data, desk, products)
    form = Form(definitions()["Campaign"], "Campaign", tongue(), shell.currency, names)
    if post is not None:
        mine, was = form.read(post), posted_json(post.get("was", ""), stored)
        action = post.get("do", "live")
        if action in ("save", "finish"):
            answer = _save_campaign(desk, draft, data, campaign, mine, was)
            if isinstance(answer, Done):
                return answer if action == "save" else back_to(draft)
            notice, was = answer, stored
        elif ":" in action:
            mine = change_form(mine, action, post)
    whole = with_campaign(data, campaign, mine)
    searched = post is not None and post.get("do") == "cost"
    articles = articles_of(desk) if searched else []
    checked = examined(rewritten(draft.source, whole), tongue(), desk.now, articles)
    here, others = campaign_errors(checked.findings, place, (str(mine.get("id")), campaign))
    fields = form.fields(mine, at_fields(here, mine, tongue()))
    trial = trial or basket.usual(mine, products, desk.now, shell.timezone)
    if post is not None and post.get("do") == "line":
        trial = trial._replace(rows=[*trial.rows, basket.Row("", "", "1", "")])
    context = {
        "draft": draft,
        "open": draft.state == "open",
        "campaign": campaign,
        "was": json.dumps(was, ensure_ascii=False),
        "about": [fields[name] for name in _ABOUT],
        "when": fields["when"],
        "then": fields["then"],
        "schedule": [fields[name] for name in _SCHEDULE],
        "limits": [fields[name] for name in _LIMITS],
        "settings": [
            one for name, one in fields.items()
            if name not in (*_ABOUT, *_SCHEDULE, *_LIMITS, "when", "then")
        ],
        "sentences": sentences(shell, mine),
        "notice": notice,
        "others": pointed(others, whole, draft.id),
        "dirty": mine != stored,
        "known": names,
        "searched": searched,
        "found": low(checked),
        "broken": checked.document is None,
        "none": not articles,
        "looked": say("cost_looked", count=len(articles)),
        **tried(desk, checked, trial, products, str(mine.get("id", campaign))),
        "campaign_id": mine.get("id", campaign),
        "tiers": names["tiers"],
    }  # fmt: skip
    title = (mine.get("name") or {}).get(tongue()) or stored.get("id", campaign)
    return Shown("drafts/campaign.html", context, status=409 if notice else 200, title=str(title))


def _save_campaign(
    desk: Desk, draft: Draft, data: Any, campaign: str, mine: Any, was: Any
) -> Done | str:
    """Keep it; or a word why not, where somebody else has changed the same campaign."""
    if draft.state != "open":
        return say("not_open")
    now = data["campaigns"][place_of(data, campaign) or 0]
    if now not in (was, mine):
        return say("stale_campaign", who=draft.changed_by)
    mine.setdefault("id", campaign)
    if not re.fullmatch(SLUG, mine["id"]):
        return say("bad_id")
    if mine["id"] != campaign and place_of(data, mine["id"]) is not None:
        return say("taken_id")
    source = rewritten(draft.source, with_campaign(data, campaign, mine))
    try:
        keep(desk, draft, source)
    except Stale:
        return say("stale_campaign", who=draft.changed_by)
    parts = {"draft_id": draft.id, "campaign": mine["id"]}
    return Done(draft.title, to="draft-campaign", message=say("saved"), parts=parts)


def document(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """The whole document as text."""
    draft = draft_of(desk, draft_id)
    text, was, notice = draft.source, draft.source, ""
    if request.method == "POST":
        text = request.POST.get("source", "").replace("\r\n", "\n")
        was = request.POST.get("was", "").replace("\r\n", "\n")
        if request.POST.get("do") == "save":
            answer = _save_text(desk, draft, text, was)
            if isinstance(answer, Done):
                return answer
            notice, was = answer, draft.source
    checked = examined(text, tongue(), desk.now)
    last = last_document(desk)
    context = {
        "draft": draft,
        "open": draft.state == "open",
        "source": text,
        "was": was,
        "notice": notice,
        "findings": checked.findings,
        "dirty": text != draft.source,
        "changes": checked.document and differences(last, checked.document, tongue()),
    }
    return Shown("drafts/document.html", context, status=409 if notice else 200)


def _save_text(desk: Desk, draft: Draft, text: str, was: str) -> Done | str:
    if draft.state != "open":
        return say("not_open")
    if was != draft.source:  # somebody else was there: what does not touch the same is put together
        sides = [Source(one).data for one in (was, text, draft.source)]
        if not all(isinstance(side, dict) for side in sides):
            return say("stale_text", who=draft.changed_by)
        whole, clashes = merged(*sides)
        if clashes:
            places = ", ".join(clashes[:5])
            return say("stale_text_at", who=draft.changed_by, places=places)
        text = rewritten(draft.source, whole)
    try:
        keep(desk, draft, text)
    except Stale:
        return say("stale_text", who=draft.changed_by)
    parts = {"draft_id": draft.id}
    return Done(draft.title, to="draft-document", message=say("saved"), parts=parts)


def new(request: HttpRequest, desk: Desk) -> Shown | Done:
    """A new draft, from a template or from nothing."""
    program = program_of(desk)
    if request.method == "POST":
        last = desk.run(last_revision(program.id))
        source = last.source if last else bare_source(program)
        data, campaign, name = _added(Source(source).data, request.POST)
        draft_id = desk.run(
            operations.begin(
                program_id=program.id, title=name, base=last.number if last else 0,
                source=rewritten(source, data), now=desk.real_now, who=desk.who,
                staff_id=desk.staff_id,
            )
        )  # fmt: skip
        parts = {"draft_id": draft_id, "campaign": campaign}
        return Done(name, to="draft-campaign", message=say("begun"), parts=parts)
    return Shown("drafts/gallery.html", {"patterns": _gallery()})


def add(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """A further campaign for a draft."""
    draft = draft_of(desk, draft_id)
    if request.method == "POST" and draft.state == "open":
        data, campaign, _ = _added(readable(draft), request.POST)
        keep(desk, draft, rewritten(draft.source, data))
        parts = {"draft_id": draft_id, "campaign": campaign}
        return Done(draft.title, to="draft-campaign", message=say("added"), parts=parts)
    return Shown("drafts/gallery.html", {"patterns": _gallery(), "draft": draft})


def remove(request: HttpRequest, desk: Desk, draft_id: UUID, campaign: str) -> Shown | Done:
    """Take a campaign out of a draft."""
    draft = draft_of(desk, draft_id)
    if request.method == "POST" and draft.state == "open":
        data = without_campaign(readable(draft), campaign)
        keep(desk, draft, rewritten(draft.source, data))
        return Done(draft.title, to="draft", message=say("removed"), parts={"draft_id": draft_id})
    context = {"question": say("remove_sure", name=campaign), "yes": say("draft-remove")}
    return Shown("console/sure.html", context)


def update(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """Bring a draft up to the revision that came since it was begun."""
    draft = draft_of(desk, draft_id)
    last = desk.run(last_revision(desk.program.id))
    question = say("update_sure")
    if last is not None and draft.base < last.number:
        begun = desk.run(source_of(desk, draft.base))
        whole, clashes = merged(Source(begun).data, readable(draft), Source(last.source).data)
        if clashes:
            question += " " + say("update_clashes", places=", ".join(clashes[:8]))
        if request.method == "POST" and draft.state == "open":
            text = rewritten(last.source, whole)
            keep(desk, draft, text, base=last.number)
            parts = {"draft_id": draft_id}
            return Done(draft.title, to="draft", message=say("updated"), parts=parts)
    context = {"question": question, "yes": say("draft-update"), "calm": True}
    return Shown("console/sure.html", context)


def _added(data: dict[str, Any], post: Any) -> tuple[dict[str, Any], str, str]:
    """The document with a campaign more; the campaign's id, and what it is called."""
    pattern = patterns().get(post.get("pattern", ""))
    if pattern is not None:
        whole, campaign = put_in(data, pattern)
        return whole, campaign, pattern.name[tongue()]
    name = post.get("name", "").strip()[:100] or say("new_campaign")
    campaign = id_from(name, [str(one.get("id")) for one in campaigns_of(data)])
    made = {"id": campaign, "name": {tongue(): name}, "then": []}
    return with_campaign(data, campaign, made), campaign, name


def _gallery() -> list[dict[str, str]]:
    return [
        {"id": one.id, "icon": one.icon, "name": one.name[tongue()], "about": one.about[tongue()]}
        for one in patterns().values()
    ]
