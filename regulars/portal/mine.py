"""Rewards that a member took: what waits, what is on its way, and codes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.utils.safestring import mark_safe

from regulars.cards.symbols import svg
from regulars.kit.periods import local
from regulars.kit.seat import run
from regulars.portal.home import day
from regulars.portal.visit import Visit, rows
from regulars.rewards.codes import opened
from regulars.rewards.queries import Mine, mine

_SHOWN = timedelta(days=30)
"""So long parcels and cards are shown that have no end of their own."""


def taken_by(visit: Visit, pictures: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is still of use: what is to be fetched or is on its way, codes and cards."""
    found = run(mine(visit.program_id, visit.member, visit.now, waiting=False))
    shown = [
        _one(visit, one) | {"picture": pictures.get(one.reward, "")}
        for one in found
        if _is_of_use(visit, one)
    ]
    known = {one.id for one in found}
    amounts = rows("reserved", visit.program_id, visit.member, visit.now)
    return shown + [_amount(visit, *row) for row in amounts if row[0] not in known]


def _is_of_use(visit: Visit, one: Mine) -> bool:
    now = datetime.fromtimestamp(visit.now, UTC)
    if one.state in ("to_prepare", "ready"):
        return bool(one.lapses_at > now)
    if one.state not in ("sent", "handed_over"):
        return False
    if one.code is not None:
        return bool(one.code_valid_until is None or one.code_valid_until > now)
    lately = bool(one.taken_at > now - _SHOWN)
    return lately and (one.state == "sent" or _card(one) is not None)


def _card(one: Mine) -> dict[str, Any] | None:
    return msgspec.json.decode(one.answer or "{}").get("gift_card")


def _one(visit: Visit, one: Mine) -> dict[str, Any]:
    rule = visit.program.rules.rewards.get(one.reward)
    price = msgspec.json.decode(one.facts).get("price_minor", 0)
    open_ = one.state in ("to_prepare", "ready")
    card = _card(one)
    code = opened(one.code) if one.code and one.state == "handed_over" else ""
    code = card["code"] if card else code
    return {
        "name": rule.name.get(visit.language, one.reward) if rule else one.reward,
        "state": visit.words[f"state_{one.state}"], "tone": one.state,
        "until": _until(visit, one), "code": code,
        "pin": card.get("pin", "") if card else "",
        "pays": visit.say("pays_rest", price=visit.voice.money(price)) if price and open_ else "",
        "sent": visit.say("sent_with", carrier=one.sent_by or "–", number=one.tracking)
        if one.tracking else one.sent_by,
        "qr": mark_safe(svg("qr", str(one.id))) if open_ else mark_safe(svg("qr", code))
        if code else "",
        "number": str(one.id) if open_ else "",
        "back": visit.url("give-back", redemption=one.id) if open_ else "",
    }  # fmt: skip


def _amount(visit: Visit, redemption: UUID, facts: str, lapses_at: int) -> dict[str, Any]:
    """Points that a shop's till holds."""
    cost = msgspec.json.decode(facts or "{}").get("cost", {})
    at = local(lapses_at, visit.program.timezone)
    return {
        "name": ", ".join(visit.voice.asset(amount, asset) for asset, amount in cost.items()),
        "state": visit.say("reserved_until", day=day(visit, at.date()), time=f"{at:%H:%M}"),
        "back": visit.url("give-back", redemption=redemption),
    }  # fmt: skip


def _until(visit: Visit, one: Mine) -> str:
    if one.state in ("to_prepare", "ready"):
        at = local(int(one.lapses_at.timestamp()), visit.program.timezone)
        return visit.say("reserved_until", day=day(visit, at.date()), time=f"{at:%H:%M}")
    if one.code is None or one.code_valid_until is None:
        return ""
    last = local(int(one.code_valid_until.timestamp()) - 1, visit.program.timezone)
    return visit.say("code_until", day=day(visit, last.date()))
