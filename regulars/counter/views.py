"""The till page: a shell that knows nothing, and the session it asks for.

The shell is the same for everybody, so that the browser may keep it for when the network is gone.
"""

import hashlib
import json
from datetime import UTC, datetime
from functools import cache
from hmac import compare_digest
from importlib.resources import files
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.csp import CSP
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from regulars import __version__
from regulars.activities.context import Context
from regulars.consents.queries import in_order
from regulars.console.desk import enter, now, run, whole
from regulars.counter.estimates import public_key, signed
from regulars.counter.joining import NewMember, welcome
from regulars.counter.operations import OpenTill, close_till, find_till
from regulars.kit.pages import tongue
from regulars.kit.problems import Problem
from regulars.kit.words import LANGUAGES, catalog
from regulars.organizations.queries import settings as organization_settings
from regulars.products.queries import shelf
from regulars.programs.snapshot import load
from regulars.till.router import read_body
from regulars.till.sessions import COOKIE, proof_of

_PACKAGE = __package__ or ""
_NEW_MEMBER = msgspec.json.Decoder(NewMember)
_MOST_ARTICLES = 1_000
"""A shop with more of them types prices, or has a till of its own."""
_POLICY = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}


@require_safe
@never_cache
@csp_override(_POLICY)
def page(request: HttpRequest) -> HttpResponse:
    """The shell, in the reader's language; ``?lang=`` chooses one for good."""
    wanted = request.GET.get("lang", "")
    if wanted in LANGUAGES:
        translation.activate(wanted)
    words = {code: texts[tongue()] for code, texts in catalog(_PACKAGE, "words.toml").items()}
    context = {"words": words, "tongue": tongue(), "tongues": settings.LANGUAGES}
    answer = render(request, "counter/till.html", context)
    if wanted in LANGUAGES:
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE,
        )  # fmt: skip
    return answer


@require_safe
@never_cache
def session(request: HttpRequest) -> JsonResponse:
    """Which till this is, what its program calls things, and what it may estimate alone."""
    found = _found(request)
    if found is None:
        return JsonResponse({"code": "closed"}, status=401)
    return JsonResponse(whole(lambda: _session(found, request.COOKIES[COOKIE])))


def _session(found: OpenTill, secret: str) -> dict[str, Any]:
    enter(found.organization_id, [found.program_id])
    revisions = run(load(found.program_id))
    at = now()
    number, program = revisions.at(int(at.timestamp()))
    rules: Any = program.rules
    consents = run(in_order(found.program_id, number, rules.consents))
    articles = run(shelf(found.program_id, found.shop, at, _MOST_ARTICLES))
    logo = run(organization_settings(found.organization_id)).logo
    return {
        "id": str(found.id),
        "proof": proof_of(secret),
        "who": found.who,
        "shop": found.shop,
        "shop_name": found.shop_name,
        "till": found.till,
        "logo": reverse("logo", args=[logo]) if logo else "",
        "expires_at": found.expires_at.isoformat(),
        "program": _said(program, consents, tongue()) | {"slug": found.program, "revision": number},
        "articles": articles,
        "clock_ms": int(at.timestamp() * 1000),
        "snapshot": signed(program, number, found.program, at, settings.SECRET_KEY),
        "key": public_key(settings.SECRET_KEY),
    }


def _said(program: Any, consents: dict[str, Any], language: str) -> dict[str, Any]:
    """What the program calls itself and its things, in one language."""

    def named(things: dict[str, Any]) -> dict[str, str]:
        return {code: _in(thing.name, language) or code for code, thing in things.items()}

    rules = program.rules
    tiers = {
        tier: _in(rules.texts.get(f"tier.{tier}", {}), language) or tier for tier in rules.tiers
    }
    return {
        "name": _in(rules.name, language) or rules.program,
        "currency": rules.currency,
        "timezone": rules.timezone,
        "assets": {code: _in(asset.name, language) or code for code, asset in rules.assets.items()},
        "pays": {
            asset: {
                "points": pays.points,
                "minor": pays.minor,
                "least": pays.least,
                "most": pays.most,
                "step": pays.step,
            }
            for asset, pays in program.paying.items()
        },
        "gift_cards": _cards(rules.gift_cards, language),
        "tiers": tiers,
        "vouchers": named(rules.vouchers),
        "rewards": named(rules.rewards),
        "without_receipt": rules.returns.without_receipt is not None,
        "consents": [
            {"name": name, "label": _in(one.name, language), "text": _in(one.text, language)}
            for name, one in consents.items()
        ],
        "campaigns": {c.id: _in(c.name, language) or c.id for c in rules.campaigns},
    }


