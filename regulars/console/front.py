"""The front door: says that Regulars runs and where to go next. No data, no login, no cookie."""

from functools import cache
from html import escape
from importlib.resources import files

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from regulars import __version__
from regulars.kit.words import LANGUAGES, catalog

_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_COMMAND = "regulars key create"


@csrf_exempt  # it changes nothing, whoever asks
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """In the reader's language, as the browser asks for it."""
    return _said(request, "front.html", 200)


def nowhere(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Where no page is: said in the reader's language too, and nothing of what was looked for."""
    return _said(request, "nowhere.html", 404)


def _said(request: HttpRequest, file: str, status: int) -> HttpResponse:
    wanted = get_language_from_request(request)[:2]
    language = wanted if wanted in LANGUAGES else "en"
    page = _page(file, language)
    answer = HttpResponse(page, status=status, headers={"Content-Security-Policy": _POLICY})
    answer["Content-Language"] = language
    answer["Vary"] = "Accept-Language"
    return answer


@require_safe
def stylesheet(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_file("front.css"), content_type="text/css; charset=utf-8")


@cache
def _page(file: str, language: str) -> str:
    words = {code: escape(texts[language]) for code, texts in _words().items()}
    return _file(file).format(language=language, version=__version__, command=_COMMAND, **words)


@cache
def _file(name: str) -> str:
    return files(__package__ or "").joinpath(name).read_text(encoding="utf-8")


def _words() -> dict[str, dict[str, str]]:
    return catalog(__package__ or "", "front.toml")
