"""Past: what the test basket may be told of a member, typed, as far as campaigns ask for it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from regulars.engine.program import Compiled, Program
from regulars.kit.money import digits_of

_MOST = 1_000_000_000


class Ask(NamedTuple):
    """Something a campaign wants to know. ``name`` is ``spend:days:30``, ``attribute:city`` ..."""

    name: str
    sort: str
    of: str
    """The window, attribute or asset."""
    form: str
    """money, number or text."""


def asked(program: Program, campaign: str) -> tuple[list[Ask], list[Ask]]:
    """What the campaign at hand asks for, and what only others do; each once."""
    own = program.by_id.get(campaign)
    mine = list(dict.fromkeys(_of(own, program) if own else ()))
    others = dict.fromkeys(ask for one in program.campaigns for ask in _of(one, program))
    return mine, [ask for ask in others if ask not in mine and ask.sort != "left"]


def _of(one: Compiled, program: Program) -> Iterable[Ask]:
    for part in (*one.parts, *one.campaign.then):
        kind, window = part.kind, getattr(part, "window", None)
        if window == "ever":
            yield Ask("spend", "spend", "", "money")
        elif window is not None:
            if kind != "visits_in_window":
                yield Ask(f"spend:{window}", "spend_in", window, "money")
            if kind in ("visits_in_window", "average_purchase"):
                yield Ask(f"visits:{window}", "visits_in", window, "number")
        if kind == "segment":
            for name in (*getattr(part, "any_of", ()), *getattr(part, "none_of", ())):
                yield Ask(f"segment:{name}", "segment", name, "check")
        elif kind == "days_since_purchase":
            yield Ask("last", "last", "", "number")
        elif kind == "children_age":
            yield Ask("children", "children", "", "text")
        elif hasattr(part, "attribute"):
            yield Ask(f"attribute:{part.attribute}", "attribute", part.attribute, "text")
        for asset in sorted(part.watches()) if hasattr(part, "watches") else ():
            yield Ask(f"balance:{asset}", "balance", asset, "number")
    for scope in one.limits:
        form = "money" if scope == "budget_minor" else "number"
        yield Ask(f"left:{one.id}/{scope}", "left", scope, form)


def typed(post: Any) -> dict[str, str]:
    """What was filled in, by the names of what was asked."""
    found = {name[7:]: post.get(name, "").strip() for name in post if name.startswith("b.past.")}
    return {name: text for name, text in found.items() if text}


def member_facts(said: Mapping[str, str], day: int, currency: str) -> dict[str, Any]:
    """The fields of `engine.facts.Member` that follow from what was typed."""
    windows: dict[str, tuple[int, int]] = {}
    found: dict[str, Any] = {"attributes": {}, "balances": {}, "windows": windows}
    segments = []
    for name, text in said.items():
        sort, _, of = name.partition(":")
        visits, spend = windows.get(of, (0, 0))
        if sort == "spend" and of:
            windows[of] = (visits or 1, _minor(text, currency))
        elif sort == "visits":
            windows[of] = (_whole(text), spend)
        elif sort == "spend":
            found["spend_minor"] = _minor(text, currency)
        elif sort == "segment":
            segments.append(of)
        elif sort == "last":
            found["last_day"] = max(day - _whole(text), 1)
        elif sort == "children":
            found["children"] = tuple(int(one) for one in re.findall(r"\d{1,4}", text))
        elif sort == "attribute":
            found["attributes"][of] = _value(text)
        elif sort == "balance":
            found["balances"][of] = _whole(text)
    return {**found, "segments": tuple(segments)}


def left_of(said: Mapping[str, str], currency: str) -> dict[str, int]:
    """What is left of limits, where somebody has said so."""
    return {
        name[5:]: _minor(text, currency) if name.endswith("_minor") else _whole(text)
        for name, text in said.items()
        if name.startswith("left:")
    }


def _value(text: str) -> Any:
    """An attribute as tills send it: a number, yes or no, or a text."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return int(text) if re.fullmatch(r"-?\d{1,15}", text) else text


def _whole(text: str) -> int:
    return min(int(text), _MOST) if re.fullmatch(r"\d{1,12}", text) else 0


def _minor(text: str, currency: str) -> int:
    digits = digits_of(currency)
    match = re.fullmatch(r"(\d{1,10})(?:[.,](\d*))?", re.sub(r"\s", "", text))
    return int(match[1] + (match[2] or "")[:digits].ljust(digits, "0")) if match else 0
