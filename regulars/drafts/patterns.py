"""Patterns: campaigns to begin with, put into a document with what they need beside them."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from regulars.drafts.build import campaigns_of, id_from
from regulars.programs.source import Source

_POINTS = ("points_per_spend", "fixed_points", "points_multiplier", "qualifying_points")


class Pattern(NamedTuple):
    """A campaign to begin with, and what is said of it, by language."""

    id: str
    icon: str
    lane: str
    name: dict[str, str]
    about: dict[str, str]
    document: dict[str, Any]


@cache
def patterns() -> dict[str, Pattern]:
    """All there are, by id."""
    text = files(__package__ or "").joinpath("patterns.yaml").read_text("utf-8")
    lines = "\n".join(f"  {line}" for line in text.splitlines())
    found = Source(f"patterns:\n{lines}").data["patterns"]
    return {one["id"]: Pattern(**one) for one in found}


def put_in(data: dict[str, Any], pattern: Pattern) -> tuple[dict[str, Any], str]:
    """The document with the pattern in it, under names that nothing has yet; the first campaign's
    id. What is counted and is there already (``points``) stays as it is."""
    taken = {one.get("id", "") for one in campaigns_of(data)}
    text = json.dumps(pattern.document)
    for section in ("vouchers", "stamp_cards", "assets"):
        for name in pattern.document.get(section, ()):
            if name == "points":
                continue
            known = list(data.get(section) or {})
            text = text.replace(json.dumps(name), json.dumps(id_from(name, known)))
    for one in pattern.document["campaigns"]:
        text = text.replace(f'"id": "{one["id"]}"', f'"id": "{id_from(one["id"], list(taken))}"')
    fragment = json.loads(text)
    found = dict(data)
    for section, parts in fragment.items():
        if section == "campaigns":
            lane = _lane(data, pattern.lane)
            added = [{**one, **({"lane": lane} if lane else {})} for one in parts]
            found[section] = [*(data.get(section) or []), *added]
        else:
            there: dict[str, Any] = data.get(section) or {}
            more = {name: one for name, one in parts.items() if name not in there}
            found[section] = {**there, **more}
    return found, str(fragment["campaigns"][0]["id"])


def _lane(data: dict[str, Any], wanted: str) -> str:
    """The lane where campaigns of that sort stand already; points come last, prices first."""
    lanes = [one["id"] for one in data.get("lanes") or () if isinstance(one, dict) and "id" in one]
    if not lanes:
        return ""
    for one in campaigns_of(data):
        effects = [part for part in one.get("then") or () if isinstance(part, dict)]
        points = any(part.get("kind") in _POINTS for part in effects)
        if effects and points == (wanted == "points") and one.get("lane") in lanes:
            return str(one["lane"])
    return str(lanes[-1] if wanted == "points" else lanes[0])
