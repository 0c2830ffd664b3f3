"""Explain: every campaign of the revision, applied or why not (T5), in words."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from regulars.engine.decision import Decision, Reason
from regulars.engine.evaluate import evaluate
from regulars.engine.facts import Facts
from regulars.engine.phrases import Audience, Voice, voice_of
from regulars.engine.program import Compiled, Program

_TECHNICAL = {"applied", "unmet", "member", "schedule", "limit", "budget", "exclusive", "lane"}
_TECHNICAL |= {"nothing", "trigger"}
"""Reasons that developers have words for; others are told as they are."""


class Told(Struct, frozen=True):
    """What became of one campaign. ``text`` is the line people read."""

    campaign: str
    name: str
    code: str
    """The code of the reason (`engine.decision.Reason`), or ``trigger``."""
    rule: str
    """What the campaign is, in a sentence."""
    why: str

    @property
    def applied(self) -> bool:
        return self.code == "applied"

    @property
    def text(self) -> str:
        return f"{self.name}: {self.why}"


def same(first: Decision, second: Decision) -> bool:
    """True when two decisions have the same outcome, whatever each says about it."""
    return replace(first, trace=[]) == replace(second, trace=[])


def explain(
    program: Program, facts: Facts, decision: Decision, language: str,
    audience: Audience = "cashier",
) -> list[Told]:  # fmt: skip
    """A line for every campaign in the order of judging: the decision's own reason where it has
    one; for those it never had to look at, the reason found by looking."""
    voice = Voice(program, language, audience)
    reasons = {reason.campaign: reason for reason in evaluate(program, facts, full=True).trace}
    reasons |= {reason.campaign: reason for reason in decision.trace}
    return [
        _told(voice, compiled, reasons.get(compiled.id) or Reason(compiled.id, "trigger"))
        for compiled in program.campaigns
    ]


def tell(
    program: Program, decision: Decision, language: str, audience: Audience = "cashier"
) -> list[Told]:
    """A line for every campaign that the decision had to look at; the others are left out."""
    voice = voice_of(program, language, audience)
    return [_told(voice, program.by_id[found.campaign], found) for found in decision.trace]


def sentence(program: Program, campaign: str, language: str) -> str:
    """What a campaign gives and when, in one sentence."""
    return _rule(Voice(program, language), program.by_id[campaign])


def reason(program: Program, found: Reason, language: str, audience: Audience = "cashier") -> str:
    """A reason in words."""
    return _why(Voice(program, language, audience), program.by_id[found.campaign], found)


def _told(voice: Voice, compiled: Compiled, found: Reason) -> Told:
    return Told(
        compiled.id,
        voice.campaign(compiled.id),
        found.code,
        _rule(voice, compiled),
        _why(voice, compiled, found),
    )


def _rule(voice: Voice, compiled: Compiled) -> str:
    gives = ", ".join(voice.sentence(effect) for effect in compiled.campaign.then)
    if compiled.max_minor is not None:
        gives = voice.word("in_all", gives=gives, money=voice.money(compiled.max_minor))
    if not compiled.campaign.when:
        return gives
    return voice.word("if", gives=gives, conditions=voice.join(compiled.campaign.when, "and"))


def _why(voice: Voice, compiled: Compiled, found: Reason) -> str:
    figures = found.figures
    if voice.audience == "developer":
        return _technical(voice, compiled, found)
    if found.code == "unmet" and found.kind != "member":
        return _missing(voice, compiled, found.part, figures)
    if found.code == "applied":
        given = ", ".join(_given(voice, figures))
        if "capped" in figures:
            return voice.word("applied_capped", given=given, over=figures["capped"])
        return voice.word("applied_refused" if "refused" in figures else "applied", given=given)
    word = f"{found.code}_{found.kind}" if found.kind else found.code
    return voice.word(
        word,
        by=voice.campaign(figures.get("by", "")),
        date=voice.date(figures["day"]) if "day" in figures else "",
        trigger=compiled.trigger,
    )


def _technical(voice: Voice, compiled: Compiled, found: Reason) -> str:
    """What the engine saw: kinds, figures and ids as the document has them."""
    code = "member" if (found.code, found.kind) == ("unmet", "member") else found.code
    lane = voice.program.rules.lanes[compiled.lane]
    return voice.word(
        f"developer.{code}" if code in _TECHNICAL else "developer.other",
        code=found.code,
        kind=found.kind,
        number=found.part + 1,
        figures=", ".join(_plain(found.figures)) or "-",
        by=found.figures.get("by", ""),
        lane=lane.id,
        combine=lane.combine,
        trigger=compiled.trigger,
    )


def _plain(figures: dict[str, Any]) -> Iterator[str]:
    """``missing_minor=1240``; of several ways each with its kind."""
    for name, value in figures.items():
        if name == "ways":
            yield from (f"{kind}({', '.join(_plain(own))})" for kind, own, _ in value)
        elif isinstance(value, dict):
            yield from _plain(value)
        else:
            yield f"{name}={value}"


def _missing(voice: Voice, compiled: Compiled, part: int, figures: dict[str, Any]) -> str:
    """What an unmet condition misses; of an ``any``, what each of its own does."""
    condition = compiled.parts[part]
    if "ways" in figures:
        ways = [_missing(voice, compiled, part + way, own) for _, own, way in figures["ways"]]
        figures = {**figures, "ways": ways}
    return voice.unmet(condition, figures)


def _given(voice: Voice, figures: dict[str, Any]) -> Iterator[str]:
    if "off_minor" in figures:
        yield voice.word("off", money=voice.money(figures["off_minor"]))
    for asset, amount in figures.get("assets", {}).items():
        yield voice.asset(amount, asset)
    if "voucher" in figures:
        yield voice.word("voucher", what=voice.voucher(figures["voucher"]))
    if "gift" in figures:
        yield voice.word("gift", what=figures["gift"])
    if "message" in figures:
        yield voice.word("message")
