"""Addresses of the control plane. The till's own paths never come here."""

from django.urls import URLPattern, URLResolver, path

from regulars.console import front

urlpatterns: list[URLPattern | URLResolver] = [
    path("", front.page),
    path("front.css", front.stylesheet),
]
