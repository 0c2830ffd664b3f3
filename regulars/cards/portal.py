"""Pages for telephones: where a pass is fetched, and Apple's wallet asks what changed.

Addresses and answers are those of Apple's "PassKit Web Service", under ``/wallet/<program>/``. No
login: a pass is known by its own token, a telephone by its own secret name.
"""

import json
import logging
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.cards import passes
from regulars.cards.apple import MEDIA_TYPE, pass_type, pkpass
from regulars.kit.clock import Clock
from regulars.kit.problems import Invalid, NotFound, Problem
from regulars.kit.rowsecurity import ENTER
from regulars.kit.seat import run, whole
from regulars.kit.steps import Step, Steps
from regulars.programs.document import load
from regulars.programs.queries import revision

log = logging.getLogger("regulars.wallet")
View = Callable[..., HttpResponse]

_MOST_BODY_BYTES = 16_000
_MOST_LINES, _LONGEST_LINE = 20, 300
_NAME = re.compile(r"[\w.:-]{1,200}", re.ASCII)


def _told(view: View) -> View:
    """A problem becomes its answer; nothing is kept by anybody on the way."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, program: UUID, **parts: Any) -> HttpResponse:
        try:
            if "kind" in parts and parts.pop("kind") != pass_type():
                raise NotFound("There are no passes of this type here.")
            said = view(request, program, **parts)
        except Problem as problem:
            said = JsonResponse(problem.document(), status=problem.status)
        said["Cache-Control"] = "no-store"
        return said

    return answer


@_told
@require_GET
def fetch(request: HttpRequest, program: UUID, serial: UUID) -> HttpResponse:
    """The pass, for whoever was given its address."""
    return _bundle(request, program, serial, request.GET.get("token", ""))


@_told
@require_GET
def latest(request: HttpRequest, program: UUID, serial: UUID) -> HttpResponse:
    """The pass as it is now; 304 where the telephone has it already."""
    return _bundle(request, program, serial, _token(request))


@_told
@require_http_methods(["POST", "DELETE"])
def registration(request: HttpRequest, program: UUID, device: str, serial: UUID) -> HttpResponse:
    """A telephone begins or ceases to hear of changes."""
    token, name = _token(request), _name(device)
    if request.method == "DELETE":
        _run(program, lambda: passes.unregister(program, serial, token, name))
        return HttpResponse()
    push_token = _body(request).get("pushToken")
    if not isinstance(push_token, str):
        raise Invalid("pushToken is missing.")
    push, at = _name(push_token), Clock.from_environment().seconds()
    is_new = _run(program, lambda: passes.register(program, serial, token, name, push, at))
    return HttpResponse(status=201 if is_new else 200)


@_told
@require_GET
def changed(request: HttpRequest, program: UUID, device: str) -> HttpResponse:
    """Which of a telephone's passes changed; 204 for none."""
    since = request.GET.get("passesUpdatedSince", "")
    name = _name(device)
    found = _run(program, lambda: passes.changed(program, name, since))
    if not found.serials:
        return HttpResponse(status=204)
    return JsonResponse({"serialNumbers": found.serials, "lastUpdated": found.tag})


@_told
@require_POST
def journal(request: HttpRequest, program: UUID) -> HttpResponse:
    """What went wrong on a telephone; a few short lines of it are kept in our log."""
    lines = _body(request).get("logs")
    for line in lines[:_MOST_LINES] if isinstance(lines, list) else ():
        log.warning("a telephone says", extra={"said": ascii(str(line)[:_LONGEST_LINE])})
    return HttpResponse()


def _bundle(request: HttpRequest, program: UUID, serial: UUID, token: str) -> HttpResponse:
    found, names = _run(program, lambda: _kept(program, serial, token))
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    if since is not None and found.changed_at <= since:
        return HttpResponse(status=304)
    answer = HttpResponse(pkpass(program, found, names), content_type=MEDIA_TYPE)
    answer["Last-Modified"] = http_date(found.changed_at)
    answer["Content-Disposition"] = 'attachment; filename="card.pkpass"'
    return answer


def _kept(program: UUID, serial: UUID, token: str) -> Steps[tuple[passes.Kept, dict[str, str]]]:
    found = yield from passes.kept(program, serial, token)
    document = load((yield from revision(program)).document)
    return found, dict(document.name) or {"en": document.program}


def _run(program: UUID, steps: Callable[[], Steps[Any]]) -> Any:
    """In a transaction that sees this program only."""

    def entered() -> Steps[Any]:
        yield Step(ENTER, ("", str(program)))
        return (yield from steps())

    return whole(lambda: run(entered()))


def _token(request: HttpRequest) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind == "ApplePass" else ""


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise Invalid("This is no name of a telephone.")
    return text


def _body(request: HttpRequest) -> dict[str, Any]:
    """The body as an object; anything else is an empty one."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > _MOST_BODY_BYTES:
        raise Invalid("The body is too long.")
    try:
        found = json.loads(request.body)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def urls() -> list[URLPattern]:
    """Under ``/wallet/``."""
    device = "<uuid:program>/v1/devices/<str:device>/registrations/<str:kind>"
    return [
        path("<uuid:program>/<uuid:serial>.pkpass", fetch),
        path(f"{device}", changed),
        path(f"{device}/<uuid:serial>", registration),
        path("<uuid:program>/v1/passes/<str:kind>/<uuid:serial>", latest),
        path("<uuid:program>/v1/log", journal),
    ]
