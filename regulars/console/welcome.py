"""The door for one-time links: an invitation sets the password, an entry lets in once.

Looking at the page uses nothing up, so that a program that looks at links first does no harm.
"""

from datetime import UTC, datetime
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import get_user_model, login
from django.contrib.auth.forms import SetPasswordForm
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from regulars.console.account import ENTERED
from regulars.console.desk import run
from regulars.staff.operations import digest_of, use_link
from regulars.staff.queries import Link, link

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_INVITATION = "invitation"


@never_cache
@sensitive_post_parameters("new_password1", "new_password2")
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link is for; on sending the form, use it up and sign in."""
    found = run(link(digest_of(token), datetime.now(UTC)))
    if found is None:
        return render(request, "console/welcome.html", {"link": None}, status=404)
    user = get_user_model().objects.get(pk=found.staff_id)
    form: Any = SetPasswordForm(user, request.POST or None)
    sent = request.method == "POST"
    if sent and (found.kind != _INVITATION or form.is_valid()):
        return _enter(request, token, found, form)
    status = 422 if sent else 200
    context = {"link": found, "form": form if found.kind == _INVITATION else None}
    return render(request, "console/welcome.html", context, status=status)


def _enter(request: HttpRequest, token: str, found: Link, form: Any) -> HttpResponse:
    with transaction.atomic():
        if run(use_link(token=token, now=datetime.now(UTC))) is None:
            return render(request, "console/welcome.html", {"link": None}, status=404)
        if found.kind == _INVITATION:
            form.save()
    request.session.flush()
    login(request, form.user, backend=_BACKEND)
    record_authentication(
        request, form.user, "link", reauthenticated=True
    )  # recent enough to set up a second factor
    if found.kind != _INVITATION:
        request.session[ENTERED] = True
    return redirect("console:overview")
