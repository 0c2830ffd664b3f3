"""Storage: a decision in few bytes, kept for ever beside its facts.

Campaigns, assets and vouchers go by their place in the revision's document and words by their place
in `WORDS`. Nothing is written that follows from something else: what the lines cost says the
totals, and what was given says the figures of an applied campaign. It is JSON, readable by hand:

    [paid, discounts, awards, grants, gifts, redeemed, trace, messages]
                                                      (empty ones at the end are left out)
    discount  [campaign, line, amount, line, amount ...]
    message   [campaign, which of its effects]
    trace     campaign that applied, or [campaign, code, kind or part, figure, value ...]
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any

from msgspec import json

from regulars.engine.decision import Award, Decision, Discount, Gift, Grant, Message, Reason
from regulars.engine.evaluate import figures_of, off_by_campaign
from regulars.engine.lanes import Item
from regulars.engine.program import Compiled, Program

WORDS = (
    *("applied", "unmet", "schedule", "limit", "budget", "exclusive", "lane", "nothing"),
    *("", "member", "paused", "starts", "ended", "total", "per_member", "per_day"),
    *("per_member_per_day", "budget_minor", "budget_points", "by", "left", "day", "refused"),
    *("missing", "missing_minor", "missing_distinct", "over", "over_minor", "ways"),
    *("number", "unknown", "capped", "per_member_per_month", "per_member_per_year"),
)
"""Words of reasons by number. Only ever append: stored decisions are read for ever. A word that is
not here is stored as it is."""

_NUMBERS = {word: number for number, word in enumerate(WORDS)}
_NOBODY = "member"
"""The kind of "unmet" that is no condition of the campaign: there is no member."""


def pack(program: Program, decision: Decision) -> bytes:
    """The stored form of a decision that `evaluate` or `reevaluate` made with ``program``."""
    number = program.numbers
    assets, vouchers = _places(program)
    packed: list[Any] = [
        decision.paid,
        [
            [number[campaign], *(n for d in group for n in (d.line, d.amount_minor))]
            for campaign, group in groupby(decision.discounts, lambda d: d.campaign)
        ],
        [_pack_award(number[a.campaign], assets.get(a.asset, a.asset), a) for a in decision.awards],
        [
            [number[g.campaign], vouchers.get(g.voucher, g.voucher), g.count]
            for g in decision.grants
        ],
        [
            [number[g.campaign], g.sku, g.quantity, *([g.choices] if g.choices else ())]
            for g in decision.gifts
        ],
        [[number[campaign], code] for campaign, code in decision.redeemed],
        [_pack_reason(number, reason) for reason in decision.trace],
        [
            [number[m.campaign], _texts(program.by_id[m.campaign]).index(m.text)]
            for m in decision.messages
        ],
    ]
    while packed and not packed[-1]:
        packed.pop()
    return json.encode(packed)


def unpack(program: Program, stored: bytes) -> Decision:
    """The decision that was packed with the same revision."""
    packed = json.decode(stored)
    packed += [[]] * (8 - len(packed))
    paid, discounts, awards, grants, gifts, redeemed, trace, messages = packed
    names = [compiled.id for compiled in program.by_number]
    assets, vouchers = list(program.assets), list(program.rules.vouchers)
    off = [
        Discount(names[number], line, amount)
        for number, *pairs in discounts
        for line, amount in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    paid_minor = sum(paid)
    decision = Decision(
        list_minor=paid_minor + sum(discount.amount_minor for discount in off),
        paid_minor=paid_minor,
        paid=paid,
        discounts=off,
        awards=[
            Award(names[number], _name(assets, asset), *rest) for number, asset, *rest in awards
        ],
        grants=[
            Grant(names[number], _name(vouchers, name), count) for number, name, count in grants
        ],
        gifts=[
            Gift(names[number], sku, quantity, *map(tuple, choices))
            for number, sku, quantity, *choices in gifts
        ],
        redeemed=[(names[number], code) for number, code in redeemed],
        messages=[
            Message(names[number], _texts(program.by_number[number])[which])
            for number, which in messages
        ],
    )
    given = _given(decision)
    decision.trace.extend(_unpack_reason(program, given, reason) for reason in trace)
    decision.used.extend(r.campaign for r in decision.trace if r.code == "applied")
    return decision


@lru_cache(maxsize=64)
def _places(program: Program) -> tuple[dict[str, int], dict[str, int]]:
    """Assets and vouchers by their place in the document."""
    return (
        {asset: n for n, asset in enumerate(program.assets)},
        {voucher: n for n, voucher in enumerate(program.rules.vouchers)},
    )


def _texts(compiled: Compiled) -> list[dict[str, str] | None]:
    """The texts of a campaign's effects, by their place; most have none."""
    return [getattr(effect, "text", None) for effect in compiled.campaign.then]


