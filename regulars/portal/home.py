"""The first screen: the card, what is on it, what expires. Also without a net."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.safestring import mark_safe

from regulars.cards.faces import CardEnded, face
from regulars.cards.queries import UnknownCard, card
from regulars.cards.wire import FaceOut
from regulars.engine.climbing import tier_name
from regulars.kit.seat import run
from regulars.members.queries import find, holdings
from regulars.members.tiers import progress, standing
from regulars.members.wire import AssetOut, MemberOut
from regulars.portal.notices import notices
from regulars.portal.visit import Visit, page, show
from regulars.portal.visit import day as day

_EXPIRIES = 3


@page()
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    member = run(find(visit.program_id, visit.member))
    has = run(holdings(visit.program_id, member.id, visit.now, visit.program.timezone))
    context = {
        "face": shown_card(visit, member),
        "assets": [asset(visit, one) for one in has.assets if told(visit, one.asset)],
        "tier": tier(visit),
        "notices": notices(visit, member, has),
        "title": visit.name,
    }
    return show(request, visit, "home", context, tab="home")


def shown_card(visit: Visit, member: MemberOut) -> dict[str, Any] | None:
    """The newest card that can be shown, with its codes of this moment."""
    numbers = [one for one in member.identifiers if one.kind == "card" and one.status == "active"]
    if not numbers:
        return None
    newest = max(numbers, key=lambda one: (one.since_at, one.value))
    names = dict(getattr(visit.program.rules, "name", {})) or {"en": visit.organization_name}
    try:
        found = run(card(visit.program_id, newest.value))
        told = face(found, names, visit.language, visit.now, with_secret=False)
    except (CardEnded, UnknownCard):
        return None
    return {
        "face": told, "qr": mark_safe(told.qr_svg), "bars": mark_safe(told.barcode_svg),
        "qr_said": visit.say("card_qr", number=told.shown),
        "bars_said": visit.say("card_bars", number=told.shown),
    }  # fmt: skip


@page()
def codes(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The codes of this moment, for a card whose codes change."""
    member = run(find(visit.program_id, visit.member))
    found = shown_card(visit, member)
    if found is None:
        return JsonResponse({}, status=404)
    told: FaceOut = found["face"]
    return JsonResponse({"qr": told.qr_svg, "bars": told.barcode_svg})


def told(visit: Visit, name: str) -> bool:
    """What only counts for something else (a card of stamps, a tier) is shown there."""
    rules = visit.program.rules
    tiering = rules.tiering
    stamps = {one.asset for one in rules.stamp_cards.values()}
    return name in visit.program.assets and name not in stamps and not (
        tiering is not None and tiering.asset == name and not visit.program.assets[name].spendable
    )  # fmt: skip


def asset(visit: Visit, one: AssetOut) -> dict[str, Any]:
    """A balance in words, and what becomes of it when."""
    voice = visit.voice
    counted = voice.asset(one.available, one.asset)
    number, _, unit = (
        counted.rpartition("\u00a0") if "\u00a0" in counted else counted.partition(" ")
    )
    soon = [
        visit.say(
            "expires", what=voice.asset(line.amount, one.asset), day=day(visit, line.last_day)
        )
        for line in one.expiring[:_EXPIRIES]
    ]
    later = [
        visit.say(
            "matures", what=voice.asset(line.amount, one.asset), day=day(visit, line.first_day)
        )
        for line in one.maturing[:_EXPIRIES]
    ]
    more = [visit.say(f"amount_{how}", what=voice.asset(amount, one.asset))
            for how, amount in (("held", one.held), ("owed", one.owed)) if amount]  # fmt: skip
    return {"counted": counted, "number": number, "unit": unit, "lines": [*soon, *later, *more]}


def tier(visit: Visit) -> dict[str, Any] | None:
    """The tier, and how far it is to the next one."""
    if not visit.program.rules.tiers:
        return None
    member = run(standing(visit.program_id, visit.member, visit.program, visit.now))
    steps = progress(visit.program, member, visit.now, visit.language)
    name = tier_name(visit.program, member.tier, visit.language) if member.tier else ""
    tiering = visit.program.rules.tiering
    return {
        "name": name or visit.words["no_tier"],
        "id": member.tier,
        "rank": [*visit.program.rules.tiers].index(member.tier) + 1 if member.tier else 0,
        "steps": [_step(tiering, step) for step in steps],
        "benefits": [text.get(visit.language, "") for text in
                     visit.program.rules.benefits.get(member.tier, ())],
    }  # fmt: skip


def _step(tiering: Any, step: Any) -> dict[str, Any]:
    whole = tiering.at_least.get(step.tier, 0) if tiering else 0
    done = max(0, whole - step.missing) * 100 // whole if whole else 0
    return {"text": step.text, "percent": done, "keeps": step.keeps}