def _cards(cards: dict[str, Any], language: str) -> list[dict[str, Any]]:
    """The kinds of gift cards that a till can sell. One without articles of its own is known by
    the line's role, which says which kind only where there is no other."""
    return [
        {
            "id": code,
            "name": _in(card.name, language) or code,
            "skus": card.skus or [code],
            "amounts": card.amounts_minor,
            "least": card.least_minor,
            "most": card.most_minor,
            "top_up": card.top_up,
        }
        for code, card in cards.items()
        if card.skus or len(cards) == 1
    ]


def _in(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


@csrf_exempt  # the header, which no other site can set, is proof enough
@require_POST
def join(request: HttpRequest) -> JsonResponse:
    """A new member with what they agreed to, all of it or nothing (T21)."""
    found = _found(request)
    if found is None or not _proven(request):
        return JsonResponse({"code": "unauthorized"}, status=401)
    try:
        asked = read_body(_NEW_MEMBER, request.body)
        return JsonResponse(whole(lambda: _welcomed(found, asked)), status=201)
    except Problem as problem:
        answer = JsonResponse(problem.document(), status=problem.status)
        if "retry_after" in problem.extra:
            answer["Retry-After"] = problem.extra["retry_after"]
        return answer


def _welcomed(found: OpenTill, asked: NewMember) -> dict[str, Any]:
    enter(found.organization_id, [found.program_id])
    context = Context(found.program_id, run(load(found.program_id)))
    return welcome(context, asked, found, int(now().timestamp()))


@csrf_exempt  # the header, which no other site can set, is proof enough
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    found = _found(request)
    if found is not None and _proven(request):
        whole(lambda: _closed(found))
    answer = HttpResponse(status=204)
    answer.delete_cookie(COOKIE, samesite="Strict")
    return answer


def _closed(found: OpenTill) -> None:
    enter(found.organization_id, [found.program_id])
    organization_id, at = found.organization_id, datetime.now(UTC)
    run(close_till(organization_id=organization_id, session_id=found.id, now=at))


def _proven(request: HttpRequest) -> bool:
    said = request.headers.get("Regulars-Till", "")
    return compare_digest(said.encode(), proof_of(request.COOKIES[COOKIE]).encode())


def _found(request: HttpRequest) -> OpenTill | None:
    secret = request.COOKIES.get(COOKIE)
    return None if secret is None else run(find_till(secret, datetime.now(UTC)))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: another digest of the page's files is another worker, and it fetches
    them anew."""
    names = sorted(one.name for one in _static().iterdir())
    told = json.dumps({"version": _digest(), "files": [f"/static/counter/{n}" for n in names]})
    script = _static().joinpath("worker.js").read_text("utf-8")
    answer = HttpResponse(f"self.till = {told};\n{script}", content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    word = catalog(_PACKAGE, "words.toml")["title"][tongue()]
    icon = {"src": "/static/console/icon.svg", "sizes": "any", "type": "image/svg+xml"}
    return JsonResponse({
        "name": f"Regulars · {word}", "short_name": word, "start_url": "/till/", "scope": "/till/",
        "display": "standalone", "icons": [icon],
    })  # fmt: skip


@cache
def _digest() -> str:
    """Of everything the browser keeps."""
    whole = hashlib.sha256(__version__.encode())
    for one in sorted(_static().iterdir(), key=lambda file: file.name):
        whole.update(one.read_bytes())
    whole.update(files(_PACKAGE).joinpath("templates/counter/till.html").read_bytes())
    whole.update(files(_PACKAGE).joinpath("words.toml").read_bytes())
    return whole.hexdigest()[:16]


def _static() -> Any:
    return files(_PACKAGE).joinpath("static/counter")
