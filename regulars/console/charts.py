"""Charts and warnings below today's figures: points by day, tiers, what limited campaigns used and
what runs out."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec import json

from regulars.activities.pages import NoProgram, program_of
from regulars.console.figures import SQL, days_until, on_days
from regulars.engine.climbing import tier_name
from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.kit.pages import Desk, Table, badge, tongue, words_of
from regulars.kit.parts import Bars, Listing, Note, money, number
from regulars.kit.periods import day_number, day_start, instant, zone
from regulars.kit.steps import Step, Steps, side_by_side

say = words_of(__package__ or "", "charts.toml")
_FEW = 10
"""A warning is given when less than one in so many is left."""


def charts(desk: Desk) -> list[Any]:
    """As far as this person may know; nothing before the first revision."""
    if desk.program is None or desk.shops or not desk.may("figures"):
        return []
    try:
        program = program_of(desk)
    except NoProgram:
        return []
    found, points = map(json.decode, desk.run(_drawn(desk)))
    counted = {(of, scope): used for of, scope, used in found}
    tiers = {scope: used for (of, scope), used in counted.items() if not of}
    return [
        *_warnings(program, counted, desk.run(_running_out(program, desk))),
        *_points(program, points, desk),
        *(_tiers(program, tiers) if program.rules.tiers else ()),
        *_campaigns(program, counted, desk),
    ]


def _warnings(
    program: Program, counted: dict[tuple[str, str], int], running_out: list[Any]
) -> Iterator[Note]:
    """What runs out: rewards in all, at a place, or of their codes; lots of voucher codes."""
    for name, reward in program.rules.rewards.items():
        told, key = reward.name.get(tongue(), name), f"reward:{name}"
        if reward.stock is not None:
            left = reward.stock - counted.get((key, "total"), 0)
            if left * _FEW <= reward.stock:
                yield _note("runs_out", left, name=told)
        for place in reward.places:
            left = counted.get((key, f"in:{place}"), 0) - counted.get((key, f"at:{place}"), 0)
            if left <= reward.low:
                yield _note("runs_out_at", left, name=told, place=place)
    for what, name, left, issued in running_out:
        rule = program.rules.rewards.get(name)
        if what == "lot":
            yield _note("lot_runs_out", left, name=name, of=number(issued))
        elif rule is not None and left <= rule.low:
            yield _note("codes_run_out", left, name=rule.name.get(tongue(), name))


def _note(word: str, left: int, **figures: str) -> Note:
    told = say(word, left=number(max(0, left)), **figures)
    return Note(told, "bad" if left <= 0 else "busy")


def _running_out(program: Program, desk: Desk) -> Steps[list[Any]]:
    coded = {name: one.low for name, one in program.rules.rewards.items() if one.codes}
    params = (desk.program.id, list(coded), list(coded.values()), desk.now)
    return (yield Step(SQL["running_out"], params))


def _drawn(desk: Desk) -> Steps[tuple[str, str]]:
    """What is counted, and points by day; as JSON."""
    days, here = days_until(_today(desk)), desk.program
    counted = Step(SQL["counted"], (here.id,))
    late = [instant(day_start(day_number(days[-1]) + n, here.timezone)) for n in (-1, 1)]
    points = Step(SQL["points_by_day"], (here.id, days[0], days[-1], here.timezone, *late))
    found: tuple[str, str] = (yield side_by_side(counted, points))[0]
    return found


def _today(desk: Desk) -> date:
    return desk.now.astimezone(zone(desk.program.timezone)).date()


def _points(program: Program, rows: list[Any], desk: Desk) -> Iterator[Bars]:
    """A chart for each asset that can be spent and moved: issued, redeemed and expired by day."""
    found = {
        (asset, against, date.fromisoformat(day)): amount for day, asset, against, amount in rows
    }
    days, voice = days_until(_today(desk)), Voice(program, tongue())
    for asset, declared in program.assets.items():
        if not declared.spendable or all(asset != one for one, _, _ in found):
            continue
        series = [
            (say(against), [sign * found.get((asset, against, day), 0) for day in days])
            for against, sign in (("issued", 1), ("redeemed", -1), ("expired", -1))
        ]
        told = ", ".join(f"{name}: {number(sum(values))}" for name, values in series)
        yield Bars(
            say("points_by_day", asset=voice.plenty(asset)), on_days(days), series, told=told,
            say=number, wide=True, first=say("day"), opens=say("as_table"),
        )  # fmt: skip


def _tiers(program: Program, counts: dict[str, int]) -> Iterator[Bars]:
    names = ["", *program.rules.tiers]
    labels = [tier_name(program, name, tongue()) if name else say("no_tier") for name in names]
    values = [counts.get(name, 0) for name in names]
    told = ", ".join(f"{label}: {number(n)}" for label, n in zip(labels, values, strict=True))
    yield Bars(say("tiers"), labels, [("", values)], told=told, say=number)


def _campaigns(
    program: Program, counted: dict[tuple[str, str], int], desk: Desk
) -> Iterator[Listing]:
    voice, rows = Voice(program, tongue()), []
    for compiled in program.campaigns:
        limits = compiled.campaign.limits
        most = None if limits is None else limits.total
        budget = None if limits is None else limits.budget_minor
        if most is None and budget is None:
            continue
        used = counted.get((compiled.id, "total"), 0)
        spent = counted.get((compiled.id, "budget_minor"), 0)
        rows.append(
            (
                voice.campaign(compiled.id),
                "" if most is None else _of(number(used), number(most), used, most),
                ""
                if budget is None
                else _of(money(spent, program.currency), money(budget, program.currency),
                         spent, budget),
            )
        )  # fmt: skip
    if rows:
        names = [say(name) for name in ("campaign", "uses", "budget")]
        yield Listing(say("limited"), Table(names, rows, empty=""))


def _of(used: str, most: str, done: int, of: int) -> Any:
    left = of - done
    tone = "bad" if left <= 0 else "busy" if left * _FEW <= of else "plain"
    return badge(say("of", used=used, most=most), tone)