def _pack_award(campaign: int, asset: int | str, award: Award) -> list[Any]:
    """The award without the empty terms at its end."""
    if award.valid_days is not None:
        return [campaign, asset, award.amount, award.pending_days, award.valid_days]
    if award.pending_days is not None:
        return [campaign, asset, award.amount, award.pending_days]
    return [campaign, asset, award.amount]


def _name(names: list[str], stored: int | str) -> str:
    return names[stored] if isinstance(stored, int) else stored


def _given(decision: Decision) -> dict[str, dict[str, object]]:
    """The figures of each campaign that gave something, as its trace line has them."""
    off = off_by_campaign(decision.discounts)
    items: dict[str, list[Item]] = {campaign: [] for campaign in off}
    given: list[Item] = [*decision.awards, *decision.grants, *decision.gifts]
    given += decision.messages
    for item in given:
        items.setdefault(item.campaign, []).append(item)
    return {campaign: figures_of(off.get(campaign, 0), own) for campaign, own in items.items()}


def _pack_reason(number: dict[str, int], reason: Reason) -> Any:
    campaign, code, kind = number[reason.campaign], reason.code, reason.kind
    if code == "applied" and "refused" not in reason.figures and "capped" not in reason.figures:
        return campaign
    if code == "unmet" and kind == _NOBODY:
        return [campaign, _NUMBERS[_NOBODY]]
    which = reason.part if code == "unmet" else _NUMBERS.get(kind, kind)
    packed = [campaign, _NUMBERS.get(code, code), which]
    if reason.figures:
        packed += _flat(number, reason.figures)
    return packed


def _unpack_reason(
    program: Program, given: dict[str, dict[str, object]], stored: int | list[Any]
) -> Reason:
    if isinstance(stored, int):
        campaign = program.by_number[stored].id
        return Reason(campaign, "applied", "", given.get(campaign, {}))
    compiled, code = program.by_number[stored[0]], _word(stored[1])
    if code == _NOBODY:
        return Reason(compiled.id, "unmet", _NOBODY)
    if code == "unmet":
        part = stored[2]
        figures = _figures(program, compiled, part, stored[3:])
        return Reason(compiled.id, code, compiled.parts[part].kind, figures, part)
    figures = _figures(program, compiled, 0, stored[3:])
    return Reason(compiled.id, code, _word(stored[2]), figures)


def _flat(number: dict[str, int], figures: dict[str, Any]) -> Iterator[Any]:
    """Word, value, word, value ... ; other campaigns by number, nested conditions in their turn."""
    for word, value in figures.items():
        yield _NUMBERS.get(word, word)
        if word == "by":
            yield number[value]
        elif word == "ways":
            yield [[part, *_flat(number, missing)] for _, missing, part in value]
        else:
            yield value


def _figures(program: Program, compiled: Compiled, part: int, flat: list[Any]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for word, value in zip(map(_word, flat[::2]), flat[1::2], strict=True):
        if word == "by":
            figures[word] = program.by_number[value].id
        elif word == "ways":
            figures[word] = [_way(program, compiled, part, way) for way in value]
        else:
            figures[word] = value
    return figures


def _way(program: Program, compiled: Compiled, outer: int, way: list[Any]) -> list[Any]:
    """One of the conditions an ``any`` would have held by: its kind, what it misses, its number."""
    part = outer + way[0]
    return [compiled.parts[part].kind, _figures(program, compiled, part, way[1:]), way[0]]


def _word(stored: int | str) -> str:
    return WORDS[stored] if isinstance(stored, int) else stored
