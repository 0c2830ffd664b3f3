"""Pages of what a draft holds besides campaigns: one form for each part, from its schema."""

import json
import re
from collections.abc import Container
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest

from regulars.drafts import queries
from regulars.drafts.build import change_form, examined, shell_of
from regulars.drafts.errors import at_fields
from regulars.drafts.fields import Form
from regulars.drafts.keeping import (
    back_to,
    bare,
    called,
    draft_of,
    keep,
    known,
    last_document,
    posted_json,
    readable,
    say,
)  # fmt: skip
from regulars.drafts.nodes import PACKAGE, label_of
from regulars.drafts.operations import Stale
from regulars.drafts.parts import Place, add_part, place_in, sections
from regulars.drafts.pointing import pointed
from regulars.drafts.queries import Draft
from regulars.drafts.renaming import CannotRename, renamed
from regulars.drafts.texts import rewritten
from regulars.engine.scope import SLUG
from regulars.kit.pages import Desk, Done, Shown, labels_of, timezones, tongue
from regulars.kit.problems import NotFound
from regulars.kit.words import catalog

word = labels_of(__package__ or "")
_KEPT_BY_NAME = {
    "assets", "vouchers", "rewards", "stamp_cards", "challenges", "streaks", "badges", "gift_cards",
    "households", "causes", "consents",
}  # fmt: skip
"""Of these the database keeps something by their name: balances, codes, stock, progress."""


class NameForm(forms.Form):
    name = forms.CharField(
        max_length=100, label=word("part_name"), help_text=word("part_name_help")
    )


class RenameForm(forms.Form):
    """``kept``: what is in force keeps things under its old name, and that has to be known."""

    name = forms.RegexField(SLUG, max_length=63, label=word("new_name"), help_text=word(
        "new_name_help"), error_messages={"invalid": word("bad_id")})  # fmt: skip
    known = forms.BooleanField(label=word("rename_known"))

    def __init__(self, data: Any, name: str, taken: Container[str], *, kept: bool) -> None:
        super().__init__(data, initial={"name": name})
        self._taken = taken
        if not kept:
            del self.fields["known"]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if name in self._taken:
            raise forms.ValidationError(say("taken_name"))
        return name


def part(
    request: HttpRequest, desk: Desk, draft_id: UUID, section: str, thing: str
) -> Shown | Done:
    """One of many: a voucher, a reward."""
    return _page(request, desk, draft_of(desk, draft_id), place_in(section, thing))


def group(request: HttpRequest, desk: Desk, draft_id: UUID, group: str) -> Shown | Done:
    """Settings of which there is one: tiers, membership."""
    return _page(request, desk, draft_of(desk, draft_id), place_in(group))


def _page(request: HttpRequest, desk: Desk, draft: Draft, place: Place) -> Shown | Done:
    data = readable(draft)
    stored = place.get(data)
    if stored is None:
        raise NotFound("There is no such part in this draft.")
    shell = shell_of(data, bare(desk))
    form = Form(place.node, place.of, tongue(), shell.currency, {})
    mine, was, notice = stored, stored, ""
    post = request.POST if request.method == "POST" else None
    if post is not None:
        mine, was = form.read(post), posted_json(post.get("was", ""), stored)
        action = post.get("do", "live")
        if action in ("save", "finish"):
            answer = _save(desk, draft, data, place, mine, was)
            if isinstance(answer, Done):
                return answer if action == "save" else back_to(draft)
            notice, was = answer, stored
        elif ":" in action:
            mine = change_form(mine, action, post)
    whole = place.put(data, mine)
    checked = examined(rewritten(draft.source, whole), tongue(), desk.now)
    names = known(whole, desk, desk.run(queries.products(desk.program.id, [], desk.now)))
    form.known = {**names, "timezones": timezones()}
    here, others = place.sort(checked.findings)
    context = {
        "draft": draft,
        "open": draft.state == "open",
        "was": json.dumps(was, ensure_ascii=False),
        "fields": list(form.fields(mine, at_fields(here, mine, tongue())).values()),
        "about": about(place.section.id),
        "notice": notice,
        "others": pointed(others, whole, draft.id),
        "dirty": mine != stored,
        "known": names,
        "section": place.section,
        "thing": place.name,
    }
    title = called(mine) or place.name or title_of(place.section.id)
    return Shown("drafts/part.html", context, status=409 if notice else 200, title=title)


