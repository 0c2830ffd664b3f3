"""Addresses for everybody: the logo of an organization, by the digest of what it looks like."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, register_converter
from django.urls import path as address
from django.views.decorators.http import require_safe

from regulars.kit.seat import run
from regulars.organizations.queries import shown_logo
from regulars.organizations.squares import SIZES, square

PURPOSES = ("any", "maskable")


class Digest:
    regex = "[0-9a-f]{40}"

    @staticmethod
    def to_python(text: str) -> str:
        return text

    to_url = to_python


register_converter(Digest, "digest")


@require_safe
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    """The picture; another logo has another address, so it is kept for good."""
    content = run(shown_logo(digest))
    if content is None:
        raise Http404
    return _kept(content, "image/webp")


@require_safe
def home_screen(request: HttpRequest, digest: str, size: int, purpose: str) -> HttpResponse:
    """The logo on a square; ``maskable`` where the telephone cuts the corners off."""
    content = run(shown_logo(digest)) if size in SIZES and purpose in PURPOSES else None
    if content is None:
        raise Http404
    return _kept(square(content, size, maskable=purpose == "maskable"), "image/png")


def _kept(content: bytes, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def urls() -> list[URLPattern]:
    return [
        address("<digest:digest>.webp", logo, name="logo"),
        address("<digest:digest>-<int:size>-<slug:purpose>.png", home_screen, name="logo-square"),
    ]
