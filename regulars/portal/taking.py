"""Rewards: what there is, what is missing for it, take one; vouchers and what was taken."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from regulars.cards.symbols import svg
from regulars.kit.codes import normalize
from regulars.kit.periods import local
from regulars.kit.problems import NotFound, Problem
from regulars.kit.seat import run
from regulars.portal.home import day
from regulars.portal.mine import taken_by
from regulars.portal.visit import Visit, page, rows, show
from regulars.rewards.operations import Redeem, Void
from regulars.rewards.queries import rewards
from regulars.rewards.wire import CloseIn, RedeemIn, RewardOut
from regulars.vouchers.queries import of_member

SHAPES = {"voucher": "ticket", "ticket": "ticket", "gift_card": "card", "donation": "heart",
          "benefit": "star", "chance": "star"}  # fmt: skip
_SENT = "send"
_LONGEST = 500


class NewDevice(Problem):
    """T17: whoever took over an account does not empty it the same hour."""

    code = "new_device"
    status = 403
    title = "This device is too new to take rewards"


@page()
def catalogue(request: HttpRequest, visit: Visit) -> HttpResponse:
    found = run(rewards(visit.program_id, visit.program, visit.member, visit.now, visit.language))
    vouchers = run(of_member(visit.program_id, visit.member, visit.now))
    context = {
        "title": visit.words["tab_rewards"],
        "rewards": [_reward(visit, one) for one in found.rewards],
        "vouchers": [_voucher(visit, one) for one in vouchers],
        "mine": taken_by(visit, {one.reward: one.picture for one in found.rewards}),
    }
    return show(request, visit, "rewards", context, tab="rewards")


@page()
def reward(request: HttpRequest, visit: Visit, name: str) -> HttpResponse:
    """What it costs, once more, and the button; or the reward itself."""
    found = run(rewards(visit.program_id, visit.program, visit.member, visit.now, visit.language))
    one = next((item for item in found.rewards if item.reward == name), None)
    if one is None:
        raise NotFound("There is no such reward.")
    wrong = ""
    if request.method == "POST":
        if _waits(visit):
            raise NewDevice("Wait a day.")
        asked, wrong = _asked(request, visit, one)
        if asked is not None:
            visit.do(Redeem(asked, visit.caller(), key=visit.key(request), at=visit.now))
            return redirect(visit.url("rewards") + "?taken=1#mine")
    ways, sends = _ways(visit, one), _sends(one)
    context = {
        "reward": _reward(visit, one), "waits": _waits(visit), "title": one.name, "ways": ways,
        "sends": sends, "only": len(ways) + sends == 1,
        "wrong": wrong, "way": request.POST.get("way", ""),
        "address": request.POST.get("address", ""),
    }  # fmt: skip
    return show(request, visit, "reward", context, tab="rewards", status=422 if wrong else 200)


@require_POST
@page()
def give_back(request: HttpRequest, visit: Visit, redemption: UUID) -> HttpResponse:
    """What was reserved goes back, and the points with it."""
    mine = {row[0] for row in rows("reserved", visit.program_id, visit.member, visit.now)}
    if redemption not in mine:
        raise NotFound("Nothing of this is reserved.")
    key = f"portal:{visit.member}:void:{redemption}"
    visit.do(Void(redemption, CloseIn(), visit.caller(), key=key, at=visit.now))
    return redirect(visit.url("rewards"))


def _asked(request: HttpRequest, visit: Visit, one: RewardOut) -> tuple[RedeemIn | None, str]:
    """What is asked for, or the word that says what is missing. Who gets something in the shop, or
    pays for it there, reserves it; all else is theirs at once."""
    hold = one.kind == "goods" or one.price_minor > 0
    way = request.POST.get("way", "")
    if way == _SENT and one.sent_from is not None:
        address = request.POST.get("address", "").strip()
        if not address or len(address) > _LONGEST:
            return None, visit.words["address_wanted"]
        return RedeemIn(visit.ref, reward=one.reward, hold=True, deliver_to=address), ""
    places = [place.place for place in one.places]
    if places and way not in places:
        return None, visit.words["way_wanted"]
    return RedeemIn(visit.ref, reward=one.reward, hold=hold, place=way or None), ""


def _sends(one: RewardOut) -> bool:
    """Whether it can be sent now."""
    left = {place.place: place.left for place in one.places}
    return one.sent_from is not None and left.get(one.sent_from, 1) > 0


def _ways(visit: Visit, one: RewardOut) -> list[tuple[str, str]]:
    """Where it can be fetched, by the names of the shops."""
    there = [place.place for place in one.places if place.left and place.place != one.sent_from]
    if not there:
        return []
    names = dict(rows("shops", visit.organization_id, there))
    return [(place, visit.say("fetch_at", place=names.get(place, place))) for place in there]


def _waits(visit: Visit) -> str:
    """Until when this device has to wait, in words; nothing where it need not."""
    until = visit.may_redeem_at
    if until is not None and until <= visit.real_now:
        return ""
    left = timedelta(hours=24) if until is None else until - visit.real_now
    return visit.say("device_waits", hours=max(1, -(-int(left.total_seconds()) // 3600)))


def _reward(visit: Visit, one: RewardOut) -> dict[str, Any]:
    voice = visit.voice
    done = [(cost - one.missing.get(name, 0)) * 100 // cost for name, cost in one.cost.items()]
    kind = visit.words[f"kind_{one.kind}"]
    price = voice.money(one.price_minor) if one.price_minor else ""
    cost = [voice.asset(cost, name) for name, cost in one.cost.items()]
    return {
        "id": one.reward, "name": one.name, "url": visit.url("reward", name=one.reward),
        "text": one.text, "picture": one.picture, "shape": SHAPES.get(one.kind, "gift"),
        "kind": f"{kind} · {one.partner}" if one.partner else kind,
        "cost": " + ".join([*cost, *([price] if price else [])]),
        "pays": visit.say("reward_pays", price=price) if price else "",
        "why": [why.text for why in one.why_not], "can": one.can_take,
        "percent": min(done, default=100),
        "missing": bool(one.missing) and one.available,
        "left": visit.say("reward_left", number=one.left) if one.left and one.left < 100 else "",
        "ends": visit.say("reward_until", day=day(visit, one.ends)) if one.ends else "",
        "says": _says(visit, one), "gives": one.kind == "donation",
    }  # fmt: skip


def _says(visit: Visit, one: RewardOut) -> str:
    """What happens when it is taken."""
    rule = visit.program.rules.rewards[one.reward]
    if one.price_minor:
        return visit.words["says_paid"]
    worth = visit.voice.money(rule.worth_minor or 0)
    given = [visit.voice.asset(amount, asset) for asset, amount in rule.gives.items()]
    kind = one.kind if one.kind != "benefit" or rule.codes else "goods"
    return visit.say(f"says_{kind}", worth=worth, what=", ".join(given))


def _voucher(visit: Visit, one: Any) -> dict[str, Any]:
    until = "" if one.valid_until is None else _last_day(visit, one.valid_until)
    starts = "" if one.valid_from.timestamp() <= visit.now else _date(visit, one.valid_from)
    return {
        "name": visit.voice.voucher(one.voucher), "code": one.code,
        "until": visit.say("voucher_until", day=until) if until else "",
        "starts": visit.say("voucher_from", day=starts) if starts else "",
        "bars": mark_safe(svg("qr", normalize(one.code))),
    }  # fmt: skip


def _date(visit: Visit, at: datetime) -> str:
    moment = local(int(at.timestamp()), visit.program.timezone)
    return day(visit, moment.date())


def _last_day(visit: Visit, until: datetime) -> str:
    """The end is not part of it."""
    return _date(visit, until - timedelta(seconds=1))