def _save(
    desk: Desk, draft: Draft, data: dict[str, Any], place: Place, mine: Any, was: Any
) -> Done | str:
    """Keep it; or a word why not, where somebody else has changed the same part."""
    if draft.state != "open":
        return say("not_open")
    if place.get(data) not in (was, mine):
        return say("stale_campaign", who=draft.changed_by)
    try:
        keep(desk, draft, rewritten(draft.source, place.put(data, mine)))
    except Stale:
        return say("stale_campaign", who=draft.changed_by)
    parts: dict[str, Any] = {"draft_id": draft.id}
    if place.section.many:
        return Done(draft.title, to="draft-part", message=say("saved"),
                    parts={**parts, "section": place.section.id, "thing": place.name})  # fmt: skip
    return Done(draft.title, to="draft-group", message=say("saved"),
                parts={**parts, "group": place.section.id})  # fmt: skip


def add(request: HttpRequest, desk: Desk, draft_id: UUID, section: str) -> Shown | Done:
    """One more of a sort, under a name."""
    draft = draft_of(desk, draft_id)
    found = sections().get(section)
    if found is None or not found.many:
        raise NotFound("A document has no such part.")
    form = NameForm(request.POST or None)
    if form.is_valid() and draft.state == "open":
        data, thing = add_part(readable(draft), section, form.cleaned_data["name"], tongue())
        keep(desk, draft, rewritten(draft.source, data))
        parts = {"draft_id": draft.id, "section": section, "thing": thing}
        return Done(draft.title, to="draft-part", message=say("part_added"), parts=parts)
    context = {"form": form, "send": say("begin"), "draft": draft, "intro": about(section)}
    context["not_now"] = _closed(draft)
    status = 422 if request.method == "POST" else 200
    return Shown("drafts/submit.html", context, status=status, title=title_of(section))


def remove(
    request: HttpRequest, desk: Desk, draft_id: UUID, section: str, thing: str
) -> Shown | Done:
    """Take a part out of a draft."""
    draft, place = draft_of(desk, draft_id), place_in(section, thing)
    data = readable(draft)
    stored = place.get(data)
    if stored is None:
        raise NotFound("There is no such part in this draft.")
    if request.method == "POST" and draft.state == "open":
        keep(desk, draft, rewritten(draft.source, place.put(data, None)))
        parts = {"draft_id": draft_id}
        return Done(draft.title, to="draft", message=say("part_removed"), parts=parts)
    question = say("remove_sure", name=called(stored) or thing)
    context = {"question": question, "yes": say("draft-part-remove"), "draft": draft}
    return Shown("drafts/sure.html", {**context, "not_now": _closed(draft)})


def rename(
    request: HttpRequest, desk: Desk, draft_id: UUID, section: str, thing: str
) -> Shown | Done:
    """Give a part another name, and everything that names it."""
    draft, place = draft_of(desk, draft_id), place_in(section, thing)
    data = readable(draft)
    if place.get(data) is None:
        raise NotFound("There is no such part in this draft.")
    last = last_document(desk)
    kept = last is not None and thing in (getattr(last, section, None) or {}) and (
        section in _KEPT_BY_NAME)  # fmt: skip
    form = RenameForm(request.POST or None, thing, data[section], kept=kept)
    if form.is_valid() and draft.state == "open":
        name = form.cleaned_data["name"]
        try:
            keep(desk, draft, rewritten(draft.source, renamed(data, section, thing, name)))
        except CannotRename:
            form.add_error("name", say("cannot_rename"))
        else:
            parts = {"draft_id": draft.id, "section": section, "thing": name}
            return Done(draft.title, to="draft-part", message=say("part_renamed"), parts=parts)
    context = {"form": form, "send": say("draft-part-rename"), "draft": draft,
               "intro": say("rename_intro"), "not_now": _closed(draft),
               "warning": say("rename_kept") if kept else ""}  # fmt: skip
    status = 422 if request.method == "POST" else 200
    title = called(place.get(data)) or thing
    return Shown("drafts/submit.html", context, status=status, title=title)


def _closed(draft: Draft) -> str:
    return "" if draft.state == "open" else say("not_open_now")


def shelves(data: Any) -> list[dict[str, Any]]:
    """What a draft holds besides campaigns, by sort, with a way to each."""
    if not isinstance(data, dict):
        return []
    found = []
    for one in sections().values():
        there = data.get(one.id) if one.many else None
        things = there.items() if isinstance(there, dict) else ()
        items = [
            {"id": str(name), "name": called(what) or name, "fit": _fits(name)}
            for name, what in things
        ]
        found.append(
            {
                "id": one.id,
                "icon": one.icon,
                "many": one.many,
                "name": title_of(one.id),
                "is_set": any(data.get(field) for field in one.fields),
                "about": about(one.id),
                "items": items,
            }
        )
    return found


def _fits(name: Any) -> bool:
    return re.fullmatch(SLUG, str(name)) is not None


def title_of(section: str) -> str:
    """What a sort of parts is called."""
    return label_of(section, tongue(), "Section")


def about(section: str) -> str:
    """What a sort of parts is for, where somebody has written it down."""
    return catalog(PACKAGE, "sections.toml").get(section, {}).get(tongue(), "")
