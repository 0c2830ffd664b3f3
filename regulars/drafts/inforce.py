"""Pages of what is in force: the program in words, its revisions, pausing, going back."""

from typing import Any

from django.http import HttpRequest
from django.utils.html import strip_tags

from regulars.drafts import operations
from regulars.drafts.build import sentence_of
from regulars.drafts.operations import split
from regulars.drafts.told import differences
from regulars.engine.program import compile_rules
from regulars.kit.pages import Desk, Done, Link, Shown, Table, badge, link, moment, tongue, words_of
from regulars.kit.periods import zone
from regulars.kit.problems import NotFound
from regulars.programs import operations as programs
from regulars.programs import queries
from regulars.programs.document import Document, load

_MOST = 200

say = words_of(__package__ or "")


def program(request: HttpRequest, desk: Desk) -> Shown:
    """The program in words, as the tills have it now."""
    if desk.program is None:
        return Shown("drafts/none.html")
    entries = desk.run(queries.history(desk.program.id))
    current, planned = split(entries, desk.now)
    title = desk.program.name
    context: dict[str, Any] = {
        "actions": [
            Link(say("revisions"), "revisions", icon="history"),
            Link(say("draft-new"), "draft-new", icon="add", primary=True),
        ],
        "planned": [
            {
                "number": one.number,
                "at": strip_tags(moment(one.effective_at, desk.program.timezone)),
            }
            for one in planned
        ],
    }
    if current is not None:
        document = load(desk.run(queries.revision(desk.program.id, current.number)).document)
        context["number"] = current.number
        context["since"] = strip_tags(moment(current.effective_at, desk.program.timezone))
        context["campaigns"] = told_campaigns(document, desk)
        title = document.name.get(tongue(), title)
    return Shown("drafts/program.html", context, title=title)


def told_campaigns(document: Document, desk: Desk) -> list[dict[str, Any]]:
    """The campaigns of a document in the order of judging, each in words and with its state."""
    compiled = compile_rules(document)
    today = desk.now.astimezone(zone(document.timezone)).date()
    found = []
    for one in compiled.campaigns:
        campaign = one.campaign
        state, tone = "runs", "good"
        if campaign.paused:
            state, tone = "paused", "busy"
        elif campaign.ends and campaign.ends < today:
            state, tone = "over", "plain"
        elif campaign.starts and campaign.starts > today:
            state, tone = "to_come", "plain"
        found.append(
            {
                "id": one.id,
                "name": campaign.name.get(tongue(), one.id),
                "sentence": sentence_of(compiled, one.id, tongue()),
                "badge": badge(say(state), tone),
                "paused": campaign.paused,
                "starts": campaign.starts,
                "ends": campaign.ends,
            }
        )
    return found


def pause(request: HttpRequest, desk: Desk, campaign: str) -> Shown | Done:
    return _pausing(request, desk, campaign, paused=True)


def resume(request: HttpRequest, desk: Desk, campaign: str) -> Shown | Done:
    return _pausing(request, desk, campaign, paused=False)


def _pausing(request: HttpRequest, desk: Desk, campaign: str, *, paused: bool) -> Shown | Done:
    """At once and by one person; tills follow within a second."""
    document = _in_force(desk)
    found = next((one for one in document.campaigns if one.id == campaign), None)
    if found is None:
        raise NotFound("There is no such campaign.")
    name, word = found.name.get(tongue(), campaign), "pause" if paused else "resume"
    if request.method == "POST":
        applied = desk.run(
            operations.set_paused(
                program_id=desk.program.id, campaign=campaign, paused=paused, now=desk.now,
                who=desk.who, note=say(f"{word}_note", name=name),
            )
        )  # fmt: skip
        message = say(f"{word}_done", name=name)
        return Done(campaign, to="program", message=message, details={"revision": applied.number})
    question = say(f"{word}_sure", name=name)
    context = {"question": question, "yes": say(f"campaign-{word}"), "calm": not paused}
    return Shown("console/sure.html", context)


def revisions(request: HttpRequest, desk: Desk) -> Shown:
    entries = desk.run(queries.history(_program(desk).id))
    current, planned = split(entries, desk.now)
    coming = {one.number for one in planned}
    rows = []
    for one in entries[:_MOST]:
        state = ""
        if current and one.number == current.number:
            state = badge(say("in_force"), "good")
        elif one.number in coming:
            state = badge(say("planned"), "busy")
        rows.append(
            (
                link(say("revision_number", number=one.number), "revision", number=one.number),
                state,
                moment(one.effective_at, desk.program.timezone),
                one.author,
                one.note,
            )
        )
    columns = [say(name) for name in ("revision", "state", "begins", "by", "note")]
    table = Table(columns, rows, empty=say("no_revisions"), intro=say("revisions_intro"))
    return Shown("console/list.html", {"table": table})


def revision(request: HttpRequest, desk: Desk, number: int) -> Shown:
    shown = desk.run(queries.revision(_program(desk).id, number))
    before = (
        load(desk.run(queries.revision(desk.program.id, number - 1)).document)
        if number > 1
        else None
    )
    context = {
        "shown": shown,
        "at": moment(shown.created_at, desk.program.timezone),
        "begins": moment(shown.effective_at, desk.program.timezone),
        "changes": differences(before, load(shown.document), tongue()),
        "actions": [Link(say("revision-back"), "revision-back", {"number": number}, "undo")],
    }
    return Shown("drafts/revision.html", context, title=say("revision_number", number=number))


def back(request: HttpRequest, desk: Desk, number: int) -> Shown | Done:
    """Go back at once, by one person: the older document becomes a new revision."""
    desk.run(queries.revision(_program(desk).id, number))
    if request.method == "POST":
        applied = desk.run(
            programs.rollback(
                program_id=desk.program.id, number=number, now=desk.now, author=desk.who,
                note=say("back_note", number=number),
            )
        )  # fmt: skip
        message = say("back_done" if applied.is_new else "back_same", number=number)
        details = {"revision": applied.number, "again": number}
        return Done(str(number), to="revisions", message=message, details=details)
    entries = desk.run(queries.history(desk.program.id))
    question = say("back_sure", number=number)
    if split(entries, desk.now)[1]:
        question += " " + say("back_planned")
    return Shown("console/sure.html", {"question": question, "yes": say("revision-back")})


def _program(desk: Desk) -> Any:
    if desk.program is None:
        raise NotFound("There is no program yet.")
    return desk.program


def _in_force(desk: Desk) -> Document:
    current, _ = split(desk.run(queries.history(_program(desk).id)), desk.now)
    if current is None:
        raise NotFound("No revision is in force yet.")
    return load(desk.run(queries.revision(desk.program.id, current.number)).document)
