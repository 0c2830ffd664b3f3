"""Addresses under ``/till/``."""

from django.urls import path

from regulars.counter import views

urlpatterns = [
    path("", views.page),
    path("session", views.session),
    path("join", views.join),
    path("close", views.close),
    path("worker.js", views.worker),
    path("manifest.json", views.manifest),
]
