"""Trying: the test basket of a campaign's page, with a member that is typed or a real one."""

from typing import Any

from regulars.drafts import basket, regular
from regulars.drafts.keeping import say
from regulars.drafts.nodes import choice_name, label_of
from regulars.drafts.past import Ask, asked
from regulars.drafts.queries import Product
from regulars.engine.facts import Facts
from regulars.engine.phrases import Voice
from regulars.engine.program import Program, compile_rules
from regulars.kit.pages import Desk, tongue
from regulars.kit.problems import Problem
from regulars.programs.document import Checked

_MEMBERS = "members-see"
"""Who may not see members tries typed ones only."""


def tried(
    desk: Desk, checked: Checked, trial: basket.Basket, products: dict[str, Product], campaign: str
) -> dict[str, Any]:
    """What the page shows of the basket: what it may be told, and what came of it."""
    shown = {"basket": trial, "real": desk.may(_MEMBERS), "outcome": None, "refused": ""}
    if checked.document is None:
        return shown
    program = compile_rules(checked.document)
    mine, others = asked(program, campaign)
    shown["asks"] = [_shown(ask, trial, program) for ask in mine]
    shown["more_asks"] = [_shown(ask, trial, program) for ask in others]
    if trial.real and desk.may(_MEMBERS):
        if not trial.card:
            return {**shown, "refused": say("real_wanted")}
        try:
            facts = regular.facts_of(desk, checked.document, trial, products, program)
        except Problem as problem:
            missing = problem.code in ("unknown_member", "not_an_identifier")
            return {**shown, "refused": say("real_unknown" if missing else "real_refused")}
        outcome = basket.judge(program, facts, products, tongue())
        return {**shown, "outcome": outcome._replace(knows=_known(facts, program))}
    facts = basket.facts_of(program, trial, products, desk.now)
    return {**shown, "outcome": basket.judge(program, facts, products, tongue())}


def _shown(ask: Ask, trial: basket.Basket, program: Program) -> dict[str, Any]:
    """One field of the past, with what was typed into it."""
    of = ask.of
    if ask.sort in ("spend_in", "visits_in"):
        of = _span(ask.of)
    elif ask.sort == "balance":
        of = Voice(program, tongue()).asset(2, ask.of).partition(" ")[2]
    elif ask.sort == "left":
        of = label_of(ask.of, tongue()).lower()
    return {
        "name": f"b.past.{ask.name}",
        "label": say(f"past_{ask.sort}", of=of),
        "value": trial.past.get(ask.name, ""),
        "form": ask.form,
        "suffix": program.currency if ask.form == "money" else "",
    }


def _span(window: str) -> str:
    days = window.removeprefix("days:")
    if days != window:
        return say("last_days", days=days)
    return choice_name(window, tongue(), "window")


def _known(facts: Facts, program: Program) -> list[tuple[str, str]]:
    """What a real member brings, as far as it is worth saying."""
    member, voice = facts.member, Voice(program, tongue())
    if member is None:
        return [(say("who"), say("real_nobody"))]
    found = [(say("before"), str(member.purchases))]
    found.append((say("past_spend", of=""), voice.money(member.spend_minor)))
    if member.tier:
        found.insert(0, (label_of("tier", tongue()), member.tier))
    for window, (visits, spend) in sorted(member.windows.items()):
        found.append(
            (_span(window), say("visits_and_spend", visits=visits, spend=voice.money(spend)))
        )
    return found
