"""Addresses of the control plane. The till's own paths never come here."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
