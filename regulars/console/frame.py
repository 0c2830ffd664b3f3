"""What stands around every page: navigation by role, the choice of organization, the language."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from regulars import __version__
from regulars.kit.mail import is_set_up
from regulars.kit.pages import Desk, Page, tongue, words_of
from regulars.staff.queries import Place
from regulars.staff.roles import role_name

GROUPS = ("", "members", "program", "figures", "organization", "staff")
"""The groups of the navigation, in order; their words are ``group_...`` in ``console.toml``."""
THEMES = ("auto", "light", "dark")

say = words_of(__package__ or "")


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """What the pages of signing in know too."""
    theme = request.COOKIES.get("regulars_theme", "auto")
    return {
        "tongue": tongue(),
        "tongues": settings.LANGUAGES,
        "theme": theme if theme in THEMES else "auto",
        "themes": THEMES,
        "version": __version__,
        "mail": is_set_up(),
        "issuers": settings.ISSUERS.values(),
    }


def frame(
    request: HttpRequest, page: Page, pages: dict[str, Page], desk: Desk, places: list[Place]
) -> dict[str, Any]:
    """What the layout of the console shows beside the page itself."""
    above = pages.get(page.below)
    shown = next(one.settings for one in places if one.organization_id == desk.organization_id)
    unread = next(one.notices for one in places if one.organization_id == desk.organization_id)
    return {
        "title": words_of(page.package)(page.name),
        "desk": desk,
        "colour": shown.get("colour", ""),
        "logo": shown.get("logo", ""),
        "role": _role(desk, places),
        "navigation": navigation(pages, desk, active=_highest(page, pages), unread=unread),
        "unread": unread,
        "places": places,
        "above": above and {"label": words_of(above.package)(above.name), "url": _url(above)},
        "allowed": {one.name for one in pages.values() if may_open(one, desk)},
    }


def _role(desk: Desk, places: list[Place]) -> str:
    if desk.role:
        return role_name(desk.role, tongue())
    return next(one.role_name for one in places if one.organization_id == desk.organization_id)


def _highest(page: Page, pages: dict[str, Page]) -> str:
    """The page in the navigation that this one belongs to."""
    while page.place is None and page.below in pages:
        page = pages[page.below]
    return page.name


def may_open(page: Page, desk: Desk) -> bool:
    return page.permission in desk.permissions and (desk.agency or not page.agency)


def navigation(
    pages: dict[str, Page], desk: Desk, active: str, unread: int = 0
) -> list[dict[str, Any]]:
    """The groups with their pages, as far as this person may open them."""
    groups = []
    for group in GROUPS:
        inside = [
            (page.place.position, page)
            for page in pages.values()
            if page.place is not None and page.place.group == group and may_open(page, desk)
        ]
        items = [
            {
                "label": words_of(page.package)(page.name),
                "url": _url(page),
                "icon": page.place.icon if page.place else "",
                "active": page.name == active,
                "count": unread if page.name == "notices" else 0,
            }
            for _, page in sorted(inside, key=lambda pair: pair[0])
        ]
        if items:
            groups.append({"label": say(f"group_{group}") if group else "", "items": items})
    return groups


def _url(page: Page) -> str:
    return reverse(f"console:{page.name}")
