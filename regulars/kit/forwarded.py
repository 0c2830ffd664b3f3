"""Pages count by the address of whoever asks, not by that of a proxy in front."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from regulars.kit.addresses import address_of, proxies


def forwarded(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: ``REMOTE_ADDR`` is what a proxy named in `REGULARS_PROXIES` says; of IPv6 the
    /64, as at the till."""
    believed = proxies()

    def passed(request: HttpRequest) -> HttpResponse:
        said = request.META.get("HTTP_X_FORWARDED_FOR", "")
        peer = request.META.get("REMOTE_ADDR", "")
        headers = {b"x-forwarded-for": said.encode("latin-1", "replace")}
        request.META["REMOTE_ADDR"] = address_of(peer, headers, believed) or peer
        return answer(request)

    return passed
