"""How far one is: tier, challenges, stamp cards, streaks, badges; and what happened."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from regulars.engine.explain import reason
from regulars.engine.storage import unpack
from regulars.kit.periods import local
from regulars.kit.problems import NotFound
from regulars.kit.seat import run
from regulars.members.history import line
from regulars.members.queries import Happened
from regulars.members.queries import history as happened
from regulars.portal.home import day, tier
from regulars.portal.visit import Visit, page, rows, show
from regulars.progress.operations import TakeUp
from regulars.progress.queries import progress_of
from regulars.progress.wire import TakeUpIn

_PAGE = 20


@page()
def progress(request: HttpRequest, visit: Visit) -> HttpResponse:
    rules = visit.program.rules
    context: dict[str, Any] = {"title": visit.words["tab_progress"], "tier": tier(visit)}
    if rules.stamp_cards or rules.challenges or rules.streaks or rules.badges:
        done = run(
            progress_of(visit.program_id, visit.member, visit.program, visit.now, visit.language)
        )
        held = {badge.id: badge for badge in done.badges}
        context |= {
            "cards": [
                {"name": one.name, "text": one.text, "full": one.full,
                 "places": [n < one.stamps for n in range(one.size)]}
                for one in done.stamp_cards
            ],
            "challenges": [_challenge(visit, one) for one in done.challenges
                           if one.state in ("open", "done", "not_joined")],
            "streaks": [
                {"name": one.name, "text": one.text, "length": one.length, "longest": one.longest,
                 "dots": [n < one.length for n in range(min(one.next or one.length, 12))]}
                for one in done.streaks
            ],
            "badges": [
                {"name": badge.name.get(visit.language, name), "held": name in held,
                 "hue": sum(map(ord, name)) % 6,
                 "since": visit.say("badge_held", since=day(visit, held[name].since_at.date()))
                 if name in held else ""}
                for name, badge in rules.badges.items()
            ],
        }  # fmt: skip
    return show(request, visit, "progress", context, tab="progress")


def _challenge(visit: Visit, one: Any) -> dict[str, Any]:
    return {
        "name": one.name, "state": one.state, "text": one.text,
        "goals": [{"name": goal.name, "text": goal.text,
                   "percent": min(100, goal.done * 100 // goal.of) if goal.of else 100}
                  for goal in one.goals],
        "until": visit.say("until", day=day(visit, one.last_day)) if one.last_day else "",
        "take_up": visit.url("take-up", name=one.id) if one.state == "not_joined" else "",
    }  # fmt: skip


@require_POST
@page()
def take_up(request: HttpRequest, visit: Visit, name: str) -> HttpResponse:
    visit.do(
        TakeUp(visit.ref, name, TakeUpIn(), visit.caller(), key=visit.key(request), at=visit.now)
    )
    return redirect(visit.url("progress"))


@page()
def history(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A page of it, newest first; the words are made as it is read."""
    before = None
    if text := request.GET.get("before"):
        try:
            before = UUID(text)
        except ValueError:
            raise NotFound("There is no such page.") from None
    found = run(happened(visit.program_id, visit.member, before=before, limit=_PAGE + 1))
    visited = sorted({item.shop for item in found if item.shop})
    shops = dict(rows("shop_names", visit.organization_id, visited))
    items = [_told(visit, item, shops) for item in found[:_PAGE]]
    context = {
        "title": visit.words["tab_history"], "items": items, "later": before is not None,
        "further": f"?before={found[_PAGE - 1].id}" if len(found) > _PAGE else "",
    }  # fmt: skip
    return show(request, visit, "history", context, tab="history")


def _told(visit: Visit, item: Happened, shops: Mapping[str, str]) -> dict[str, Any]:
    revisions = visit.context.revisions
    at = local(item.occurred_at, visit.program.timezone)
    applied: list[dict[str, str]] = []
    others: list[dict[str, str]] = []
    if item.decision:
        program = revisions.number(item.revision)
        for found in unpack(program, item.decision.encode()).trace:
            why = {"name": visit.voice.campaign(found.campaign)
                   if found.campaign in visit.program.by_id else found.campaign,
                   "why": reason(program, found, visit.language, "member")}  # fmt: skip
            (applied if found.code == "applied" else others).append(why)
    head, amounts = line(item, revisions, visit.language), ""
    if any(amount for _, _, amount in item.amounts) and ": " in head:
        head, _, amounts = head.rpartition(": ")
    known = visit.words.get(f"happened_{item.kind}")
    return {
        "head": known if known and item.own else head, "amounts": amounts,
        "day": day(visit, at.date()), "time": f"{at:%H:%M}",
        "paid": visit.voice.money(item.paid_minor) if item.kind == "purchase" else "",
        "shop": shops.get(item.shop) or item.shop, "receipt": item.receipt,
        "applied": applied, "others": others,
        "iso": at.isoformat(),
    }  # fmt: skip
