"""An organization's own host name leads to its portal."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

View = Callable[[HttpRequest], HttpResponse]


def at_home(view: View) -> View:
    """On a host of `REGULARS_DOMAINS` the portal's first screen; anywhere else the view."""

    @wraps(view)
    def led(request: HttpRequest) -> HttpResponse:
        found = settings.DOMAINS.get(request.get_host().partition(":")[0])
        if found is None:
            return view(request)
        organization, program = found
        where = {"organization": organization, "program": program}
        return redirect(reverse("portal:home", kwargs=where))

    return led
