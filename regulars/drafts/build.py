"""Build: a draft's campaign as it is being written: what is changed, checked and said of it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from regulars.drafts.nodes import begun_kind
from regulars.engine.explain import sentence
from regulars.engine.margins import Stocked
from regulars.engine.program import Program, compile_rules
from regulars.engine.rules import AnyCondition, AnyEffect, Campaign
from regulars.kit.words import LANGUAGES
from regulars.programs.document import Checked, Document, check
from regulars.programs.faults import Finding

_CONDITION: TypeAdapter[Any] = TypeAdapter(AnyCondition)
_EFFECT: TypeAdapter[Any] = TypeAdapter(AnyEffect)
_SETTINGS = ("trigger", "lane", "members_only", "paused", "starts", "ends", "max_minor")


def campaigns_of(data: Any) -> list[dict[str, Any]]:
    """The campaigns of a document as read, those that are at least mappings."""
    found = data.get("campaigns") if isinstance(data, dict) else None
    return [one for one in found or () if isinstance(one, dict)] if isinstance(found, list) else []


def place_of(data: Any, campaign: str) -> int | None:
    """Where in the list a campaign stands."""
    found = data.get("campaigns") if isinstance(data, dict) else None
    for n, one in enumerate(found if isinstance(found, list) else ()):
        if isinstance(one, dict) and one.get("id") == campaign:
            return n
    return None


def with_campaign(data: dict[str, Any], campaign: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """The document with a campaign put in place of the one of that id, or behind all others."""
    items = list(data.get("campaigns") or [])
    place = place_of(data, campaign)
    if place is None:
        items.append(wanted)
    else:
        items[place] = wanted
    return {**data, "campaigns": items}


def without_campaign(data: dict[str, Any], campaign: str) -> dict[str, Any]:
    """The document less one campaign."""
    return {
        **data,
        "campaigns": [one for one in data.get("campaigns") or [] if one.get("id") != campaign],
    }


def moved(data: dict[str, Any], campaign: str, *, up: bool) -> dict[str, Any]:
    """The document with a campaign judged one place earlier, or later, in its lane."""
    ranked = judged(data)
    here = next((n for n, one in enumerate(ranked) if one.get("id") == campaign), None)
    there = None if here is None else here + (-1 if up else 1)
    if here is None or there is None or not 0 <= there < len(ranked):
        return data
    one, other = ranked[here], ranked[there]
    if lane_of(data, one) != lane_of(data, other):
        return data
    changed = {key: value for key, value in one.items() if key != "priority"}
    if _priority(other):
        changed["priority"] = other["priority"]
    rest = [item for item in data["campaigns"] if item is not one]
    at = next(n for n, item in enumerate(rest) if item is other) + (0 if up else 1)
    return {**data, "campaigns": [*rest[:at], changed, *rest[at:]]}


def judged(data: Any) -> list[dict[str, Any]]:
    """The campaigns in the order in which they are judged: lanes, priority, then as they stand."""
    lanes = lanes_of(data)
    place = {lane: n for n, lane in enumerate(lanes)}
    return sorted(
        campaigns_of(data),
        key=lambda one: (place.get(lane_of(data, one), len(lanes)), -_priority(one)),
    )


def lanes_of(data: Any) -> list[str]:
    found = data.get("lanes") if isinstance(data, dict) else None
    names = [str(one.get("id")) for one in found or () if isinstance(one, dict)]
    return names or ["main"]


def lane_of(data: Any, campaign: dict[str, Any]) -> str:
    """The lane a campaign belongs to: the first one where it names none."""
    return str(campaign.get("lane") or lanes_of(data)[0])


def _priority(campaign: dict[str, Any]) -> int:
    found = campaign.get("priority", 0)
    return found if isinstance(found, int) else 0


def change_form(data: dict[str, Any], action: str, post: Any) -> dict[str, Any]:
    """Add or take away a part: ``add:when`` (of the kind chosen), ``remove:when.1``."""
    verb, _, path = action.partition(":")
    *above, last = [int(part) if part.isdecimal() else part for part in path.split(".")]
    here: Any = data
    for n, part in enumerate(above):
        if isinstance(part, int) and isinstance(here, list):
            if part >= len(here):
                return data
        elif isinstance(here, dict):
            following = above[n + 1] if n + 1 < len(above) else last
            here.setdefault(str(part), [] if isinstance(following, int) else {})
        else:
            return data
        here = here[part]
    if verb == "remove":
        _remove(here, last)
    elif isinstance(here, dict) and verb == "add":
        kind = post.get(f"new:{path}", "")
        if kind:
            here[str(last)] = [*here.get(str(last), []), begun_kind(kind)]
    elif isinstance(here, dict) and verb == "choose":
        here[str(last)] = begun_kind(post.get(f"new:{path}", ""))
    elif isinstance(here, dict) and verb == "row":
        here[str(last)] = [*here.get(str(last), []), {}]
    elif isinstance(here, dict) and verb == "entry":
        here[str(last)] = {**here.get(str(last), {}), "": None}
    elif isinstance(here, dict) and verb == "switch":
        here[str(last)] = {}
    return data


def _remove(here: Any, last: Any) -> None:
    if isinstance(here, list) and isinstance(last, int) and last < len(here):
        here.pop(last)
    elif isinstance(here, dict) and isinstance(last, int) and last < len(here):
        here.pop(list(here)[last])
    elif isinstance(here, dict):
        here.pop(str(last), None)


def sentences(shell: Document, campaign: Mapping[str, Any]) -> dict[str, str]:
    """The campaign in one sentence, in each language, from the parts that are right so far."""
    parts: dict[str, Any] = {"id": "draft"}
    for name, adapter in (("when", _CONDITION), ("then", _EFFECT)):
        given = campaign.get(name)
        parts[name] = tuple(filter(None, (_part(adapter, one) for one in given or ())))
    if not parts["then"]:
        return {}
    most = campaign.get("max_minor")
    if isinstance(most, int) and most > 0:
        parts["max_minor"] = most
    try:
        made = Campaign(**parts)
        program = compile_rules(shell.model_copy(update={"campaigns": (made,)}))
        return {tongue: _begun(sentence(program, "draft", tongue)) for tongue in LANGUAGES}
    except (ValueError, KeyError):
        return {}


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def sentence_of(program: Program, campaign: str, tongue: str) -> str:
    """The same of a campaign that stands in a program."""
    return _begun(sentence(program, campaign, tongue))


def _part(adapter: TypeAdapter[Any], given: Any) -> Any:
    try:
        return adapter.validate_python(given)
    except ValidationError:
        return None


def shell_of(data: Any, otherwise: Document) -> Document:
    """What stands around the campaigns; of the revision where the draft's own has a fault."""
    try:
        return Document.model_validate({**data, "campaigns": []})
    except (ValidationError, TypeError):
        return otherwise


