"""A line of a member's history in words: what happened, and what it moved.

Words are made on reading, by the revision that judged: a name is told as it was then.
"""

from typing import Any

import msgspec

from regulars.engine.phrases import Voice
from regulars.engine.program import Program
from regulars.kit.words import catalog
from regulars.members.queries import Happened
from regulars.programs.snapshot import Revisions

_MINUS = "−"


def line(item: Happened, revisions: Revisions, language: str) -> str:
    """``Received from another member: +30 points``."""
    number = item.revision or revisions.number_at(item.occurred_at)
    program = revisions.number(number)
    voice = Voice(program, language)
    words = catalog("regulars.members", "history.toml")
    code = item.kind if item.own else f"{item.kind}.other"
    head = words.get(code, words["activity" if item.own else "activity.other"])[language]
    facts = msgspec.json.decode(item.facts) if item.facts else {}
    text = head.format(name=_name(program, item.kind, facts, language), kind=item.kind).strip(" :")
    amounts = _amounts(item, voice)
    fee = sum(-amount for kind, _, amount in item.amounts if kind == "fee")
    if fee:
        asset = next(asset for kind, asset, _ in item.amounts if kind == "fee")
        amounts += " " + words["fee"][language].format(fee=voice.asset(fee, asset))
    return f"{text}: {amounts}" if amounts else text


def _amounts(item: Happened, voice: Voice) -> str:
    """What it changed of each asset, with its sign."""
    sums: dict[str, int] = {}
    for _, asset, amount in item.amounts:
        sums[asset] = sums.get(asset, 0) + amount
    return ", ".join(
        ("+" if amount > 0 else _MINUS) + voice.asset(abs(amount), asset)
        for asset, amount in sums.items()
        if amount
    )


def _name(program: Program, kind: str, facts: dict[str, Any], language: str) -> str:
    """The name of the reward, cause or reason it was about, else nothing."""
    rules = program.rules
    if kind == "redeem" and facts.get("reward") in rules.rewards:
        return rules.rewards[facts["reward"]].name.get(language, facts["reward"])
    if kind == "donate" and facts.get("cause") in rules.causes:
        return rules.causes[facts["cause"]].name.get(language, facts["cause"])
    if kind == "correct" and rules.corrections and facts.get("reason") in rules.corrections.reasons:
        return rules.corrections.reasons[facts["reason"]].name.get(language, facts["reason"])
    return ""
