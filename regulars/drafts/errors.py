"""Errors: what the check of a document finds, beside the fields of a form and in their words."""

import re
from collections.abc import Iterable
from typing import Any

from regulars.drafts.fields import At
from regulars.drafts.nodes import PACKAGE, label_of
from regulars.engine.rules import CONDITIONS, EFFECTS
from regulars.kit.words import say
from regulars.programs.faults import Finding

_PLAINER = {
    "missing_field": "fill_in", "too_few": "add_one", "missing_kind": "choose_one",
    "no_translation": "other_languages", "needs_integer": "not_whole",
    "needs_number": "not_number", "needs_date": "not_date",
}  # fmt: skip
"""Errors of which a form speaks otherwise than a text: there is nothing to be quoted in it."""
_QUOTED = re.compile(r'["„“]([a-z_]+)["”“]')

QUOTES = {"en": ("“", "”"), "pl": ("„", "”"), "bg": ("„", "“")}


def at_fields(found: Iterable[tuple[str, Finding]], data: Any, tongue: str) -> dict[str, At]:
    """What is wrong or doubtful by the place of its field, ``then.0.price_minor``."""
    here: dict[str, At] = {}
    for place, finding in found:
        path = re.sub(r"\[(\d+)\]", r".\1", place).strip(".")
        at = here.setdefault(path or "id", At([], []))
        messages = at.errors if finding.severity == "error" else at.notes
        text = said(path, finding, data, tongue)
        if text not in messages:
            messages.append(text)
    return here


def said(path: str, finding: Finding, data: Any, tongue: str) -> str:
    """A finding in a sentence, as somebody reads it who knows the form and not the text."""
    plainer = _PLAINER.get(finding.code)
    if plainer == "not_whole" and path.endswith("_minor"):
        plainer = "not_money"
    if plainer is not None:
        return say(PACKAGE, "console.toml", plainer, tongue)
    technical = "kind:" in finding.suggestion
    hint = f" ({finding.suggestion})" if finding.suggestion and not technical else ""
    text = _labelled(finding.message + hint, _kind_at(path, data), tongue)
    return text[:1].upper() + text[1:]


def _labelled(text: str, of: str, tongue: str) -> str:
    """A sentence with the fields it names called as the form calls them."""

    def label(match: re.Match[str]) -> str:
        name = match[1]
        found = label_of(name, tongue, of)
        if found == name.replace("_", " "):
            return match[0]
        opening, closing = QUOTES[tongue]
        return f"{opening}{found}{closing}"

    return _QUOTED.sub(label, text)


def _kind_at(path: str, data: Any) -> str:
    """The name of the kind of rule part a place lies in."""
    kind = ""
    for part in path.split("."):
        try:
            data = data[int(part)] if isinstance(data, list) else data[part]
        except (KeyError, IndexError, TypeError, ValueError):
            break
        if isinstance(data, dict) and isinstance(data.get("kind"), str):
            kind = data["kind"]
    model = CONDITIONS.get(kind) or EFFECTS.get(kind)
    return model.__name__ if model else ""
