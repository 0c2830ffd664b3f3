"""Serves the pages that the nouns list in their ``console.py``.

For each page, in this order: signed in, with a second factor; allowed to; then one transaction
under row-level security, in which the page is made and what it did is written down.
"""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from msgspec import structs

import regulars
from regulars.activities.pages import told
from regulars.console.account import ENTERED, address
from regulars.console.desk import place, run, seated, whole
from regulars.console.frame import frame
from regulars.kit.pages import Desk, Done, Page, Shown, words_of
from regulars.kit.problems import Busy, NotFound, Problem
from regulars.staff.operations import record
from regulars.staff.queries import Place, desks

say = words_of(__package__ or "")


@cache
def pages() -> dict[str, Page]:
    """Every page by its name: those of the nouns and the console's own."""
    found: dict[str, Page] = {}
    for info in pkgutil.iter_modules(regulars.__path__):
        package = f"{regulars.__name__}.{info.name}"
        module = _module(package)
        for page in getattr(module, "PAGES", ()):
            if page.name in found:
                raise ValueError(f"two pages are called {page.name}")
            found[page.name] = structs.replace(page, package=package)
    return found


def _module(package: str) -> Any:
    name = f"{package}.console"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name != name:
            raise
        return None


def urls() -> list[URLPattern]:
    return [path(page.path, served(page), name=page.name) for page in pages().values()]


def served(page: Page) -> Callable[..., HttpResponseBase]:
    """The view of a page."""

    @never_cache
    def view(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD", *(["POST"] if page.writes else [])):
            return HttpResponseNotAllowed(["GET"])
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        places = run(desks(request.user.pk))
        at = place(places, request)
        if at is None:
            return render(request, "console/nowhere.html", status=403)
        if not at.second_factor and not request.session.get(ENTERED):
            return redirect("mfa_activate_totp")
        return _patiently(request, page, places, at, parts)

    return view


def _patiently(
    request: HttpRequest, page: Page, places: list[Place], at: Place, parts: dict[str, Any]
) -> HttpResponseBase:
    """The answer; made anew, with its files from their beginnings, where somebody else was
    faster."""

    def answer() -> HttpResponseBase:
        for name in request.FILES:
            for file in request.FILES.getlist(name):
                file.seek(0)
        return _answer(request, page, places, at, parts)

    try:
        return whole(answer)
    except Busy:
        with seated(at, places, request) as desk:
            return _trouble(request, frame(request, page, pages(), desk, places), 503, say("busy"))


def _answer(
    request: HttpRequest, page: Page, places: list[Place], at: Place, parts: dict[str, Any]
) -> HttpResponseBase:
    with seated(at, places, request) as desk:
        base = frame(request, page, pages(), desk, places)
        if page.permission not in desk.permissions or (page.agency and not desk.agency):
            return _trouble(request, base, 403, say("forbidden"))
        try:
            with transaction.atomic():
                return _finish(request, page, desk, base, page.view(request, desk, **parts))
        except Problem as problem:
            return _trouble(request, base, problem.status, _reason(problem))


def _finish(
    request: HttpRequest, page: Page, desk: Desk, base: dict[str, Any], answer: Any
) -> HttpResponseBase:
    done = answer if isinstance(answer, Done) else getattr(answer, "done", None)
    if done is not None:
        _write_down(request, page, desk, done)
    if isinstance(answer, Done):
        if answer.message:
            messages.success(request, answer.message)
        return redirect(reverse(f"console:{answer.to or page.name}", kwargs=dict(answer.parts)))
    if isinstance(answer, Shown):
        context = {**base, **answer.context}
        if answer.title:
            context["title"] = answer.title
        return render(request, answer.template, context, status=answer.status)
    assert isinstance(answer, HttpResponseBase)
    return answer


def _write_down(request: HttpRequest, page: Page, desk: Desk, done: Done) -> None:
    run(
        record(
            organization_id=desk.organization_id,
            staff_id=desk.staff_id,
            who=desk.who,
            action=page.writes,
            now=desk.real_now,
            object=done.object,
            details=done.details,
            address=address(request),
        )
    )


def _reason(problem: Problem) -> str:
    return say("not_found") if isinstance(problem, NotFound) else told(problem)


def _trouble(request: HttpRequest, base: dict[str, Any], status: int, detail: str) -> HttpResponse:
    context = {**base, "title": say("trouble"), "detail": detail, "status": status}
    return render(request, "console/trouble.html", context, status=status)