def campaign_errors(
    findings: Sequence[Finding], place: int, names: Sequence[str]
) -> tuple[list[tuple[str, Finding]], list[Finding]]:
    """What is wrong with a campaign by the place in its form; and what is wrong elsewhere. Findings
    name it by its place in the list or by one of its names."""
    heads = (f"campaigns[{place}]", *(f"campaigns.{name}" for name in names))
    here: list[tuple[str, Finding]] = []
    others = []
    for finding in findings:
        head = next((one for one in heads if under(finding.path, one)), None)
        if head is None:
            others.append(finding)
        else:
            here.append((finding.path[len(head) :].strip("."), finding))
    return here, others


def under(path: str, head: str) -> bool:
    """True of a place that is another one or lies in it."""
    return path == head or path.startswith((f"{head}.", f"{head}["))


def examined(text: str, tongue: str, now: datetime, stock: Sequence[Stocked] = ()) -> Checked:
    """A draft's text, checked, with doubts."""
    return check(text, tongue, now=now, stock=stock)


def id_from(name: str, taken: Sequence[str]) -> str:
    """A short name made from what somebody called it, that nothing else has."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    base = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")[:50]
    base, number = base or "campaign", 2
    found = base
    while found in taken:
        found, number = f"{base}-{number}", number + 1
    return found


_BULGARIAN = "абвгдежзийклмнопрстуфхцчшщъьюя"
_LATIN = "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya"
_LETTERS = str.maketrans({**dict(zip(_BULGARIAN, _LATIN.split(), strict=True)), "ł": "l"})
