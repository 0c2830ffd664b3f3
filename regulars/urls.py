"""Addresses of the control plane. The till's own paths never come here."""

from django.urls import URLPattern, URLResolver, include, path

from regulars.cards import portal
from regulars.console import front
from regulars.organizations import portal as organizations
from regulars.portal.domains import at_home
from regulars.rewards import portal as pictures

handler404 = front.nowhere
urlpatterns: list[URLPattern | URLResolver] = [
    path("", at_home(front.page)),
    path("front.css", front.stylesheet),
    path("console/", include("regulars.console.urls")),
    path("my/", include("regulars.portal.urls")),
    path("till/", include("regulars.counter.urls")),
    path("wallet/", include(portal.urls())),
    path("pictures/", include(pictures.urls())),
    path("logo/", include(organizations.urls())),
]
