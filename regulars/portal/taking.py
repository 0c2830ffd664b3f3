"""Rewards: what there is, what is missing for it, take one; vouchers and what is reserved."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from regulars.cards.symbols import svg
from regulars.kit.codes import normalize
from regulars.kit.periods import local
from regulars.kit.problems import NotFound, Problem
from regulars.kit.seat import run
from regulars.members.queries import balances
from regulars.portal.home import day
from regulars.portal.visit import Visit, page, rows, show
from regulars.rewards.operations import Redeem, Void
from regulars.rewards.queries import rewards
from regulars.rewards.wire import CloseIn, RedeemIn, RewardOut
from regulars.vouchers.queries import of_member


class NewDevice(Problem):
    """T17: whoever took over an account does not empty it the same hour."""

    code = "new_device"
    status = 403
    title = "This device is too new to take rewards"


@page()
def catalogue(request: HttpRequest, visit: Visit) -> HttpResponse:
    found = run(rewards(visit.program_id, visit.program, visit.member, visit.now, visit.language))
    has = _available(visit)
    vouchers = run(of_member(visit.program_id, visit.member, visit.now))
    reserved = rows("reserved", visit.program_id, visit.member, visit.now)
    context = {
        "title": visit.words["tab_rewards"],
        "rewards": [_reward(visit, one, has) for one in found.rewards],
        "vouchers": [_voucher(visit, one) for one in vouchers],
        "reserved": [_reserved(visit, *row) for row in reserved],
    }
    return show(request, visit, "rewards", context, tab="rewards")


@page()
def reward(request: HttpRequest, visit: Visit, name: str) -> HttpResponse:
    """What it costs, once more, and the button; or the reward itself."""
    found = run(rewards(visit.program_id, visit.program, visit.member, visit.now, visit.language))
    one = next((item for item in found.rewards if item.reward == name), None)
    if one is None:
        raise NotFound("There is no such reward.")
    if request.method != "POST":
        context = {"reward": _reward(visit, one, _available(visit)), "waits": _waits(visit),
                   "title": one.name}  # fmt: skip
        return show(request, visit, "reward", context, tab="rewards")
    if _waits(visit):
        raise NewDevice("Wait a day.")
    asked = RedeemIn(visit.ref, reward=name, hold=one.voucher is None)
    visit.do(Redeem(asked, visit.caller(), key=visit.key(request), at=visit.now))
    return redirect(visit.url("rewards") + "?taken=1#mine")


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


def _available(visit: Visit) -> dict[str, int]:
    has = run(balances(visit.program_id, visit.member, visit.now, visit.program.timezone))
    return {one.asset: one.available for one in has.assets}


def _waits(visit: Visit) -> str:
    """Until when this device has to wait, in words; nothing where it need not."""
    until = visit.may_redeem_at
    if until is not None and until <= visit.real_now:
        return ""
    left = timedelta(hours=24) if until is None else until - visit.real_now
    return visit.say("device_waits", hours=max(1, -(-int(left.total_seconds()) // 3600)))


def _reward(visit: Visit, one: RewardOut, has: Mapping[str, int]) -> dict[str, Any]:
    voice = visit.voice
    short = {name: cost - has.get(name, 0) for name, cost in one.cost.items()}
    missing = [voice.asset(amount, name) for name, amount in short.items() if amount > 0]
    today = local(visit.now, visit.program.timezone).date()
    why = ""
    if one.starts is not None and today < one.starts:
        why = visit.say("reward_from", day=day(visit, one.starts))
    elif one.ends is not None and one.ends < today:
        why = visit.words["reward_over"]
    elif one.left == 0:
        why = visit.words["reward_gone"]
    elif one.left_for_member == 0:
        why = visit.words["reward_had"]
    elif missing:
        why = visit.say("missing", what=", ".join(missing))
    done = [min(100, has.get(name, 0) * 100 // cost) for name, cost in one.cost.items() if cost]
    return {
        "id": one.reward, "name": one.name, "url": visit.url("reward", name=one.reward),
        "cost": ", ".join(voice.asset(cost, name) for name, cost in one.cost.items()),
        "why": why, "percent": min(done, default=100), "missing": bool(missing),
        "left": visit.say("reward_left", number=one.left) if one.left else "",
        "ends": visit.say("reward_until", day=day(visit, one.ends)) if one.ends else "",
        "reserved": one.voucher is None,
    }  # fmt: skip


def _voucher(visit: Visit, one: Any) -> dict[str, Any]:
    until = "" if one.valid_until is None else _last_day(visit, one.valid_until)
    starts = "" if one.valid_from.timestamp() <= visit.now else _date(visit, one.valid_from)
    return {
        "name": visit.voice.voucher(one.voucher), "code": one.code,
        "until": visit.say("voucher_until", day=until) if until else "",
        "starts": visit.say("voucher_from", day=starts) if starts else "",
        "bars": mark_safe(svg("qr", normalize(one.code))),
    }  # fmt: skip


def _reserved(visit: Visit, redemption: UUID, facts: str, lapses_at: int) -> dict[str, Any]:
    name = msgspec.json.decode(facts or "{}").get("reward") or ""
    known = visit.program.rules.rewards.get(name)
    at = local(lapses_at, visit.program.timezone)
    return {
        "name": known.name.get(visit.language, name) if known else name,
        "until": visit.say("reserved_until", day=day(visit, at.date()), time=f"{at:%H:%M}"),
        "qr": mark_safe(svg("qr", str(redemption))), "code": str(redemption),
        "back": visit.url("give-back", redemption=redemption),
    }  # fmt: skip


def _date(visit: Visit, at: datetime) -> str:
    moment = local(int(at.timestamp()), visit.program.timezone)
    return day(visit, moment.date())


def _last_day(visit: Visit, until: datetime) -> str:
    """The end is not part of it."""
    return _date(visit, until - timedelta(seconds=1))
