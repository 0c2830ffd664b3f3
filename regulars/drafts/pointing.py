"""Pointing: what was found in a draft, said without the text's own words, with the way to it."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse

from regulars.drafts.build import campaigns_of
from regulars.drafts.errors import said
from regulars.drafts.keeping import called
from regulars.drafts.nodes import label_of
from regulars.drafts.parts import place_in, sections
from regulars.engine.scope import SLUG
from regulars.kit.pages import tongue
from regulars.programs.faults import Finding

_STEP = re.compile(r"[^.\[\]]+")


def pointed(findings: Iterable[Finding], data: Any, draft_id: UUID) -> list[dict[str, str]]:
    """Each finding: of what it is said, the sentence, and the address of the form to mend it."""
    return [_pointed(finding, data, draft_id) for finding in findings]


def _whole(sentence: str) -> str:
    """With its full stop: a way to mend it follows."""
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def _pointed(finding: Finding, data: Any, draft_id: UUID) -> dict[str, str]:
    first, *rest = _STEP.findall(finding.path) or [""]
    what, part, url = "", None, reverse("console:draft-document", args=[draft_id])
    if first == "campaigns" and rest:
        part = _campaign(rest[0], data)
        what = called(part) or (str(part.get("id", "")) if part else "")
        if part and re.fullmatch(SLUG, str(part.get("id"))):
            url = reverse("console:draft-campaign", args=[draft_id, part["id"]])
        rest = rest[1:]
    elif first in sections() and sections()[first].many and rest:
        part = place_in(first, rest[0]).get(data)
        what = called(part) or rest[0]
        if re.fullmatch(SLUG, rest[0]) and part is not None:
            url = reverse("console:draft-part", args=[draft_id, first, rest[0]])
        rest = rest[1:]
    else:
        group = next((one for one in sections().values() if first in one.fields), None)
        what = label_of(group.id if group else first, tongue(), "Section")
        if group is not None and not group.many:
            url = reverse("console:draft-group", args=[draft_id, group.id])
    return {"what": what, "text": _whole(said(".".join(rest), finding, part, tongue())), "url": url}


def _campaign(name: str, data: Any) -> dict[str, Any] | None:
    there = campaigns_of(data)
    if name.isdecimal():
        return there[int(name)] if int(name) < len(there) else None
    return next((one for one in there if one.get("id") == name), None)
