"""The page of notices: what somebody was told, here and perhaps by mail."""

from django.http import HttpRequest

from regulars.kit.pages import Desk, Done, Shown, moment, words_of
from regulars.staff import operations, queries

tell = words_of(__package__ or "", "notices.toml")


def notices(request: HttpRequest, desk: Desk) -> Shown | Done:
    """What this person was told, the last first; reading is said with a button."""
    if request.method == "POST":
        read = desk.run(
            operations.read_notices(
                organization_id=desk.organization_id, staff_id=desk.staff_id, now=desk.real_now
            )
        )
        return Done("", to="notices", details={"read": read})
    found = desk.run(queries.notices(desk.organization_id, desk.staff_id))
    shown = [
        {
            "text": tell(one.code, who=one.who, object=one.object),
            "path": one.path,
            "at": moment(one.at, desk.timezone),
            "is_read": one.is_read,
        }
        for one in found
    ]
    fresh = any(not one.is_read for one in found)
    return Shown("console/notices.html", {"notices": shown, "fresh": fresh})
