"""Pictures of rewards over HTTP: under their digest, so that they can be kept for ever. Whoever
knows the address has seen the page that shows it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from regulars.kit.seat import enter, run, whole
from regulars.rewards.pictures import content


@require_safe
def picture(request: HttpRequest, program: UUID, digest: str) -> HttpResponse:
    found = whole(lambda: _content(program, digest))
    if found is None:
        raise Http404
    answer = HttpResponse(found, content_type="image/webp")
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _content(program: UUID, digest: str) -> bytes | None:
    enter(UUID(int=0), [program])
    return run(content(program, digest))


def urls() -> list[URLPattern]:
    return [path("<uuid:program>/<slug:digest>.webp", picture, name="picture")]
