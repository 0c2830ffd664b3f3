"""Charts and warnings below today's figures: tiers, what limited campaigns used, what runs out."""

from collections.abc import Iterator
from typing import Any

from regulars.activities.pages import NoProgram, program_of
from regulars.console.figures import SQL, money
from regulars.engine.climbing import tier_name
from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.kit.pages import Desk, Table, badge, tongue, words_of
from regulars.kit.parts import Bars, Listing, Note, number
from regulars.kit.steps import Step, Steps

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
    counted = {(of, scope): used for of, scope, used in desk.run(_rows("counted", desk))}
    return [
        *_warnings(program, counted),
        *(_tiers(program, dict(desk.run(_rows("tiers", desk)))) if program.rules.tiers else ()),
        *_campaigns(program, counted, desk),
    ]


def _rows(name: str, desk: Desk) -> Steps[list[Any]]:
    return (yield Step(SQL[name], (desk.program.id,)))


def _warnings(program: Program, counted: dict[tuple[str, str], int]) -> Iterator[Note]:
    for name, reward in program.rules.rewards.items():
        if reward.stock is None:
            continue
        left = reward.stock - counted.get((f"reward:{name}", "total"), 0)
        if left * _FEW <= reward.stock:
            told = reward.name.get(tongue(), name)
            yield Note(say("runs_out", name=told, left=number(max(0, left))),
                       "bad" if left <= 0 else "busy")  # fmt: skip


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
