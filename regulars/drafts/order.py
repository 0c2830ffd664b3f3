"""The page on which campaigns are moved: lanes from top to bottom, in each the order of judging."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from regulars.drafts.build import judged, lane_of, lanes_of, moved
from regulars.drafts.keeping import called, draft_of, keep, readable, say
from regulars.drafts.nodes import choice_name
from regulars.drafts.texts import rewritten
from regulars.kit.pages import Desk, Done, Shown, tongue


def order(request: HttpRequest, desk: Desk, draft_id: UUID) -> Shown | Done:
    """A campaign one place earlier or later among those of its lane."""
    draft = draft_of(desk, draft_id)
    data = readable(draft)
    if request.method == "POST" and draft.state == "open":
        way, _, campaign = request.POST.get("move", "").partition(":")
        keep(desk, draft, rewritten(draft.source, moved(data, campaign, up=way == "up")))
        return Done(draft.title, to="draft-order", parts={"draft_id": draft_id})
    lanes = [
        {
            "id": lane,
            "combine": choice_name(_combined(data, lane), tongue(), "combine"),
            "campaigns": [
                {"id": one.get("id", ""), "name": called(one) or one.get("id", "")}
                for one in judged(data)
                if lane_of(data, one) == lane
            ],
        }
        for lane in lanes_of(data)
    ]
    not_now = "" if draft.state == "open" else say("not_open_now")
    return Shown("drafts/order.html", {"draft": draft, "lanes": lanes, "not_now": not_now})


def _combined(data: dict[str, Any], lane: str) -> str:
    for one in data.get("lanes") or ():
        if isinstance(one, dict) and one.get("id") == lane:
            return str(one.get("combine", "all"))
    return "all"
