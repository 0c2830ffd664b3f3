"""The door for one-time links: an invitation sets the password, an entry lets in once; a link for a
forgotten password sets another one and lets nobody in.

Looking at the page uses nothing up, so that a program that looks at links first does no harm.
"""

from datetime import UTC, datetime
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from regulars.console.account import ENTERED, record_of
from regulars.console.desk import run, whole
from regulars.kit.pages import words_of
from regulars.staff.operations import digest_of, use_link
from regulars.staff.queries import Link, link

say = words_of(__package__ or "")
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_ENTRY, _PASSWORD = "entry", "password"


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
    if sent and (found.kind == _ENTRY or form.is_valid()):
        return _enter(request, token, found, form)
    status = 422 if sent else 200
    context = {"link": found, "form": form if found.kind != _ENTRY else None}
    return render(request, "console/welcome.html", context, status=status)


def _enter(request: HttpRequest, token: str, found: Link, form: Any) -> HttpResponse:
    if not whole(lambda: _used(request, token, found, form)):
        return render(request, "console/welcome.html", {"link": None}, status=404)
    if found.kind == _PASSWORD:
        messages.success(request, say("password_set"))
        return redirect("account_login")
    request.session.flush()
    login(request, form.user, backend=_BACKEND)
    record_authentication(
        request, form.user, "link", reauthenticated=True
    )  # recent enough to set up a second factor
    if found.kind == _ENTRY:
        request.session[ENTERED] = True
    return redirect("console:overview")


def _used(request: HttpRequest, token: str, found: Link, form: Any) -> bool:
    """The link is used up, and what it is for is done; False where somebody used it before."""
    if run(use_link(token=token, now=datetime.now(UTC))) is None:
        return False
    if found.kind != _ENTRY:
        form.save()
    if found.kind == _PASSWORD:
        record_of(request, form.user.pk, form.user.email, "password-set")
    return True
