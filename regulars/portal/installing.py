"""By which a telephone can put the portal among its apps: manifest, picture, service worker."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from regulars.organizations.portal import PURPOSES
from regulars.portal.colours import colours
from regulars.portal.visit import Visit, page


@page("anybody")
def manifest(request: HttpRequest, visit: Visit) -> HttpResponse:
    found, logo = colours(str(visit.settings.get("colour") or "")), logo_of(visit)
    if logo:
        icons = [
            {"src": reverse("logo-square", args=(logo, size, purpose)),
             "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size in (192, 512) for purpose in PURPOSES
        ]  # fmt: skip
    else:
        icons = [{"src": visit.url("icon"), "sizes": "any", "type": "image/svg+xml",
                  "purpose": purpose} for purpose in PURPOSES]  # fmt: skip
    return JsonResponse(
        {
            "name": visit.name, "short_name": visit.name[:20], "id": visit.base,
            "start_url": visit.base, "scope": visit.base, "display": "standalone",
            "lang": visit.language, "background_color": "#ffffff",
            "theme_color": found["brand"], "icons": icons,
        },
        content_type="application/manifest+json",
    )  # fmt: skip


def logo_of(visit: Visit) -> str:
    """The digest of the organization's logo, where it has one."""
    return str(visit.settings.get("logo") or "")


@page("anybody")
def icon(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Where there is no logo: the program's first letter on the organization's colour."""
    context = {"letter": (visit.name or "R")[0].upper(),
               "colours": colours(str(visit.settings.get("colour") or ""))}  # fmt: skip
    return render(request, "portal/icon.svg", context, content_type="image/svg+xml")


@page("anybody")
def worker(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Keeps the first screen for times without a net."""
    context = {"base": json.dumps(visit.base)}
    return render(request, "portal/worker.js", context, content_type="text/javascript")
