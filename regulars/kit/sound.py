"""What forms and addresses say can be stored."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict


def sound(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: PostgreSQL keeps no text with the character U+0000, and nobody types it."""

    def passed(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or _has_nul(request.GET) or _has_nul(request.POST):
            return HttpResponseBadRequest("U+0000", content_type="text/plain")
        return answer(request)

    return passed


def _has_nul(said: QueryDict) -> bool:
    return any("\0" in text for name, texts in said.lists() for text in (name, *map(str, texts)))
